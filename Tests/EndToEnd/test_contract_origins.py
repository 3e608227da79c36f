# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Which pages may send the form, and where the visitor may be taken afterwards."""

import uuid

import pytest

from harness.brevlada import run
from harness.forms import letter, post
from harness.store import submissions

CLIENT_HEADERS = [
    "Content-Type", "Accept", "X-Requested-With", "Authorization", "Idempotency-Key", "Formspree-Client",
    "Formspree-Session-Data",
]


@pytest.fixture(scope="module")
def server(start):
    return start(BREVLADA_ORIGINS="https://example.se,https://www.example.se:8443")


def unique():
    return letter(message=f"origin {uuid.uuid4()}")


def own(server):
    return [f"http://127.0.0.1:{server.port}", "https://example.se", "https://www.example.se:8443",
            "http://localhost:3000", "http://[::1]:5173", "HTTPS://EXAMPLE.SE"]


FOREIGN = [
    "https://evil.example", "http://example.se", "https://example.se.evil.example", "https://evil-example.se",
    "https://example.se:8443", "https://www.example.se", "http://localhost.evil.example", "http://127.0.0.1.nip.io",
    "https://example.se@evil.example", "chrome-extension://abcdef", "file://", "nonsense",
]
# Privacy browsers and plain clients: no refusal, whatever is missing.
SILENT = [{}, {"Origin": "null"}, {"Origin": ""}, {"Referer": ""}]


def test_an_origin_of_the_owner_may_post_and_reads_the_answer(server, client):
    for origin in own(server):
        answer = post(client, unique(), Origin=origin)
        assert answer.status == 200, origin
        assert answer["access-control-allow-origin"] == origin
        assert answer["access-control-expose-headers"] == "Retry-After" and answer["content-language"] == "en"
        refused = post(client, letter(email="x"), Origin=origin)
        assert refused.status == 422 and refused["access-control-allow-origin"] == origin


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_foreign_origin_is_refused_and_nothing_is_stored(server, client, origin):
    before = len(submissions(server.database))
    answer = post(client, unique(), Origin=origin)
    assert answer.status == 403
    assert [error["code"] for error in answer.json()["errors"]] == ["BLOCKED"]
    # The page's script may read that it is refused.
    assert answer["access-control-allow-origin"] == "*"
    preflight = client.request("OPTIONS", "/api/contact", {
        "Origin": origin, "Access-Control-Request-Method": "POST",
    })
    assert preflight.status == 403 and preflight["access-control-allow-origin"] is None
    assert len(submissions(server.database)) == before


@pytest.mark.parametrize("headers", SILENT)
def test_a_missing_origin_is_no_reason_to_refuse(client, headers):
    assert post(client, unique(), **headers).status == 200


@pytest.mark.parametrize("path", ["/api/contact", "/api/AddContactInfo", "/api/f/contact", "/f/contact"])
def test_a_preflight_allows_what_formspree_and_we_send(client, path):
    answer = client.request("OPTIONS", path, {
        "Origin": "https://example.se", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "accept,content-type,formspree-client,formspree-session-data",
    })
    assert answer.status in (200, 204) and answer.body == b""
    assert answer["access-control-allow-origin"] == "https://example.se"
    assert "POST" in answer["access-control-allow-methods"]
    allowed = {name.strip().lower() for name in answer["access-control-allow-headers"].split(",")}
    assert allowed >= {name.lower() for name in CLIENT_HEADERS}
    assert int(answer["access-control-max-age"]) >= 600
    assert "origin" in answer["vary"].lower()


def test_every_answer_varies_by_origin(client):
    for answer in (post(client, unique()), post(client, {}), post(client, unique(), Origin="https://evil.example"),
                   client.request("OPTIONS", "/api/contact", {}), client.get("/api/contact")):
        assert "origin" in [name.strip().lower() for name in answer["vary"].split(",")]


SAFE = ["/tack.html", "/a/b?c=d#e", "/", "https://example.se/tack", "https://example.se", "http://localhost:3000/x"]
UNSAFE = [
    "https://evil.example/", "//evil.example/", "/\\evil.example/", "\\\\evil.example", "/\t/evil.example/",
    "javascript:alert(1)", "data:text/html,x", "https:/evil.example", "https:evil.example", "http:///evil.example",
    "https://example.se@evil.example/", "https://example.se.evil.example/", "tack.html", "", " /x",
    "/x\r\nSet-Cookie: a=b", "/x\nLocation: //evil.example", "https://evil.example\\@example.se/", "//å.se",
    "/" + "x" * 3000,
]


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
@pytest.mark.parametrize(
    "wanted, expected", [*((safe, safe) for safe in SAFE), *((bad, "/thanks.html") for bad in UNSAFE)]
)
def test_a_visitor_is_only_taken_to_the_owners_own_pages(client, accept, wanted, expected):
    answer = post(client, unique() | {"_next": wanted}, accept=accept)
    gone_to = answer.json()["next"] if accept == "application/json" else answer["location"]
    assert gone_to == expected
    assert answer["set-cookie"] is None


def test_every_origin_that_is_wrong_is_said_before_anything_starts(tmp_path):
    done = run("serve", cwd=tmp_path, PORT=0, BREVLADA_ORIGINS="example.se,https://a.se/path",
               BREVLADA_DATA=tmp_path / "data")
    assert done.returncode != 0
    assert "example.se" in done.stderr and "https://a.se/path" in done.stderr
