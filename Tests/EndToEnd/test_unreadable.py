# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""A row of the database that can't be read: all else goes on without it, and whoever misses it is told."""

import json
import sqlite3
from contextlib import closing

import pytest

from harness.brevlada import Brevlada, run
from harness.forms import letter, post
from harness.inbox import signed_in
from harness.store import statuses, submissions
from harness.waiting import until
from harness.wire import Broken


@pytest.fixture
def server(tmp_path):
    with Brevlada(tmp_path / "data") as server:
        with server.client() as client:
            for number in range(4):
                assert post(client, letter(email="bo@example.se", message=f"question {number}")).status == 200
        until(lambda: statuses(server.database) == {"notified": 4}, what="mails")
        yield server


def damage(server, column, value):
    """What somebody's hand did beside the running server to the second message; its id and what was there."""
    bad = submissions(server.database)[1].id
    with closing(sqlite3.connect(server.database, timeout=30)) as database, database:
        [[before]] = database.execute(f"SELECT {column} FROM submission WHERE id = ?", (bad,))
        database.execute(f"UPDATE submission SET {column} = ? WHERE id = ?", (value, bad))
    return bad, before


DAMAGES = [("fields", "{"), ("status", "lost")]


@pytest.mark.parametrize("column, value", DAMAGES)
def test_the_page_goes_on_and_tells_of_it(server, column, value):
    with closing(sqlite3.connect(server.database, timeout=30)) as database:
        # As the page has them: several may have come in one millisecond.
        ids = [id for [id] in database.execute("SELECT id FROM submission ORDER BY received_at DESC, id DESC")]
    bad, before = damage(server, column, value)
    others = [each for each in ids if each != bad]
    with signed_in(server) as owner:
        for query in ({}, {"q": "bo@"}, {"status": "notified", "archived": "false"}):
            listed = owner.get("/submissions", **query).json()
            assert [each["id"] for each in listed["submissions"]] == others and listed["unreadable"] == [bad]
        assert owner.get(f"/submissions/{bad}").status == 500
        with signed_in(server) as other, pytest.raises(Broken):
            # It began as a success; nobody is to take it for whole.
            other.get("/submissions.jsonl")
        audit = owner.get("/audit").json()
        assert (audit["accepted"], audit["stored"], audit["addsUp"]) == (4, 4, True)
        # The numbers are made of books, status and times; the command reads every message whole.
        assert (audit["unreadable"], audit["clean"]) == ((1, False) if column == "status" else (0, True))
        receipt = owner.request("POST", "/erasure", {"email": "bo@example.se"}).json()
        assert (sorted(receipt["ids"]), receipt["unreadable"]) == (sorted(others), [bad])
        assert receipt["complete"] is False and receipt["next"] is None
        assert f"submission {bad} can't be read: column" in server.log
        assert server.log.count("submission can't be read and is not shown") == 1
        with closing(sqlite3.connect(server.database, timeout=30)) as database, database:
            database.execute(f"UPDATE submission SET {column} = ? WHERE id = ?", (before, bad))
        receipt = owner.request("POST", "/erasure", {"email": "bo@example.se"}).json()
        assert receipt["ids"] == [bad] and receipt["complete"] is True
        assert owner.get("/audit").json()["clean"] is True


@pytest.mark.parametrize("column, value", DAMAGES)
def test_commands_do_the_rest_name_it_and_fail(server, tmp_path, column, value):
    bad, _ = damage(server, column, value)
    told = f"1 message can't be read and is %s: {bad}; \"brevlada inbox show ID\" says why"

    def inbox(*arguments, check=1):
        return run("inbox", *arguments, check=check, **server.values)

    audited = run("audit", "--json", check=1, **server.values)
    report = json.loads(audited.stdout)
    assert (report["unreadable"]["count"], report["unreadable"]["newest"][0]["id"]) == (1, bad)
    assert (report["accepted"], report["stored"], report["addsUp"]) == (4, 4, True)
    assert "1 that can't be read: " in run("audit", check=1, **server.values).stdout
    listed = inbox("list", "--json")
    assert len(json.loads(listed.stdout)) == 3 and told % "not shown" in listed.stderr
    for form in ("csv", "jsonl"):
        exported = inbox("export", "--format", form)
        assert told % "not in the export" in exported.stderr
        assert bad not in exported.stdout and "question 3" in exported.stdout
    assert f'column "{column}" is not what was written' in inbox("show", bad, check=70).stderr
    erased = inbox("erase", "bo@example.se", "--yes", "--json")
    receipt = json.loads(erased.stdout)
    assert len(receipt["ids"]) == 3 and receipt["unreadable"] == [bad]
    assert told % "not erased, though any may be from that address" in erased.stderr


@pytest.mark.parametrize("column, value", DAMAGES)
def test_it_expires_with_the_others(server, column, value):
    damage(server, column, value)
    assert server.stop() == 0
    with closing(sqlite3.connect(server.database)) as database, database:
        database.execute("UPDATE submission SET expires_at = 1")
    server.start()
    until(lambda: statuses(server.database) == {}, what="the sweep")
    with signed_in(server) as owner:
        audit = owner.get("/audit").json()
    assert (audit["expired"], audit["stored"], audit["addsUp"], audit["clean"]) == (4, 0, True, True)
