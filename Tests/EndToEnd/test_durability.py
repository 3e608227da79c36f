# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""A message is on the disk before the visitor reads "thanks": seen from outside, in the system calls of the program."""

import re
import shutil
import sqlite3
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

import pytest

from harness.forms import letter, post
from harness.store import submissions
from harness.waiting import in_one_window, until

pytestmark = pytest.mark.linux

READS = ("read", "readv", "recvfrom", "recvmsg")
WRITES = ("write", "writev", "sendto", "sendmsg")
CALL = re.compile(r"^(?:\[pid +)?(\d+)\]? +(\w+)\((\d+)(?:<([^>]*)>)?")


@pytest.fixture
def traced(start, tmp_path):
    """A program under strace, and a function that reads what was traced so far."""
    assert shutil.which("strace"), "strace is not installed; run scripts/setup test"
    trace = tmp_path / "trace"
    server = start(wrapper=[
        "strace", "-f", "-y", "-qq", "-s", "0", "-e", f"trace=fsync,fdatasync,{','.join(READS + WRITES)}",
        "-o", str(trace),
    ])

    def calls():
        found = []
        for line in trace.read_text(errors="replace").splitlines():
            if match := CALL.match(line):
                found.append((match[2], match[4] or ""))
        return found

    # The answer to the look at /health that every start takes: a line may come after what it tells of.
    until(lambda: of_visitors(calls(), WRITES), what="the first answer's line in the trace")
    yield server, calls
    server.stop()


def syncs_of_log(calls):
    return [index for index, (name, path) in enumerate(calls)
            if name in ("fsync", "fdatasync") and path.endswith("brevlada.sqlite-wal")]


def of_visitors(calls, names):
    return [index for index, (name, path) in enumerate(calls)
            if name in names and ("TCP" in path or "socket" in path)]


def test_every_answer_comes_after_a_sync_of_the_log(traced):
    server, calls = traced
    with server.client() as client:
        for _ in range(20):
            # Mail and housekeeping sync as well: only what lies between question and answer counts.
            settle(server)
            before = len(calls())
            assert post(client, letter(message=f"durable {uuid.uuid4()}")).status == 200
            answer = until(lambda: of_visitors(calls()[before:], WRITES), what="the answer's line in the trace")[0]
            seen = calls()[before:]
            assert any(index < answer for index in syncs_of_log(seen)), seen


def settle(server):
    until(lambda: not any(each.in_outbox for each in submissions(server.database)), what="an empty outbox")


def test_a_repeat_needs_no_new_sync_but_the_first_had_one(traced):
    server, calls = traced
    fields = letter(message=f"durable {uuid.uuid4()}")
    in_one_window(60)
    with server.client() as client:
        assert post(client, fields).status == 200
        assert len(syncs_of_log(calls())) >= 1
        assert post(client, fields).status == 200
    assert len(submissions(server.database)) == 1


def test_messages_that_come_together_share_syncs(traced):
    """Group commit. The messages are spam and held, so that no mail adds commits of its own."""
    server, calls = traced
    count = 16
    with ExitStack() as stack, closing(sqlite3.connect(server.database, isolation_level=None)) as other:
        clients = [stack.enter_context(server.client()) for _ in range(count)]
        for client in clients:
            assert client.get("/health").status == 200
        pool = stack.enter_context(ThreadPoolExecutor(count))
        other.execute("BEGIN IMMEDIATE")
        before = len(calls())
        sent = [pool.submit(send_until_taken, client) for client in clients]
        # All have arrived, and the first of them waits for the lock.
        until(lambda: len({calls()[before:][index] for index in of_visitors(calls()[before:], READS)}) == count,
              what="every message's arrival")
        before = len(calls())
        other.execute("ROLLBACK")
        for each in sent:
            each.result()
    syncs = syncs_of_log(calls()[before:])
    assert 0 < len(syncs) <= count / 2
    assert len(submissions(server.database)) == count


def send_until_taken(client):
    """Whoever waited for the lock too long is asked to try again."""
    fields = letter(message=f"together {uuid.uuid4()}") | {"_gotcha": "robot"}
    while (answer := post(client, fields)).status == 503:
        pass
    assert answer.status == 200
