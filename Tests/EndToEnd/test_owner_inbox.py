# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The owner's API at the real program: list, search, read, move on, erase, audit."""

import json
import re
import sqlite3
import time
from contextlib import closing

import pytest

from harness.forms import letter, next_millisecond, post
from harness.inbox import signed_in
from harness.store import statuses, submissions
from harness.waiting import until

ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


def settled(server, **wanted):
    """Waits until the store has these statuses."""
    until(lambda: statuses(server.database) == wanted, 60, f"{wanted}")


@pytest.fixture(scope="module")
def inbox(start):
    """Thirty mailed messages, three held ones, and the owner."""
    # Tests of a server of their own come between: on a busy machine the owner's connection rests longer than half a minute.
    server = start(BREVLADA_LIMITS_IDLE_SECONDS=3600)
    with server.client() as client:
        for number in range(30):
            sender = "Åsa Öberg" if number % 2 else "Björn Bok"
            assert post(client, letter(name=sender, message=f"Fråga nummer {number} om båten", _id=f"m{number}")).status == 200
        for number in range(3):
            assert post(client, letter(message=f"Köp nu {number}", _gotcha="x", _id=f"s{number}")).status == 200
    settled(server, notified=30, held=3)
    with signed_in(server) as owner:
        yield owner


def test_pages_hold_each_message_once_newest_first(inbox):
    first = inbox.get("/submissions", limit=7).json()
    assert len(first["submissions"]) == 7 and first["next"]
    everything = inbox.submissions(limit=7)
    assert len(everything) == 33
    assert len({each["id"] for each in everything}) == 33
    assert all(ULID.fullmatch(each["id"]) for each in everything)
    times = [each["receivedAt"] for each in everything]
    assert times == sorted(times, reverse=True)


def test_a_cursor_is_a_place_so_that_new_messages_shift_nothing(inbox, start):
    server = start()
    with server.client() as client, signed_in(server) as owner:
        for number in range(6):
            assert post(client, letter(message=f"Fråga {number}", _id=f"a{number}")).status == 200
            next_millisecond()
        page = owner.get("/submissions", limit=3).json()
        for number in range(4):
            assert post(client, letter(message=f"Senare {number}", _id=f"b{number}")).status == 200
        rest = owner.get("/submissions", limit=50, cursor=page["next"]).json()
        seen = [each["preview"] for each in page["submissions"] + rest["submissions"]]
        assert seen == [f"Fråga {number}" for number in reversed(range(6))]


@pytest.mark.parametrize("query, count", [
    ({"status": "held"}, 3), ({"status": "held,notified"}, 33), ({"status": "failed"}, 0), ({"q": "nummer 7 "}, 1),
    ({"q": "ÅSA"}, 18), ({"q": "åsa öberg"}, 18), ({"q": "båten"}, 30), ({"q": "asa@example.se"}, 33), ({"q": "%"}, 0),
    ({"q": "köp", "status": "held"}, 3), ({"form": "contact"}, 33), ({"form": "other"}, 0), ({"unread": "true"}, 33),
    ({"archived": "true"}, 0), ({"archived": "any"}, 33), ({"from": "2020-01-01"}, 33), ({"until": "2020-01-01"}, 0),
    ({"q": "' OR 1=1 --"}, 0), ({"q": "\"*"}, 0),
])
def test_lists_show_what_was_asked_for(inbox, query, count):
    assert len(inbox.submissions(**query)) == count


def test_a_wrong_parameter_is_named_in_the_owners_language(inbox):
    for language, word in [("en", "must be"), ("sv", "måste vara")]:
        answer = inbox.request("GET", "/submissions?limit=many", accept_language=language)
        assert answer.status == 400
        assert answer.json()["errors"][0]["field"] == "limit"
        assert word in answer.json()["message"]


def test_read_and_archived(start):
    server = start()
    with server.client() as client, signed_in(server) as owner:
        assert post(client, letter()).status == 200
        settled(server, notified=1)
        [one] = owner.submissions()
        path = f"/submissions/{one['id']}"
        assert one["readAt"] is None
        read = owner.request("PATCH", path, {"read": True}).json()
        assert read["readAt"] and owner.submissions(unread="true") == []
        archived = owner.request("PATCH", path, {"archived": True, "read": False}).json()
        assert archived["archivedAt"] and archived["readAt"] is None
        assert owner.submissions() == [] and len(owner.submissions(archived="true")) == 1
        assert owner.request("PATCH", path, {"archived": False}).json()["archivedAt"] is None


def test_one_message_has_everything(start):
    server = start()
    with server.client() as client, signed_in(server) as owner:
        fields = [("name", "Åsa"), ("email", "asa@example.se"), ("size[]", "S"), ("size[]", "XL"), ("message", "rad 1\r\nrad 2")]
        assert post(client, fields).status == 200
        settled(server, notified=1)
        [one] = owner.submissions()
        whole = owner.get(f"/submissions/{one['id']}").json()
        assert {key: whole[key] for key in one} == one
        assert whole["fields"] == [
            {"name": "name", "values": ["Åsa"]}, {"name": "email", "values": ["asa@example.se"]},
            {"name": "size[]", "values": ["S", "XL"]}, {"name": "message", "values": ["rad 1\nrad 2"]},
        ]
        assert whole["replyTo"] == "asa@example.se" and whole["status"] == "notified"
        assert [entry["what"] for entry in whole["history"]] == ["received", "notified"]


def test_releasing_mails_with_the_original_reply_to(start, mail_server):
    peer = mail_server()
    server = start(**peer.settings)
    with server.client() as client, signed_in(server) as owner:
        assert post(client, letter(name="Björn", email="bjorn@example.se", message="Inte skräp", _gotcha="x")).status == 200
        [one] = owner.submissions(status="held")
        assert one["spamReasons"] == ["honeypot"]
        path = f"/submissions/{one['id']}"
        released = owner.request("PATCH", path, {"action": "release"})
        assert released.status == 200 and released.json()["status"] in ("received", "notified")
        [mail] = peer.wait(1)
        assert mail.message["Reply-To"].addresses[0].addr_spec == "bjorn@example.se"
        assert mail.message["Reply-To"].addresses[0].display_name == "Björn"
        settled(server, notified=1)
        assert owner.request("PATCH", path, {"action": "release"}).status == 409
        history = owner.get(path).json()["history"]
        assert [entry["what"] for entry in history] == ["held", "released", "notified"]


def test_spam_that_came_through_is_held_and_can_be_released_again(start, mail_server):
    peer = mail_server()
    server = start(**peer.settings)
    with server.client() as client, signed_in(server) as owner:
        assert post(client, letter()).status == 200
        peer.wait(1)
        settled(server, notified=1)
        path = f"/submissions/{owner.submissions()[0]['id']}"
        held = owner.request("PATCH", path, {"action": "spam"}).json()
        assert held["status"] == "held" and held["spamReasons"] == ["owner"]
        assert owner.request("PATCH", path, {"action": "spam"}).status == 409
        assert owner.request("PATCH", path, {"action": "resend"}).status == 409
        assert owner.request("PATCH", path, {"action": "release"}).json()["spamReasons"] == []
        peer.wait(2)


def test_what_failed_is_sent_again_singly_and_all(start, mail_server):
    peer = mail_server(rules=[{"at": "body", "do": "550 5.7.1 no"}])
    server = start(**peer.settings)
    with server.client() as client, signed_in(server) as owner:
        for number in range(4):
            assert post(client, letter(message=f"Fråga {number}", _id=f"f{number}")).status == 200
        settled(server, failed=4)
        audit = owner.get("/audit").json()
        assert audit["clean"] is False and audit["problems"][0]["kind"] == "failed"
        assert audit["problems"][0]["count"] == 4 and "5.7.1" in audit["problems"][0]["newest"][0]["lastError"]
        peer.fail()
        one = owner.submissions(status="failed")[0]
        assert owner.request("PATCH", f"/submissions/{one['id']}", {"action": "resend"}).status == 200
        peer.wait(1)
        assert owner.request("POST", "/resend-failed").json() == {"resent": 3, "complete": True, "unreadable": []}
        peer.wait(4)
        settled(server, notified=4)
        assert owner.request("POST", "/resend-failed").json() == {"resent": 0, "complete": True, "unreadable": []}
        assert owner.get("/audit").json()["clean"] is True


def test_erasing_one_address_leaves_nothing_of_it(start):
    server = start()
    with server.client() as client, signed_in(server) as owner:
        for number in range(5):
            assert post(client, letter(email="Glom@Mig.example", name="Glömsk Glenn", message=f"Hemlighet {number}", _id=f"g{number}")).status == 200
        assert post(client, letter(message="Hej", other="glom@mig.example", _id="o")).status == 200
        assert post(client, letter(message="Kvar", _id="k")).status == 200
        settled(server, notified=7)
        receipt = owner.request("POST", "/erasure", {"email": " GLOM@mig.example "})
        assert receipt.status == 200
        body = receipt.json()
        assert body["erased"] == 6 and body["complete"] is True and len(body["ids"]) == 6
        assert ULID.fullmatch(body["id"]) and "glom" not in receipt.text.lower()
        assert [each.fields["message"] for each in submissions(server.database)] == ["Kvar"]
        for identifier in body["ids"]:
            assert owner.get(f"/submissions/{identifier}").status == 404
        assert owner.request("POST", "/erasure", {"email": "glom@mig.example"}).json()["erased"] == 0
        audit = owner.get("/audit").json()
        assert audit["accepted"] == 7 and audit["erased"] == 6 and audit["counts"]["notified"] == 1
        assert audit["addsUp"] is True and audit["clean"] is True
    server.stop()
    left = b"".join(path.read_bytes() for path in server.data.rglob("*") if path.is_file())
    assert b"Hemlighet" not in left and b"glom@mig.example" not in left.lower()


def test_erasing_takes_the_digests_along_that_tell_of_the_person(start):
    server = start()
    server.stop()
    with closing(sqlite3.connect(server.database)) as connection, connection:
        now = int(time.time() * 1000)
        for number in range(30):
            fields = json.dumps({"email": "glom@mig.example", "message": f"Hemlighet {number}"})
            connection.execute(
                "INSERT INTO submission (number, id, form, received_at, email, fields, language, status, spam_reasons, attempts)"
                " VALUES (?, ?, 'contact', ?, 'glom@mig.example', ?, 'sv', 'received', '[]', 0)",
                (number + 1, f"01J{number:023d}", now, fields),
            )
            connection.execute("INSERT INTO outbox (submission, due_at) VALUES (?, ?)", (number + 1, now))
    server.start()
    settled(server, notified=30)
    mails = list((server.data / "mail").glob("*.eml"))
    assert len(mails) == 1 and b"Hemlighet 29" in mails[0].read_bytes()
    with signed_in(server) as owner:
        assert owner.request("POST", "/erasure", {"email": "glom@mig.example"}).json()["erased"] == 30
    assert list((server.data / "mail").glob("*.eml")) == []


def test_deleting_takes_the_captured_mail_along(start):
    server = start()
    with server.client() as client, signed_in(server) as owner:
        assert post(client, letter(message="Radera mig")).status == 200
        settled(server, notified=1)
        until(lambda: list((server.data / "mail").glob("*.eml")), 30, "captured mail")
        path = f"/submissions/{owner.submissions()[0]['id']}"
        answer = owner.request("DELETE", path)
        assert answer.status == 204 and answer.body == b""
        assert owner.request("DELETE", path).status == 404
        assert list((server.data / "mail").glob("*.eml")) == []


def test_the_audit_adds_up_as_the_command_says(inbox, start):
    audit = inbox.get("/audit").json()
    assert audit["accepted"] == 33 and audit["counts"] == {"received": 0, "notified": 30, "held": 3, "failed": 0, "bounced": 0}
    assert audit["addsUp"] is True and audit["clean"] is True and audit["problems"] == []
    assert sum(day["accepted"] for day in audit["days"]) == 33
    assert audit["deliverySeconds"]["p50"] <= audit["deliverySeconds"]["p95"] <= audit["deliverySeconds"]["max"]
    assert audit["unread"] == 30


def test_bodies_from_anywhere_never_crash_it(inbox):
    identifier = inbox.submissions(status="held")[0]["id"]
    for body in [b"", b"{", b"[" * 100, b"\xff\xfe", b'{"read":', b'{"read":tru}', b"null", b'"x"', b'{"read":true}x', b'{"\\u0000":1}']:
        for method, path in [("PATCH", f"/submissions/{identifier}"), ("POST", "/erasure"), ("POST", "/session")]:
            assert inbox.request(method, path, body).status == 400, (method, path, body)
    large = json.dumps({"email": "x" * 20_000 + "@b.se"}).encode()
    assert inbox.request("POST", "/erasure", large).status == 413
    assert inbox.get(f"/submissions/{identifier}").json()["status"] == "held"


def test_no_log_line_tells_who_or_what(start):
    server = start(BREVLADA_LOG_LEVEL="debug")
    with server.client() as client, signed_in(server) as owner:
        assert post(client, letter(name="Hemliga Hulda", email="hulda@example.se", message="Ingen får veta", _gotcha="x")).status == 200
        path = f"/submissions/{owner.submissions()[0]['id']}"
        owner.get("/submissions", q="Hulda")
        owner.request("PATCH", path, {"action": "release"})
        settled(server, notified=1)
        owner.request("POST", "/erasure", {"email": "hulda@example.se"})
        server.wait_for_log("submissions erased by the owner")
        token = owner.cookie.partition("=")[2]
    for secret in ["Hulda", "hulda@", "Ingen får veta", token]:
        assert secret not in server.log
