# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""A database that is locked, full or read-only: the visitor is asked to try again, nothing is half written, and the
program comes back by itself when the fault is gone."""

import os
import sqlite3
import subprocess
import tempfile
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread, Timer

import pytest

from harness.brevlada import Brevlada
from harness.forms import JSON, letter, post
from harness.store import integrity, submissions
from harness.waiting import until

pytestmark = pytest.mark.linux

ANSWERS = [JSON, "text/html"]


def message():
    return letter(message=f"fault {uuid.uuid4()}")


def post_alone(server, fields, accept):
    with server.client() as client:
        return post(client, fields, accept=accept)


def check_refused(answer, fields):
    assert answer.status == 503, answer.text
    assert int(answer["retry-after"]) > 0
    if answer["content-type"].startswith("text/html"):
        assert fields["message"] in answer.text and 'name="message"' in answer.text
        return
    body = answer.json()
    assert body["ok"] is False and body["errors"][0]["code"] == "UNAVAILABLE"
    for internal in ("sqlite", "SQL", "disk", "/", "locked", "readonly"):
        assert internal not in body["message"], "no internal words to a visitor"


def check_recovery(server, client, fields):
    """The very same message is taken now, once; /health agrees; nothing is broken."""
    until(lambda: post(client, fields).status == 200, what="recovery")
    texts = [each.fields["message"] for each in submissions(server.database)]
    assert texts.count(fields["message"]) == 1
    assert client.get("/health").status == 200
    assert integrity(server.database) == ["ok"]


def test_a_locked_database_is_waited_for_and_then_refused(start):
    server = start()
    fields = message()
    with server.client() as client, closing(sqlite3.connect(server.database)) as other:
        assert post(client, message()).status == 200
        other.execute("BEGIN EXCLUSIVE")
        with ThreadPoolExecutor() as others:
            refused = [others.submit(post_alone, server, fields, accept) for accept in ANSWERS]
            assert client.get("/").status == 200, "the site is served meanwhile"
        for answer in refused:
            check_refused(answer.result(), fields)
        assert client.get("/health").status in (200, 503)
        other.rollback()
        check_recovery(server, client, fields)
    assert len(submissions(server.database)) == 2


def test_a_short_lock_is_not_noticed(start):
    server = start()
    with server.client() as client, closing(sqlite3.connect(server.database, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        timer = Timer(1, other.rollback)
        timer.start()
        assert post(client, message()).status == 200
        timer.join()


def test_a_second_server_on_the_same_data_waits_for_the_first(tmp_path):
    """Two would mail every message twice; a restart that comes too early must still succeed."""
    first, second = Brevlada(tmp_path / "data"), Brevlada(tmp_path / "data")
    with first, first.client() as client:
        assert post(client, message()).status == 200
        starting = Thread(target=second.start)
        starting.start()
        until(lambda: "waiting for another brevlada" in second.log, what="the second to wait")
        assert not second.port
        first.stop()
        starting.join()
    try:
        with second.client() as client:
            assert post(client, message()).status == 200
        assert len(submissions(second.database)) == 2
    finally:
        second.stop()


@contextmanager
def small_disk(folder, megabytes):
    folder.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder], capture_output=True)
    if mount.returncode != 0:
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(client, accept):
    """Stores until the disk is full and the visitor was told so; the messages that were taken.

    They are spam and held: captured mail would soon fill what room there is again.
    """
    taken = []
    while True:
        assert len(taken) < 2_000, "the disk never became full"
        big = letter(message=f"{uuid.uuid4()} " + "fill " * 3_900)
        answer = post(client, big | {"_gotcha": "robot"}, accept=accept)
        if answer.status not in (200, 303):
            check_refused(answer, big)
            return taken
        taken.append(big["message"])


def test_a_full_disk_refuses_and_takes_again_when_there_is_room(tmp_path):
    """With the right to mount, a small disk of its own; else a limit on the size of files."""
    folder = tmp_path / "disk"
    with small_disk(folder, 6) as is_mounted:
        limit = {} if is_mounted else {"file_size": 3_000_000}
        with Brevlada(folder / "data", **limit) as server, server.client() as client:
            ballast = folder / "ballast"
            if is_mounted:
                ballast.write_bytes(bytes(1_000_000))
            # A checkpoint may make room for a few more after the first refusal.
            taken = [text for accept in ANSWERS for text in fill(client, accept)]
            assert taken
            stored = {each.fields["message"] for each in submissions(server.database)}
            assert stored == set(taken), "what was promised is there, and nothing else"
            if is_mounted:
                ballast.unlink()
                check_recovery(server, client, message())
            assert server.stop() == 0
            assert integrity(server.database) == ["ok"]


def test_a_file_that_may_not_grow_is_a_full_disk(tmp_path):
    """EFBIG instead of ENOSPC, and SIGXFSZ if nobody minds it."""
    with Brevlada(tmp_path / "data", file_size=1_500_000) as server, server.client() as client:
        taken = [text for accept in ANSWERS for text in fill(client, accept)]
        assert {each.fields["message"] for each in submissions(server.database)} == set(taken)
        assert client.get("/").status == 200


def test_a_data_folder_that_cannot_be_written_is_said_at_start(tmp_path):
    data = tmp_path / "data"
    data.write_text("a file where the folder should be")
    server = Brevlada(data)
    with pytest.raises(AssertionError):
        server.start()
    assert server.process.wait(60) != 0
    assert "data" in server.log and "Fatal error" not in server.log


def test_a_read_only_data_folder_is_said_at_start():
    """As root nothing is read-only, so the program then runs as nobody."""
    nobody = 65534 if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory() as parent:
        os.chmod(parent, 0o755)
        data = Path(parent, "data")
        with Brevlada(data) as server:
            assert server.stop() == 0
        for path in [data, *data.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        server = Brevlada(data, user=nobody)
        with pytest.raises(AssertionError):
            server.start()
        assert server.process.wait(60) != 0
        assert str(data) in server.log and "Fatal error" not in server.log
        os.chmod(data, 0o755)


def test_a_database_of_another_program_is_left_alone(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    with closing(sqlite3.connect(data / "brevlada.sqlite")) as other:
        other.execute("CREATE TABLE theirs (x)")
        other.commit()
    before = (data / "brevlada.sqlite").read_bytes()
    server = Brevlada(data)
    with pytest.raises(AssertionError):
        server.start()
    assert "another program" in server.log
    assert (data / "brevlada.sqlite").read_bytes() == before
