# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Books that differ: what was done to the database behind the program's back, the audit finds."""

import json
import sqlite3
from contextlib import closing

import pytest

from harness.brevlada import Brevlada, run
from harness.forms import letter, post
from harness.inbox import signed_in
from harness.store import statuses
from harness.waiting import until

COUNT = 4


@pytest.fixture
def server(tmp_path):
    """A server with a few messages, all of them mailed, whose books agree."""
    with Brevlada(tmp_path / "data") as server:
        with server.client() as client:
            for number in range(COUNT):
                assert post(client, letter(message=f"question {number}")).status == 200
        until(lambda: statuses(server.database) == {"notified": COUNT}, what="mails")
        yield server


def alter(server, sql):
    """Changes one row while nobody else has the file open."""
    assert server.stop() == 0
    # Foreign keys are off unless asked for, as in any other program.
    with closing(sqlite3.connect(server.database)) as database, database:
        assert database.execute(sql).rowcount == 1, sql


def audit(server, exit_code):
    """What the command says, and what it says as JSON."""
    text = run("audit", "--since", "all", check=exit_code, **server.values).stdout
    return text, json.loads(run("audit", "--since", "all", "--json", check=exit_code, **server.values).stdout)


def page(server):
    """What the owner's page is told by a server that runs."""
    with signed_in(server) as owner:
        answer = owner.get("/audit")
    assert answer.status == 200, answer.text
    return answer.json()


def test_books_that_agree_are_said_to_agree(server):
    text, report = audit(server, 0)
    assert "Every message is accounted for." in text
    assert report["clean"] is True and report["addsUp"] is True
    assert (report["accepted"], report["stored"]) == (COUNT, COUNT)
    shown = page(server)
    assert (shown["addsUp"], shown["clean"], shown["accepted"], shown["stored"]) == (True, True, COUNT, COUNT)


def test_a_mail_that_did_not_reach_everybody_is_a_problem_at_the_command_and_on_the_page(server):
    alter(server, "UPDATE submission SET last_error = 'refused: <two@example.se>' WHERE number = 2")
    text, report = audit(server, 1)
    assert "1 not mailed to everybody: " in text and report["partial"]["count"] == 1
    server.start()
    shown = page(server)
    assert shown["clean"] is False and shown["addsUp"] is True
    [problem] = shown["problems"]
    assert (problem["kind"], problem["count"]) == ("partial", 1)
    [named], [listed] = problem["newest"], report["partial"]["newest"]
    assert (named["id"], named["lastError"]) == (listed["id"], "refused: <two@example.se>")


def booked(changes, status="notified"):
    """Changes one line of the books, that of the last day."""
    return f"UPDATE tally SET {changes} WHERE status = '{status}' AND day = (SELECT max(day) FROM tally)"


DAMAGES = {
    "a message is gone": "DELETE FROM submission WHERE number = (SELECT min(number) FROM submission)",
    "a message is there twice": """
        INSERT INTO submission (id, form, received_at, fields, language, status, spam_reasons, attempts, notified_at)
        SELECT '01K00000000000000000000000', form, received_at, fields, language, status, spam_reasons, attempts, notified_at
        FROM submission ORDER BY number LIMIT 1
    """,
    "one more was accepted": booked("accepted = accepted + 1", "received"),
    "one fewer was accepted": booked("accepted = accepted - 1", "received"),
    "one more is there": booked("present = present + 1"),
    "one fewer is there": booked("present = present - 1"),
    "one was erased": booked("erased = erased + 1"),
    "one expired": booked("expired = expired + 1"),
    # These agree with themselves: only the messages say otherwise.
    "one more came and is there": booked("accepted = accepted + 1, present = present + 1"),
    "one is there that was erased": booked("present = present - 1, erased = erased + 1"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_books_that_differ_are_found(server, damage):
    alter(server, damage)
    text, report = audit(server, 1)
    assert "The books don't add up." in text and "Something is wrong." in text
    assert "Every message is accounted for." not in text
    assert report["clean"] is False and report["addsUp"] is False
    # The two countings of the messages themselves see the same file, and agree.
    assert "The sums differ." not in text and report["stored"] == sum(statuses(server.database).values())
    server.start()
    shown = page(server)
    assert (shown["addsUp"], shown["clean"], shown["problems"]) == (False, False, [])
    # Starting has mended nothing, and more messages don't hide it.
    with server.client() as client:
        assert post(client, letter(message="one more")).status == 200
    until(lambda: set(statuses(server.database)) == {"notified"}, what="a mail")
    shown = page(server)
    assert (shown["addsUp"], shown["clean"]) == (False, False)
    audit(server, 1)
