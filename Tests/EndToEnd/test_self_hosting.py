# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What docs/self-hosting.md tells people to do works: the backup while it runs, the restore, the service, the container."""

import os
import re
import shlex
import shutil
import subprocess
import time

from harness.brevlada import REPOSITORY, binary, run
from harness.load import Visitors
from harness.store import integrity, statuses, submissions
from harness.waiting import until

PAGE = (REPOSITORY / "docs/self-hosting.md").read_text(encoding="utf-8")
SERVICE = REPOSITORY / "docs/brevlada.service"
CONTAINERFILE = (REPOSITORY / "Containerfile").read_text(encoding="utf-8")


def command(beginning, **places):
    """The one command of the page that begins so, with paths of this test in place of the page's."""
    [line] = [line for line in PAGE.splitlines() if line.startswith(beginning)]
    for page, here in places.values():
        line = line.replace(page, str(here))
    return line


def test_a_backup_taken_under_load_brings_back_every_message_that_was_answered_before_it(start, mail_server, tmp_path):
    peer = mail_server()
    server = start(**peer.settings)
    visitors = Visitors(server.port, 4).start()
    until(lambda: len(visitors.answered) >= 50, what="messages")
    before = dict(visitors.answered)
    copy = tmp_path / "brevlada.sqlite"
    places = {"from": ("/var/lib/brevlada/brevlada.sqlite", server.database), "to": ("/backup/brevlada.sqlite", copy)}
    subprocess.run(command("sqlite3 ", **places), shell=True, check=True, timeout=60)
    taken = len(submissions(copy))
    until(lambda: len(visitors.answered) > taken, what="messages after the backup")
    visitors.stop()
    server.kill()

    assert integrity(copy) == ["ok"]
    # As the page says: what stands beside the old database goes, and the copy takes its place.
    for beside in (f"{server.database}-wal", f"{server.database}-shm"):
        assert command("rm -f ").split()[2:] == [f"/var/lib/brevlada/brevlada.sqlite-{end}" for end in ("wal", "shm")]
        if os.path.exists(beside):
            os.remove(beside)
    shutil.copyfile(copy, server.database)
    server.start()
    until(lambda: set(statuses(server.database)) == {"notified"}, 120, "every mail sent")
    kept = {each.fields["message"]: each.id for each in submissions(server.database)}
    assert len(kept) == taken
    assert set(before) <= set(kept), "a message that was answered before the backup is not in it"
    mailed = {mail.id.strip("<>").partition("@")[0] for mail in peer.mails()}
    assert set(kept.values()) <= mailed or any(id.startswith("digest-") for id in mailed)
    run("audit", "--data", server.data, check=0)


def test_the_service_starts_the_program_with_what_it_understands():
    text = SERVICE.read_text(encoding="utf-8")
    [line] = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    program, *arguments = shlex.split(line)
    assert program == "/usr/local/bin/brevlada" and arguments[0] == "serve"
    # The very arguments, with a file that is not there: what is wrong with it is said, and not the arguments.
    done = run(*arguments)
    assert done.returncode == 2 and "/srv/brevlada/brevlada.yaml" in done.stderr, done.stderr
    # Its variables are variables of the program.
    documented = (REPOSITORY / "docs/configuration.md").read_text(encoding="utf-8")
    for name in re.findall(r"^Environment=(\w+)=", text, re.MULTILINE):
        assert f"`{name.removesuffix('_FILE')}`" in documented, name
    # Long enough for the server's own farewell of 20 seconds.
    assert int(re.search(r"^TimeoutStopSec=(\d+)$", text, re.MULTILINE)[1]) > 20


def test_it_answers_what_it_accepted_under_the_limits_of_the_service(start, mail_server):
    """As systemd ends it: SIGTERM to the main process, and what is accepted is finished within the time it is given."""
    peer = mail_server()
    server = start(**peer.settings)
    visitors = Visitors(server.port, 4).start()
    until(lambda: len(visitors.answered) >= 20, what="messages")
    begin = time.monotonic()
    server.terminate()
    visitors.give_up()
    assert time.monotonic() - begin < 30
    stored = {each.fields["message"] for each in submissions(server.database)}
    assert set(visitors.answered) <= stored


def test_the_container_has_every_library_that_the_program_needs():
    headers = subprocess.run(["objdump", "-p", binary()], capture_output=True, text=True, check=True).stdout
    needed = set(re.findall(r"^\s+NEEDED\s+(\S+)$", headers, re.MULTILINE))
    runtime = CONTAINERFILE.split("\nFROM ")[-1]
    installed = re.search(r"--no-install-recommends ([^&\\]+)", runtime)[1].split()
    provides = {
        "libsqlite3-0": "libsqlite3.so.0", "zlib1g": "libz.so.1", "libstdc++6": "libstdc++.so.6", "libgcc-s1": "libgcc_s.so.1",
    }
    # glibc is in every Debian.
    glibc = {"libc.so.6", "libm.so.6"} | {name for name in needed if name.startswith("ld-linux")}
    assert needed - glibc == {provides[package] for package in installed if package in provides}
    assert {package for package in installed if package not in provides} == {"ca-certificates"}
    # What it is told by its environment is documented.
    documented = (REPOSITORY / "docs/configuration.md").read_text(encoding="utf-8")
    for name in re.findall(r"\b(BREVLADA_\w+)=", runtime):
        assert f"`{name}`" in documented, name
