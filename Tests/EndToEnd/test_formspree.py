# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""A page made for Formspree works when its endpoint becomes ours.

Drives the API as `@formspree/core` 4 and `@formspree/ajax` 1 do (github.com/formspree/formspree-js): they post to
`<endpoint>/f/<key>`, ask for JSON, name themselves in `Formspree-Client`, send base 64 of
`{"loadedAt": ms, "webdriver": bool}` in `Formspree-Session-Data`, and judge by the body alone, never by the status.
"""

import base64
import json
import time
import uuid

import pytest

from harness.brevlada import Brevlada
from harness.forms import JSON, MULTIPART, encode, letter
from harness.store import submissions

ORIGIN = "http://localhost:5173"
ENDPOINTS = ["", "/api"]
FORM_CODES = {"BLOCKED", "EMPTY", "FORM_NOT_FOUND", "INACTIVE"}
FIELD_CODES = {"REQUIRED_FIELD_EMPTY", "REQUIRED_FIELD_MISSING", "TYPE_EMAIL", "TYPE_NUMERIC", "TYPE_TEXT"}


def session(loaded_ago=30.0, webdriver=False):
    data = {"loadedAt": int((time.time() - loaded_ago) * 1000), "webdriver": webdriver}
    return base64.b64encode(json.dumps(data, separators=(",", ":")).encode()).decode()


def submit(client, fields, media_type, endpoint="/api", key="contact", client_name="@formspree/ajax", **options):
    """The client's `submitForm`: the preflight that the browser sends first, then the post. Returns the body."""
    headers = {
        "Accept": "application/json",
        "Formspree-Client": f"{client_name} @formspree/core@4.0.0",
        "Formspree-Session-Data": session(**options),
    }
    content_type, body = encode(fields, media_type)
    asked = sorted(name.lower() for name in headers if name != "Accept")
    if media_type == JSON:
        asked.append("content-type")
    target = f"{endpoint}/f/{key}"
    preflight = client.request("OPTIONS", target, {
        "Origin": ORIGIN, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": ",".join(asked),
    })
    assert 200 <= preflight.status < 300
    assert preflight["access-control-allow-origin"] in ("*", ORIGIN)
    allowed = {name.strip().lower() for name in preflight["access-control-allow-headers"].split(",")}
    assert set(asked) <= allowed
    answer = client.request("POST", target, headers | {"Content-Type": content_type, "Origin": ORIGIN}, body)
    # Without this the browser gives the page a network error instead of the body.
    assert answer["access-control-allow-origin"] in ("*", ORIGIN)
    return json.loads(answer.body)


def is_error(body):
    """Core 4 takes any body with a text in `error` for an error; earlier ones look at the items of `errors`."""
    errors = body.get("errors")
    listed = isinstance(errors, list) and bool(errors) and all(isinstance(e.get("message"), str) for e in errors)
    new = isinstance(body.get("error"), str)
    assert new == listed, "old and new clients would judge differently"
    return new


def is_success(body):
    return not is_error(body) and isinstance(body.get("next"), str)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("media_type", [JSON, MULTIPART])
def test_a_submission_succeeds(server, client, endpoint, media_type):
    message = f"formspree {uuid.uuid4()}"
    body = submit(client, letter(message=message), media_type, endpoint)
    assert is_success(body)
    [found] = [each for each in submissions(server.database) if each.fields["message"] == message]
    assert found.spam_reasons == []
    assert found.origin == ORIGIN


def test_a_number_a_truth_and_null_are_values_as_in_its_types(server, client):
    message = f"formspree {uuid.uuid4()}"
    fields = letter(message=message) | {"age": 41, "newsletter": False, "company": None}
    assert is_success(submit(client, fields, JSON))
    [found] = [each for each in submissions(server.database) if each.fields["message"] == message]
    assert (found.fields["age"], found.fields["newsletter"]) == ("41", "false")


@pytest.mark.parametrize("media_type", [JSON, MULTIPART])
@pytest.mark.parametrize("fields, field, code", [
    (letter(email="nobody"), "email", "TYPE_EMAIL"),
    (letter(email=None), "email", "REQUIRED_FIELD_MISSING"),
    (letter(message=""), "message", "REQUIRED_FIELD_EMPTY"),
])
def test_a_wrong_field_is_an_error_by_that_field(client, media_type, fields, field, code):
    body = submit(client, fields, media_type)
    assert is_error(body)
    by_field = {error["field"]: error for error in body["errors"] if error.get("field")}
    assert by_field[field]["code"] == code and code in FIELD_CODES
    assert by_field[field]["message"]


@pytest.mark.parametrize("fields, key, code", [({}, "contact", "EMPTY"), (letter(), "nowhere", "FORM_NOT_FOUND")])
def test_a_wrong_form_is_an_error_of_the_whole(client, fields, key, code):
    body = submit(client, fields, MULTIPART if fields else JSON, key=key)
    assert is_error(body)
    [error] = [error for error in body["errors"] if not error.get("field")]
    assert error["code"] == code and code in FORM_CODES


def test_too_many_is_an_error_that_the_page_can_read(tmp_path):
    limits = {"BREVLADA_LIMITS_PER_ADDRESS_PER_MINUTE": 1, "BREVLADA_LIMITS_PER_ADDRESS_BURST": 1}
    with Brevlada(tmp_path / "data", **limits) as server, server.client() as client:
        assert is_success(submit(client, letter(message="one"), JSON))
        body = submit(client, letter(message="two"), JSON)
        assert is_error(body) and body["errors"][0]["message"]


@pytest.fixture(scope="module")
def hasty(start):
    """Nobody is asked to take an hour for a form; but a busy machine may take the usual three seconds for the post."""
    server = start(BREVLADA_SPAM_FILL_SECONDS=3600)
    with server.client() as client:
        yield server, client


@pytest.mark.parametrize("options, held, reasons", [
    ({"loaded_ago": 7200, "webdriver": False}, False, []),
    ({"loaded_ago": 1, "webdriver": False}, False, ["too-fast"]),
    ({"loaded_ago": 7200, "webdriver": True}, False, ["webdriver"]),
    ({"loaded_ago": 1, "webdriver": True}, True, ["webdriver", "too-fast"]),
    ({"loaded_ago": -7200, "webdriver": False}, False, []),
])
def test_its_session_feeds_the_spam_score_and_the_answer_stays_the_same(hasty, options, held, reasons):
    server, client = hasty
    message = f"formspree {uuid.uuid4()}"
    assert is_success(submit(client, letter(message=message), JSON, **options))
    [found] = [each for each in submissions(server.database) if each.fields["message"] == message]
    assert found.spam_reasons == reasons
    assert (found.status == "held") == held


@pytest.mark.parametrize("session_data", [
    "", "x", "e30=", "bnVsbA==", base64.b64encode(b"[" * 900).decode(), "=" * 4000,
])
def test_a_strange_session_is_no_reason_to_refuse(client, session_data):
    content_type, body = encode(letter(message=f"strange {uuid.uuid4()}"), JSON)
    answer = client.request("POST", "/api/f/contact", {
        "Accept": JSON, "Content-Type": content_type, "Formspree-Session-Data": session_data,
    }, body)
    assert is_success(answer.json())
