# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The owner's page signs in with Cognito: the code flow with PKCE, renewal, and what it keeps where.

Cognito and the API are played inside the browser, strictly; the page, its policy and HTTPS are as on AWS.
"""

import base64
import hashlib
import json
import re
import secrets
import time
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from browser import WATCH_POLICY, Watched, axe_findings
from playwright.sync_api import expect

from harness.brevlada import REPOSITORY
from harness.waiting import until

SITE, SIGN_IN, CLIENT = "https://site.example", "https://brevlada-x.auth.eu-north-1.amazoncognito.com", "7client"
# As InboxHeadersPolicy in the template has it.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    f"connect-src 'self' {SIGN_IN}; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
TYPES = {"html": "text/html; charset=utf-8", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
MESSAGE = {
    "id": "01M89ZS3M2SM7DWV85AD08C0RV", "form": "contact", "receivedAt": "2026-11-25T18:00:00.000Z", "name": "Åsa",
    "email": "asa@example.se", "subject": None, "preview": "Hej!", "status": "notified", "spamReasons": [],
    "readAt": "2026-11-25T18:01:00.000Z", "archivedAt": None, "language": "sv", "attempts": 1, "lastError": None,
    "notifiedAt": "2026-11-25T18:00:01.000Z",
}
WHOLE = MESSAGE | {
    "fields": [], "message": "Hej!", "replyTo": "asa@example.se", "page": None, "origin": SITE, "expiresAt": None,
    "region": "eu-north-1", "history": [{"at": "2026-11-25T18:00:00.000Z", "what": "received", "reason": None}],
    "delivery": {"attempts": 1, "nextAttempt": None, "lastError": None, "providerMessageID": "x", "notifiedAt": None},
}
AUDIT = {
    "from": "2026-11-25T00:00:00.000Z", "until": "2026-11-25T19:00:00.000Z", "accepted": 1, "stored": 1, "overdue": 0, "erased": 0,
    "counts": {"received": 0, "notified": 1, "held": 0, "failed": 0, "bounced": 0}, "expired": 0, "unread": 0, "awaitingOwner": {"held": 0, "failed": 0, "bounced": 0},
    "addsUp": True, "unbooked": 0, "complete": True, "clean": True, "days": [], "deliverySeconds": None, "problems": [],
}


def encoded(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


class Cloud:
    """Cognito's endpoints and the API behind them, for one browser context."""

    def __init__(self):
        self.codes, self.refreshes, self.tokens = {}, set(), {}
        self.life = 3600  # s
        self.renewals, self.sign_ins, self.revoked, self.logouts = 0, 0, 0, 0
        self.spoil = {}  # fields of the callback or of the ID token to change

    def answer(self, route):
        url = urlsplit(route.request.url)
        query = dict(parse_qsl(url.query))
        if f"{url.scheme}://{url.netloc}" == SIGN_IN:
            return self.cognito(route, url.path, query)
        if url.path == "/inbox/config.json":
            return self.json(route, {"signIn": {"kind": "cognito", "url": SIGN_IN, "clientId": CLIENT}})
        if url.path.startswith("/inbox/"):
            name = url.path.removeprefix("/inbox/") or "index.html"
            headers = {"Content-Type": TYPES[name.rpartition(".")[2]], "Content-Security-Policy": POLICY}
            return route.fulfill(status=200, headers=headers, body=(REPOSITORY / "Inbox" / name).read_bytes())
        if url.path.startswith("/api/"):
            return self.api(route, url.path.removeprefix("/api/"))
        return route.fulfill(status=404)

    @staticmethod
    def json(route, value, status=200):
        headers = {"Content-Type": "application/json", "Access-Control-Allow-Origin": SITE}
        route.fulfill(status=status, headers=headers, body=json.dumps(value))

    def api(self, route, path):
        token = route.request.headers.get("authorization", "")
        if self.tokens.get(token, 0) <= time.time():
            return self.json(route, {"message": "Unauthorized"}, 401)
        if path == "submissions":
            return self.json(route, {"submissions": [MESSAGE], "next": None})
        return self.json(route, AUDIT if path == "audit" else WHOLE)

    def cognito(self, route, path, query):
        if path == "/oauth2/authorize":
            self.sign_ins += 1
            assert query["client_id"] == CLIENT and query["redirect_uri"] == SITE + "/inbox/"
            assert (query["response_type"], query["code_challenge_method"]) == ("code", "S256")
            assert len(query["state"]) >= 43 and len(query["nonce"]) >= 43
            code = secrets.token_urlsafe(16)
            self.codes[code] = query
            back = {"code": code, "state": query["state"]} | self.spoil.get("callback", {})
            return self.redirect(route, f"{SITE}/inbox/?{urlencode(back)}")
        if path == "/logout":
            self.logouts += 1
            return self.redirect(route, query["logout_uri"])
        form = dict(parse_qsl(route.request.post_data))
        assert form["client_id"] == CLIENT
        if path == "/oauth2/revoke":
            self.revoked += 1
            self.refreshes.discard(form["token"])
            return self.json(route, {})
        if form["grant_type"] == "refresh_token":
            if form["refresh_token"] not in self.refreshes:
                return self.json(route, {"error": "invalid_grant"}, 400)
            self.renewals += 1
            return self.json(route, self.issue(None))
        asked = self.codes.pop(form["code"], None)
        proof = encoded(hashlib.sha256(form["code_verifier"].encode()).digest())
        if asked is None or proof != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return self.json(route, {"error": "invalid_grant"}, 400)
        refresh = secrets.token_urlsafe(16)
        self.refreshes.add(refresh)
        return self.json(route, self.issue(asked["nonce"]) | {"refresh_token": refresh})

    @staticmethod
    def redirect(route, to):
        # A page that goes there by itself stands for Cognito's redirect, which can't be played here.
        route.fulfill(status=200, headers={"Content-Type": "text/html"},
                      body=f"<!doctype html><title>Cognito</title><script>location.replace({json.dumps(to)})</script>")

    def issue(self, nonce):
        claims = {"aud": CLIENT, "nonce": nonce, "exp": int(time.time()) + self.life, "jti": secrets.token_hex(4)}
        token = f"e30.{encoded(json.dumps(claims | self.spoil.get('claims', {})).encode())}.c2ln"
        self.tokens[token] = time.time() + self.life
        return {"id_token": token, "access_token": "a.b.c", "expires_in": self.life, "token_type": "Bearer"}


@pytest.fixture
def cognito():
    return Cloud()


@pytest.fixture
def page(chromium, cognito):
    context = chromium.new_context()
    context.set_default_timeout(20_000)
    context.add_init_script(WATCH_POLICY)
    context.route("**/*", cognito.answer)
    page = context.new_page()
    watched = Watched()
    watched.attach(page)
    yield page
    context.close()
    assert watched.errors == []
    assert watched.origins <= {SITE, SIGN_IN}


def sign_in(page, place=""):
    page.goto(f"{SITE}/inbox/{place}")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#app")).to_be_visible()


def kept(page):
    return page.evaluate("JSON.stringify({...localStorage, ...sessionStorage}) + document.cookie + location.href")


def test_signing_in_comes_back_to_the_place(page, cognito):
    page.goto(f"{SITE}/inbox/#box=all&id={MESSAGE['id']}")
    expect(page.get_by_role("button", name="Sign in")).to_be_focused()
    assert axe_findings(page) == []
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#letter .text")).to_have_text("Hej!")
    assert page.url == f"{SITE}/inbox/#box=all&id={MESSAGE['id']}", "neither code nor state stays in the address"
    everything = kept(page)
    assert not any(token in everything for token in [*cognito.tokens, *cognito.refreshes])


def test_a_token_is_renewed_before_it_expires(page, cognito):
    cognito.life = 61  # due a second from now
    sign_in(page)
    expect(page.locator(".row")).to_have_count(1)
    page.wait_for_timeout(1500)
    page.locator(".row").click()
    expect(page.locator("#letter .history")).to_be_visible()
    assert cognito.renewals == 1, "once, however many requests waited for it"


def test_a_token_that_is_no_longer_taken_is_renewed_once_more(page, cognito):
    sign_in(page)
    expect(page.locator(".row")).to_have_count(1)
    cognito.tokens.clear()
    page.locator(".row").click()
    expect(page.locator("#letter .history")).to_be_visible()
    assert cognito.renewals >= 1


def test_an_ended_session_is_gone_on_with_at_the_same_place(page, cognito):
    sign_in(page, "#box=archived")
    expect(page.locator(".row")).to_have_count(1)
    cognito.tokens.clear()
    cognito.refreshes.clear()
    page.locator(".row").click()
    expect(page.locator("#knock")).to_contain_text("Your session has ended")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#letter .text")).to_have_text("Hej!")
    assert page.url.endswith(f"#box=archived&id={MESSAGE['id']}")


def test_a_reload_asks_cognito_and_not_the_person(page, cognito):
    sign_in(page)
    page.reload()
    expect(page.locator("#app")).to_be_visible()
    expect(page.locator(".row")).to_have_count(1)
    assert cognito.sign_ins == 2


def test_signing_out_ends_it_there_too(page, cognito):
    sign_in(page)
    expect(page.locator(".row")).to_have_count(1)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    until(lambda: page.wait_for_timeout(20) or (cognito.revoked, cognito.logouts) == (1, 1), what="the end of the session")
    assert cognito.refreshes == set() and cognito.sign_ins == 1, "and it does not sign in again by itself"
    assert page.evaluate("sessionStorage.length") == 0


@pytest.mark.parametrize("spoiled", [
    {"callback": {"state": "a" * 43}}, {"callback": {"code": "stolen"}}, {"claims": {"nonce": "another"}},
    {"claims": {"aud": "another"}},
])
def test_an_answer_to_another_question_signs_nobody_in(page, cognito, spoiled):
    cognito.spoil = spoiled
    page.goto(f"{SITE}/inbox/")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert").filter(has_text="Signing in did not work")).to_be_visible()
    expect(page.locator("#app")).to_be_hidden()
    assert not re.search("code=|state=", page.url)


def test_a_refusal_of_cognito_is_said(page):
    page.goto(f"{SITE}/inbox/?error=access_denied&state=x")
    expect(page.get_by_role("alert").filter(has_text="Signing in did not work")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in")).to_be_focused()
