# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What docs/self-hosting.md tells people to do works: the backup while it runs, the restore, the service, the container."""

import os
import re
import shlex
import shutil
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from harness.brevlada import REPOSITORY, binary, environment, run
from harness.forms import letter, post
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


@pytest.fixture
def receiver():
    """An address that takes what is posted, and what it has heard."""
    heard = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/topic", heard
    server.shutdown()
    server.server_close()


def test_a_backup_taken_under_load_brings_back_every_message_that_was_answered_before_it(start, mail_server, tmp_path):
    peer = mail_server()
    server = start(**peer.settings)
    visitors = Visitors(server.port, 4).start()
    until(lambda: len(visitors.answered) >= 50, what="messages")
    before = dict(visitors.answered)
    copy = tmp_path / "brevlada.sqlite"
    places = {"from": ("/var/lib/brevlada", server.data), "to": ("/backup/brevlada.sqlite", copy)}
    backup = command("runuser -u brevlada -- brevlada backup ", **places)
    run(*shlex.split(backup.removeprefix("runuser -u brevlada -- brevlada ")), check=0, timeout=60)
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


def test_the_watch_is_silent_while_all_is_well_and_sends_no_message_and_no_word_of_a_mail_server(
    start, mail_server, receiver, tmp_path
):
    peer = mail_server()
    server = start(**peer.settings)
    url, heard = receiver
    [script] = re.findall(r"^(#!/bin/sh\n.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    config = tmp_path / "brevlada.yaml"
    config.write_text(f"data: {server.data}\n")
    (tmp_path / "brevlada").symlink_to(binary())
    script = script.replace("/srv/brevlada/brevlada.yaml", str(config))
    script = re.sub(r"https://\S+", url, script).replace("http://127.0.0.1:8080", server.url)

    def watch():
        subprocess.run(["sh", "-c", script], check=True, timeout=60, env=environment(PATH=f"{tmp_path}:{os.environ['PATH']}"))

    with server.client() as client:
        assert post(client, letter()).status == 200
        until(lambda: set(statuses(server.database)) == {"notified"}, what="the mail")
        watch()
        assert heard == []
        peer.fail({"at": "rcpt", "do": "550 5.1.1 nobody is karin@example.se"})
        assert post(client, letter(message="Ingen ska läsa det här.")).status == 200
        until(lambda: "failed" in statuses(server.database), what="the failure")
    watch()
    [text] = heard
    assert "1 given up" in text and "Something is wrong." in text
    failed = next(each for each in submissions(server.database) if each.status == "failed")
    assert not re.search(f"karin|Ingen ska|{failed.id}", text)

    # Nor when the books are in order and the server is not there, or can store nothing.
    run("inbox", "delete", "--yes", failed.id, "--data", server.data, check=0)
    watch()
    assert len(heard) == 1
    server.stop()
    watch()
    assert len(heard) == 2 and "curl" in heard[1]


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


def test_the_service_of_one_of_several_sites_is_the_other_with_a_name_in_each_path():
    def settings(path):
        lines = path.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if not line.startswith(("#", "Description="))]

    several = settings(SERVICE.with_name("brevlada@.service"))
    assert [line.replace("/%i", "") for line in several] == settings(SERVICE)
    for line in several:
        assert ("/%i" in line) == bool(re.search("/srv|/etc|/var|^StateDirectory=", line)), line


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
    assert {package for package in installed if package not in provides} == {"ca-certificates", "sqlite3"}
    # What it is told by its environment is documented.
    documented = (REPOSITORY / "docs/configuration.md").read_text(encoding="utf-8")
    for name in re.findall(r"\b(BREVLADA_\w+)=", runtime):
        assert f"`{name}`" in documented, name
