# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What the README tells a newcomer to type works, from a copy of the tree as git has it."""

import os
import re
import signal
import socket
import subprocess
import uuid

import pytest

from harness.brevlada import REPOSITORY, environment
from harness.forms import letter, post
from harness.waiting import until
from harness.wire import Client

README = [REPOSITORY / "README.md", REPOSITORY / "README.sv.md"]


@pytest.mark.soak
def test_make_run_serves_the_site_from_a_fresh_copy(tmp_path):
    copy = tmp_path / "brevlada"
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY, check=True, capture_output=True,
    ).stdout
    copy.mkdir()
    archive = subprocess.Popen(["tar", "-C", REPOSITORY, "--null", "-T", "-", "-c"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE)
    unpack = subprocess.Popen(["tar", "-C", copy, "-x"], stdin=archive.stdout)
    archive.stdin.write(names)
    archive.stdin.close()
    assert unpack.wait() == 0 and archive.wait() == 0
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    make = subprocess.Popen(["make", "run"], cwd=copy, env=environment(PORT=port), start_new_session=True,
                            stdin=subprocess.DEVNULL)
    try:
        client = Client("127.0.0.1", port)

        def is_up():
            assert make.poll() is None, "make run ended"
            try:
                return client.get("/health").status == 200
            except OSError:
                return False

        until(is_up, 1800, "make run")
        assert b"<form" in client.get("/").body
        assert post(client, letter(message=f"make run {uuid.uuid4()}")).status == 200
        until(lambda: "Åsa" in client.get("/_mail/").text, what="the mail")
        assert (copy / "data" / "brevlada.sqlite").exists()
    finally:
        os.killpg(make.pid, signal.SIGTERM)
        make.wait(30)


@pytest.mark.parametrize("path", README, ids=lambda path: path.name)
def test_every_target_and_command_that_is_named_exists(path):
    text = path.read_text(encoding="utf-8")
    makefile = (REPOSITORY / "Makefile").read_text()
    targets = re.findall(r"(?:^|`)make ([a-z-]+)\b", text, re.MULTILINE)
    assert "run" in targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"make {target}"
    for link in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", text):
        assert (path.parent / link).exists(), link
    for image in re.findall(r'src="(?!https?:)([^"]+)"', text):
        assert (path.parent / image).exists(), image


def test_every_document_that_a_source_names_is_there():
    named = re.compile(r"(?<![\w/.-])docs/(?:[\w-]+/)*[\w-]+\.(?:md|yaml|service)\b")
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY, check=True, capture_output=True, text=True,
    ).stdout.split("\0")
    sources = [REPOSITORY / name for name in tracked if name.endswith((".swift", ".c", ".h", ".py", ".js", ".yaml"))]
    found = [(path, name) for path in sources if path.is_file() for name in named.findall(path.read_text(encoding="utf-8"))]
    assert len(found) > 40
    gone = [f"{path.relative_to(REPOSITORY)} names {name}" for path, name in found if not (REPOSITORY / name).exists()]
    assert not gone, "\n".join(gone)
