# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""A message is on the disk before the visitor reads "thanks": seen from outside, in the system calls of the program."""

import re
import shutil
import sys
import uuid

import pytest

from harness.forms import letter, post
from harness.load import Visitors
from harness.store import submissions
from harness.waiting import until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="system calls are traced with strace, on Linux")

CALL = re.compile(r"^(?:\[pid +)?(\d+)\]? +(\w+)\((\d+)(?:<([^>]*)>)?")


@pytest.fixture
def traced(start, tmp_path):
    """A program under strace, and a function that reads what was traced so far."""
    assert shutil.which("strace"), "strace is not installed; run scripts/setup test"
    trace = tmp_path / "trace"
    server = start(wrapper=[
        "strace", "-f", "-y", "-qq", "-s", "0", "-e", "trace=fsync,fdatasync,write,writev,sendto,sendmsg",
        "-o", str(trace),
    ])

    def calls():
        found = []
        for line in trace.read_text(errors="replace").splitlines():
            if match := CALL.match(line):
                found.append((match[2], match[4] or ""))
        return found

    yield server, calls
    server.stop()


def syncs_of_log(calls):
    return [index for index, (name, path) in enumerate(calls)
            if name in ("fsync", "fdatasync") and path.endswith("brevlada.sqlite-wal")]


def test_every_answer_comes_after_a_sync_of_the_log(traced):
    server, calls = traced
    with server.client() as client:
        for _ in range(20):
            # Mail and housekeeping sync as well: only what lies between question and answer counts.
            settle(server)
            before = len(calls())
            assert post(client, letter(message=f"durable {uuid.uuid4()}")).status == 200
            seen = calls()[before:]
            answers = [index for index, (name, path) in enumerate(seen)
                       if name in ("write", "writev", "sendto", "sendmsg") and ("TCP" in path or "socket" in path)]
            assert answers, "no answer was traced"
            assert any(index < answers[0] for index in syncs_of_log(seen)), seen


def settle(server):
    until(lambda: not any(each.in_outbox for each in submissions(server.database)), what="an empty outbox")


def test_a_repeat_needs_no_new_sync_but_the_first_had_one(traced):
    server, calls = traced
    fields = letter(message=f"durable {uuid.uuid4()}")
    with server.client() as client:
        assert post(client, fields).status == 200
        assert len(syncs_of_log(calls())) >= 1
        assert post(client, fields).status == 200
    assert len(submissions(server.database)) == 1


def test_messages_that_come_together_share_syncs(traced):
    """Group commit. The messages are spam and held, so that no mail adds commits of its own."""
    server, calls = traced
    visitors = Visitors(server.port, 16, fields={"_gotcha": "robot"}).start()
    until(lambda: len(visitors.answered) > 300, what="300 answers")
    visitors.stop()
    assert 0 < len(syncs_of_log(calls())) < len(visitors.answered) / 2
