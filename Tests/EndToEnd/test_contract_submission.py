# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What is kept of a message, when a repeat is the same one, and what is held as spam."""

import base64
import json
import time
import uuid

import pytest

from harness.forms import JSON, letter, post
from harness.store import submissions
from harness.waiting import in_one_window


@pytest.fixture(scope="module")
def server(start):
    """The usual three seconds from page to post are few for a busy machine to be too fast in."""
    return start(BREVLADA_SPAM_FILL_SECONDS=30)


def unique(text="message"):
    return f"{text} {uuid.uuid4()}"


def find(server, answer):
    return next((each for each in submissions(server.database) if each.id == answer.json()["id"]), None)


def test_a_submission_keeps_all_that_is_known_of_it(server, client):
    sent = letter(message=unique(), phone="031-390 06 12")
    answer = post(client, sent | {"_subject": "Båten", "_replyto": "b@example.se", "_language": "sv", "_gotcha": ""},
                  Origin=server.url, Referer=f"{server.url}/sv/")
    found = find(server, answer)
    assert found.form == "contact"
    assert (found.name, found.email, found.reply_to) == ("Åsa Öberg", "asa@example.se", "b@example.se")
    assert (found.subject, found.language) == ("Båten", "sv")
    assert (found.page, found.origin) == (f"{server.url}/sv/", server.url)
    assert found.fields == sent, "special fields are not the visitor's"
    assert found.spam_reasons == []


@pytest.mark.parametrize("path", ["/api/AddContactInfo", "/api/contact"])
def test_msg_is_an_older_name_of_message(server, client, path):
    fields = letter(message=None, msg=unique())
    found = find(server, post(client, fields, JSON, path=path))
    assert found.form == "contact"
    assert found.fields["msg"] == fields["msg"]


@pytest.mark.parametrize("replyto, expected", [
    ("b@example.se", "b@example.se"), ("other", "c@example.se"), ("nobody", "asa@example.se"), ("", "asa@example.se"),
    ("x@example.se\r\nBcc: y@example.se", "asa@example.se"),
])
def test_replyto_is_an_address_or_names_a_field_and_else_the_email_counts(server, client, replyto, expected):
    fields = letter(message=unique(), other="c@example.se") | {"_replyto": replyto}
    assert find(server, post(client, fields)).reply_to == expected


def count(server, text):
    return sum(text in json.dumps(each.fields, ensure_ascii=False) for each in submissions(server.database))


def test_a_repeat_is_answered_alike_and_stored_once(server, client):
    text = unique()
    in_one_window(30)
    answers = [post(client, letter(message=text)) for _ in range(3)]
    assert {answer.status for answer in answers} == {200}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert count(server, text) == 1


@pytest.mark.parametrize("header", [True, False])
def test_a_token_and_its_text_are_one_message(server, client, header):
    text = unique()

    def send(token, text):
        if header:
            return post(client, letter(message=text), Idempotency_Key=token).json()["id"]
        started = str(int(time.time() * 1000) - 60_000)
        return post(client, letter(message=text) | {"_id": token, "_started": started}).json()["id"]

    first = send("token-1", text)
    assert first != send("token-2", text), "another token is another message"
    assert first != send("token-1", text + "!"), "an edited resend is a new message"
    assert count(server, text) == 3


def test_a_late_retry_with_the_same_token_is_the_same_message(server, client):
    """The id's time is the client's, so that ten minutes later it is still the same."""
    started = int(time.time() * 1000) - 23 * 3600 * 1000
    fields = letter(message=unique()) | {"_id": "t", "_started": str(started)}
    first, again = post(client, fields), post(client, fields)
    assert first.json()["id"] == again.json()["id"]
    # The first ten of a ULID's characters are its milliseconds.
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    moment = 0
    for character in first.json()["id"][:10]:
        moment = moment * 32 + alphabet.index(character)
    assert moment == started


@pytest.mark.parametrize("started", ["0", "-1", "nonsense", "99999999999999", "1", ""])
def test_a_wrong_client_clock_harms_nothing(server, client, started):
    answer = post(client, letter(message=unique()) | {"_id": "t", "_started": started})
    assert answer.status == 200
    assert find(server, answer).status in ("received", "notified")


HELD = {
    "honeypot": ({"_gotcha": "http://buy.example"}, {}, "honeypot"),
    "links": ({"message": " ".join(f"http://spam{i}.example" for i in range(8))}, {}, "links"),
    "too fast by a webdriver": ({}, {"session": {"loadedAt": "now", "webdriver": True}}, "webdriver"),
}


@pytest.mark.parametrize("name", HELD)
@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_suspected_spam_is_held_and_answered_like_any_other(server, client, name, accept):
    changes, options, reason = HELD[name]
    mark = unique()
    fields = letter(message=mark) | changes | {"mark": mark}
    headers = {}
    if session := options.get("session"):
        data = session | {"loadedAt": int(time.time() * 1000)}
        headers["Formspree_Session_Data"] = base64.b64encode(json.dumps(data).encode()).decode()
    answer = post(client, fields, accept=accept, **headers)
    if accept == "text/html":
        assert (answer.status, answer["location"]) == (303, "/thanks.html")
    else:
        assert answer.status == 200 and answer.json()["ok"] is True
        assert set(answer.json()) == {"ok", "success", "next", "message", "id"}
    [found] = [each for each in submissions(server.database) if each.fields.get("mark") == mark]
    assert found.status == "held"
    assert reason in found.spam_reasons
    assert not found.in_outbox


def test_one_weak_sign_holds_nothing(server, client):
    """Neither Origin nor Referer, and a link or two: a person with a careful browser."""
    answer = post(client, letter(message=unique("See https://example.se and tell me what you think of it, please:")),
                  Referer=None)
    found = find(server, answer)
    assert found.status != "held"
    assert found.spam_reasons == ["missing-origin"]


def test_the_same_text_over_and_over_is_a_sign(server, client):
    text = unique("Buy our finest varnish, only today")
    answers = [post(client, letter(message=text, email=f"a{i}@example.se")) for i in range(4)]
    reasons = [find(server, answer).spam_reasons for answer in answers]
    assert reasons[0] == []
    assert "repeated-content" in reasons[3]
