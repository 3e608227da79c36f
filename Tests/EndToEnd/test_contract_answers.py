# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Every request gets the answer the contract names, as JSON to a script and as a page to a person."""

import re
import uuid

import pytest

from harness.forms import JSON, MULTIPART, URLENCODED, encode, letter, post

SENTENCE = re.compile(r"^[A-ZÅÄÖ].*[.)]$", re.DOTALL)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ROUTES = ["/api/contact", "/api/AddContactInfo", "/api/f/contact", "/f/contact"]


def unique(**changes):
    return letter(**({"message": f"Läcker igen, {uuid.uuid4()}"} | changes))


@pytest.mark.parametrize("requested_with, accept, media_type, expected", [
    ("XMLHttpRequest", None, URLENCODED, "json"),
    ("xmlhttprequest", BROWSER, URLENCODED, "json"),
    ("com.example.app", BROWSER, URLENCODED, "html"),
    (None, "application/json", URLENCODED, "json"),
    (None, "APPLICATION/JSON; charset=utf-8", URLENCODED, "json"),
    (None, "application/json, text/html", URLENCODED, "json"),
    (None, "text/html, application/json", URLENCODED, "html"),
    (None, "text/html, application/json", JSON, "html"),
    (None, BROWSER, URLENCODED, "html"),
    (None, BROWSER, JSON, "html"),
    (None, "*/*", JSON, "json"),
    (None, "*/*", URLENCODED, "html"),
    (None, "*/*", MULTIPART, "html"),
    (None, None, JSON, "json"),
    (None, None, URLENCODED, "html"),
    (None, "application/jsonp", URLENCODED, "html"),
])
def test_the_answer_is_what_the_client_asks_for(client, requested_with, accept, media_type, expected):
    headers = {"X_Requested_With": requested_with} if requested_with else {}
    taken = post(client, unique(), media_type, accept=accept, **headers)
    refused = post(client, unique(email="nobody"), media_type, accept=accept, **headers)
    if expected == "json":
        assert taken.status == 200 and taken.json()["ok"] is True
        assert refused.status == 422 and refused.json()["ok"] is False
    else:
        assert taken.status == 303 and taken["location"] == "/thanks.html"
        assert refused.status == 422 and refused["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("path", ROUTES)
def test_success_as_json_has_every_member(client, path):
    answer = post(client, unique(), path=path)
    assert answer.status == 200
    body = answer.json()
    assert set(body) == {"ok", "success", "next", "message", "id"}
    assert body["ok"] is True and body["success"] is True
    assert body["next"] == "/thanks.html"
    assert SENTENCE.match(body["message"])
    assert re.fullmatch(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", body["id"])


def failure(name, status, code, fields=None, raw=None, media_type=URLENCODED, path="/api/contact", method="POST",
            field=None, **headers):
    return pytest.param((status, code, field, fields, raw, media_type, path, method, headers), id=name)


FAILURES = [
    failure("missing message", 422, "REQUIRED_FIELD_MISSING", letter(message=None), field="message"),
    failure("missing e-mail", 422, "REQUIRED_FIELD_MISSING", letter(email=None), field="email"),
    failure("blank message", 422, "REQUIRED_FIELD_EMPTY", letter(message=" \n\t "), field="message"),
    failure("blank alias", 422, "REQUIRED_FIELD_EMPTY", letter(message=None, msg=" "), field="msg"),
    failure("no address", 422, "TYPE_EMAIL", letter(email="asa(at)example.se"), field="email"),
    failure("two addresses", 422, "TYPE_EMAIL", letter(email="a@example.se, b@example.se"), field="email"),
    failure("e-mail twice", 422, "TYPE_EMAIL", letter(email=["a@example.se", "b@example.se"]), field="email"),
    failure("nothing", 422, "EMPTY", {}),
    failure("only specials", 422, "EMPTY", {"_next": "/x", "_subject": "y"}),
    failure("value too long", 422, "TOO_LONG", letter(message="å" * 20_001), field="message"),
    failure("too many fields", 422, "TOO_MANY_FIELDS", letter() | {f"n{i}": "" for i in range(98)}),
    failure("name too long", 422, "TOO_MANY_FIELDS", letter() | {"n" * 101: "x"}),
    failure("body too large", 413, "TOO_LONG", letter(message="x" * 263_000)),
    failure("broken escape", 400, "MALFORMED", raw=b"message=%zz"),
    failure("not JSON", 400, "MALFORMED", raw=b'{"message":', media_type=JSON),
    failure("not multipart", 400, "MALFORMED", raw=b"--x\r\n", media_type="multipart/form-data; boundary=y"),
    failure("XML", 415, "UNSUPPORTED_TYPE", raw=b"<a/>", media_type="text/xml"),
    failure("no type", 415, "UNSUPPORTED_TYPE", raw=b"message=x", media_type=None),
    failure("unknown form", 404, "FORM_NOT_FOUND", letter(), path="/api/f/nowhere"),
    failure("unknown form, short", 404, "FORM_NOT_FOUND", letter(), path="/f/nowhere"),
    failure("hostile form name", 404, "FORM_NOT_FOUND", letter(), path="/api/f/%2e%2e%2f%00"),
    failure("PUT", 405, "METHOD_NOT_ALLOWED", letter(), method="PUT"),
    failure("GET", 405, "METHOD_NOT_ALLOWED", raw=b"", media_type=None, method="GET"),
    failure("DELETE", 405, "METHOD_NOT_ALLOWED", raw=b"", media_type=None, method="DELETE", path="/api/f/contact"),
    failure("foreign origin", 403, "BLOCKED", letter(), Origin="https://evil.example"),
]


def send(client, case, accept):
    _, _, _, fields, raw, media_type, path, method, headers = case
    body = raw
    if raw is None:
        media_type, body = encode(fields, media_type)
    named = {"Accept": accept} | headers
    if media_type:
        named["Content-Type"] = media_type
    return client.request(method, path, named, body)


@pytest.mark.parametrize("case", FAILURES)
def test_a_failure_as_json_has_the_error_shape(client, case):
    status, code, field, *_ = case
    answer = send(client, case, JSON)
    body = answer.json()
    assert (answer.status, body["ok"], body["success"]) == (status, False, False)
    assert set(body) == {"ok", "success", "error", "message", "errors"}
    assert isinstance(body["error"], str) and body["error"]
    assert SENTENCE.match(body["message"])
    assert all(SENTENCE.match(error["message"]) for error in body["errors"])
    assert (code, field) in [(error["code"], error.get("field")) for error in body["errors"]]
    if status == 405:
        assert answer["allow"] == "POST, OPTIONS"


@pytest.mark.parametrize("case", FAILURES)
def test_a_failure_as_a_page_says_the_same(client, case):
    answer = send(client, case, BROWSER)
    said = send(client, case, JSON).json()
    assert answer.status == case[0]
    assert answer["content-type"] == "text/html; charset=utf-8"
    assert answer["content-language"] == "en"
    # Whoever looks at the address with a browser has sent no form: the page says that.
    seen = "Nothing to see here." if case[0] == 405 else said["message"]
    for message in [seen, *(error["message"] for error in said["errors"] if case[0] == 422)]:
        assert message in answer.text
    policy = answer["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy


@pytest.mark.parametrize("case", FAILURES)
def test_an_answer_is_never_cached_and_varies_by_what_it_depends_on(client, case):
    for accept in (JSON, BROWSER):
        answer = send(client, case, accept)
        assert answer["cache-control"] == "no-store"
        assert {"origin", "accept", "accept-language"} <= {
            name.strip().lower() for name in answer["vary"].split(",")
        }
        assert answer["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("site, policy", [("https://example.se", "max-age=31536000"), ("http://localhost", None)])
def test_browsers_are_kept_to_https_where_the_site_has_it(start, site, policy):
    with start(BREVLADA_SITE_URL=site).client() as client:
        answers = [client.get("/"), post(client, unique()), post(client, letter(email="nobody")),
                   post(client, unique(), accept=BROWSER), post(client, letter(email="nobody"), accept=BROWSER)]
    assert [answer.status for answer in answers] == [200, 200, 422, 303, 422]
    assert [answer["strict-transport-security"] for answer in answers] == [policy] * 5


def test_head_of_a_form_is_refused_without_a_body(client):
    answer = client.request("HEAD", "/api/contact", {"Accept": JSON})
    assert answer.status == 405 and answer["allow"] == "POST, OPTIONS"
    assert client.get("/health").status == 200


@pytest.mark.parametrize("language, fields, expected", [
    ("sv", {}, "Skriv hela e-postadressen, till exempel namn@example.se."),
    ("sv-SE,sv;q=0.9,en;q=0.8", {}, "Skriv hela e-postadressen, till exempel namn@example.se."),
    ("en-GB,en;q=0.9", {}, "Enter the whole e-mail address, such as name@example.com."),
    ("de,fr;q=0.9", {}, "Enter the whole e-mail address, such as name@example.com."),
    (None, {}, "Enter the whole e-mail address, such as name@example.com."),
    ("en", {"_language": "sv"}, "Skriv hela e-postadressen, till exempel namn@example.se."),
    ("sv", {"_language": "en"}, "Enter the whole e-mail address, such as name@example.com."),
    ("sv", {"_language": "xx"}, "Skriv hela e-postadressen, till exempel namn@example.se."),
])
def test_sentences_are_in_the_visitors_language(client, language, fields, expected):
    headers = {"Accept_Language": language} if language else {}
    answer = post(client, letter(email="x") | fields, **headers)
    assert [error["message"] for error in answer.json()["errors"]] == [expected]


def test_the_error_page_keeps_what_the_visitor_typed(client):
    typed = {"name": 'Å "<b>" & \'', "message": "rad 1\n\n  rad 2\n<script>alert(1)</script>", "extra": "blå"}
    answer = post(client, letter(email="fel", **typed) | {"_next": "/tack.html", "_id": "abc"}, accept=BROWSER)
    assert answer.status == 422
    page = answer.text
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "rad 1\n\n  rad 2\n" in page
    assert 'value="blå"' in page and 'value="fel"' in page
    assert re.search(r'type="hidden"[^>]*name="_next"[^>]*value="/tack.html"', page)
    assert re.search(r'type="hidden"[^>]*name="_id"[^>]*value="abc"', page)
    assert re.search(r'<form method="post" action="/api/contact"', page)
