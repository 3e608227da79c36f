# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The starter site and its script in a real browser, against a server that answers as the test tells it to.

What the form does with the real server is tested elsewhere; here are the pages themselves, and the answers that a
real server gives rarely: none at all, half of one, a proxy's error page.
"""

from __future__ import annotations

import gzip
import json
import mimetypes
import re
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.parser import Parser
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from browser import axe_findings
from playwright.sync_api import Page, expect

pytest_plugins = ["browser"]

SITE = Path(__file__).resolve().parents[2] / "Site"
PAGES = ["/", "/thanks.html", "/404.html", "/sv/", "/sv/tack.html"]
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "media-src 'self'; manifest-src 'self'; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)


# The server


@dataclass
class Answer:
    status: int = 200
    body: str = ""
    type: str = "application/json"
    # Cuts the connection: before a byte of the answer, or in the middle of it.
    cut: bool = False
    # Held back until the test sets it.
    gate: threading.Event | None = None
    # What the server says its words are in.
    language: str = "en"


def answer(status: int, gate: threading.Event | None = None, **body: object) -> Answer:
    return Answer(status, json.dumps({"ok": status == 200, "success": status == 200, **body}), gate=gate)


def refusal(*errors: dict[str, str]) -> Answer:
    return answer(422, error="Validation errors", message="Check the fields marked below.", errors=list(errors))


@dataclass
class Post:
    path: str
    headers: dict[str, str]
    text: str

    @property
    def fields(self) -> dict[str, list[str]]:
        kind = self.headers["content-type"]
        if not kind.startswith("multipart/form-data"):
            return parse_qs(self.text, keep_blank_values=True)
        fields: dict[str, list[str]] = {}
        for part in Parser().parsestr(f"Content-Type: {kind}\n\n{self.text}").get_payload():
            if part.get_filename() is None:
                name = part.get_param("name", header="content-disposition")
                fields.setdefault(name, []).append(part.get_payload())
        return fields

    @property
    def token(self) -> tuple[str, str]:
        [identifier], [started] = self.fields["_id"], self.fields["_started"]
        return identifier, started


@dataclass
class StandIn:
    """Serves the site under the policy that the real server sends, and answers posts from a script."""

    url: str = ""
    answers: deque[Answer] = field(default_factory=deque)
    posts: list[Post] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)
    # Pages of a site that is not the starter site, by path; they come without a policy.
    pages: dict[str, str] = field(default_factory=dict)

    def file(self, path: str) -> Path | None:
        file = SITE / path.lstrip("/")
        file = file / "index.html" if path.endswith("/") else file
        return file if file.is_file() else None


def make_handler(server: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        # HTTP/1.0, one request a connection: on a kept one Chromium itself repeats a POST that was cut off.

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path in server.pages:
                self._send(200, server.pages[path].encode(), "text/html; charset=utf-8")
                return
            file = server.file(path)
            shown = file or SITE / "404.html"
            kind = mimetypes.guess_type(shown.name)[0] or "application/octet-stream"
            self._send(200 if file else 404, shown.read_bytes(), kind, {"Content-Security-Policy": POLICY})

        def do_OPTIONS(self) -> None:
            server.methods.append("OPTIONS")
            self._send(405, b"", "text/plain")

        def do_POST(self) -> None:
            server.methods.append("POST")
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            post = Post(self.path, {name.lower(): value for name, value in self.headers.items()}, text)
            server.posts.append(post)
            said = server.answers.popleft() if server.answers else None
            if "application/json" not in post.headers["accept"]:
                self._answer_browser(post)
                return
            said = said or answer(200, next=post.fields.get("_next", ["/thanks.html"])[0], message="Thank you!")
            if said.gate:
                said.gate.wait(30)
            if said.cut:
                if said.body:
                    self.send_response(said.status)
                    self.send_header("Content-Type", said.type)
                    self.send_header("Content-Length", "1000")
                    self.end_headers()
                    self.wfile.write(said.body.encode())
                self.close_connection = True
                return
            headers = {"Access-Control-Allow-Origin": "*", "Content-Language": said.language}
            self._send(said.status, said.body.encode(), said.type, headers)

        def _answer_browser(self, post: Post) -> None:
            self.send_response(303)
            self.send_header("Location", post.fields["_next"][0])
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _send(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
            try:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
            except BrokenPipeError:
                pass  # the page gave up waiting

        def log_message(self, *arguments: object) -> None:
            pass

    return Handler


def start_stand_in() -> tuple[StandIn, ThreadingHTTPServer]:
    stand_in = StandIn()
    server = ThreadingHTTPServer(("127.0.0.1", 0), make_handler(stand_in))
    stand_in.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return stand_in, server


@pytest.fixture
def site() -> Iterator[StandIn]:
    stand_in, server = start_stand_in()
    yield stand_in
    server.shutdown()
    server.server_close()


@pytest.fixture
def elsewhere() -> Iterator[StandIn]:
    stand_in, server = start_stand_in()
    yield stand_in
    server.shutdown()
    server.server_close()


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


# The pages


class Outline(HTMLParser):
    """Reads a page as strictly as its author should write it: what is opened is closed, in order."""

    VOID = {"meta", "link", "input", "img", "br"}

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, str | None]] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.feed(text)
        self.close()
        assert self.open == [], f"not closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice on <{tag}>"
        self.elements.append((tag, self.open[-1] if self.open else None))
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()

    def values(self, name: str) -> list[str]:
        return [value or "" for _, attribute, value in self.attributes if attribute == name]


def source_of(path: str) -> str:
    return (SITE / path.lstrip("/") / ("index.html" if path.endswith("/") else "")).read_text("utf-8")


def test_every_page_of_the_site_is_tested() -> None:
    assert {SITE / path.lstrip("/") / ("index.html" if path.endswith("/") else "") for path in PAGES} == set(
        SITE.rglob("*.html")
    )


def test_the_site_is_under_25_kb_and_its_script_under_4_kb() -> None:
    files = [file for file in SITE.rglob("*") if file.suffix in {".html", ".css", ".js"}]
    assert sum(file.stat().st_size for file in files) < 25_000
    assert len(gzip.compress((SITE / "brevlada.js").read_bytes(), mtime=0)) < 4_000


@pytest.mark.parametrize("path", PAGES)
def test_a_browser_reads_the_page_as_it_is_written(path: str, site: StandIn, open_page: Callable[..., Page]) -> None:
    text = source_of(path)
    assert text.startswith("<!doctype html>\n")
    outline = Outline(text)
    # A browser repairs what is wrong by moving, adding or dropping elements.
    page = open_page(site.url + "/robots.txt")
    elements = page.evaluate(
        """text => Array.from(new DOMParser().parseFromString(text, 'text/html').querySelectorAll('*'))
            .map(each => [each.localName, each.parentElement && each.parentElement.localName])""",
        text,
    )
    assert [tuple(element) for element in elements] == outline.elements
    identifiers = outline.values("id")
    assert len(identifiers) == len(set(identifiers))
    assert set(outline.values("for")) <= set(identifiers)


@pytest.mark.parametrize("path", PAGES)
def test_the_page_says_its_language_and_fits_the_policy(path: str) -> None:
    outline = Outline(source_of(path))
    language = "sv" if path.startswith("/sv/") else "en"
    assert ("html", "lang", language) in outline.attributes
    assert not [name for _, name, _ in outline.attributes if name == "style" or name.startswith("on")]
    assert "style" not in [tag for tag, _ in outline.elements]
    assert outline.values("src") == [value for value in outline.values("src") if value.startswith("/")]
    assert [tag for tag, _ in outline.elements].count("h1") == 1


def test_every_link_on_the_site_leads_somewhere(site: StandIn) -> None:
    checked = 0
    for path in PAGES:
        for name in ("href", "src", "action"):
            for value in Outline(source_of(path)).values(name):
                target = urlsplit(urljoin(path, value))
                if target.scheme == "tel" or target.path == "/api/contact":
                    continue
                assert not target.scheme and not target.netloc, f"{path} leads off the site: {value}"
                assert site.file(target.path), f"{path} leads to {value}, which is not there"
                if target.fragment:
                    assert target.fragment in Outline(source_of(target.path)).values("id")
                checked += 1
    assert checked > 30


def test_both_languages_name_each_other_and_themselves() -> None:
    alternates = [
        re.findall(r'<link rel="alternate" hreflang="(\w+)" href="([^"]+)">', source_of(path)) for path in ("/", "/sv/")
    ]
    assert alternates[0] == alternates[1] == [("en", "/"), ("sv", "/sv/")]


@pytest.mark.parametrize(("path", "after"), [("/", "/thanks.html"), ("/sv/", "/sv/tack.html")])
def test_each_form_speaks_its_pages_language(path: str, after: str) -> None:
    form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', source_of(path)))
    assert form["_next"] == after
    assert form["_language"] == ("sv" if path == "/sv/" else "en")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(
    path: str, width: int, scheme: str, site: StandIn, open_page: Callable[..., Page]
) -> None:
    page = open_page(site.url + path, width=width, color_scheme=scheme)
    assert axe_findings(page) == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [320, 768, 960, 1920])
def test_nothing_scrolls_sideways(path: str, width: int, site: StandIn, open_page: Callable[..., Page]) -> None:
    page = open_page(site.url + path, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    spilt = page.evaluate(
        """Array.from(document.querySelectorAll('body *:not(.skip, .unseen, .unseen *)'))
            .filter(each => each.getBoundingClientRect().right > innerWidth + 1).map(each => each.outerHTML)"""
    )
    assert spilt == []


# The form


def fill(page: Page, name: str = "Åsa Öberg", email: str = "asa@example.com", message: str = "Two soft planks.") -> None:
    page.locator("[name=name]").fill(name)
    page.locator("[name=email]").fill(email)
    page.locator("[name=message]").fill(message)


def button(page: Page):
    return page.locator("form button")


def test_without_javascript_the_form_posts_by_itself(site: StandIn, open_page: Callable[..., Page]) -> None:
    page = open_page(site.url + "/sv/", java_script_enabled=False)
    # The browser's own checks are in force.
    button(page).click()
    assert site.posts == []
    fill(page)
    button(page).click()
    page.wait_for_url("**/sv/tack.html")
    [post] = site.posts
    assert post.path == "/api/contact"
    assert post.headers["content-type"] == "application/x-www-form-urlencoded"
    assert post.fields == {
        "_next": ["/sv/tack.html"],
        "_language": ["sv"],
        "name": ["Åsa Öberg"],
        "email": ["asa@example.com"],
        "message": ["Two soft planks."],
        "_gotcha": [""],
    }


@pytest.mark.parametrize("missing", ["fetch", "AbortController"])
def test_in_a_browser_that_lacks_something_the_form_posts_by_itself(
    missing: str, site: StandIn, open_page: Callable[..., Page]
) -> None:
    page = open_page(site.url + "/404.html")
    page.add_init_script(f"delete window.{missing}")
    page.goto(site.url + "/")
    assert page.locator("form").get_attribute("novalidate") is None
    fill(page)
    button(page).click()
    page.wait_for_url("**/thanks.html")
    assert "_id" not in site.posts[0].fields


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_a_sent_message_is_thanked_for_in_place(
    width: int, scheme: str, site: StandIn, open_page: Callable[..., Page]
) -> None:
    page = open_page(site.url + "/", width=width, color_scheme=scheme)
    site.answers.append(answer(200, next="/thanks.html", message="Thank you! Your message has been sent.", id="01"))
    fill(page)
    button(page).click()
    status = page.get_by_role("status")
    expect(status).to_have_text("Thank you! Your message has been sent.")
    expect(status).to_be_focused()
    expect(page.locator("form")).to_have_count(0)
    assert page.url == site.url + "/"
    [post] = site.posts
    assert post.headers["accept"] == "application/json"
    assert post.fields["message"] == ["Two soft planks."]
    identifier, started = post.token
    assert re.fullmatch(r"\d+(-\d+){3}", identifier)
    assert abs(int(started) - page.evaluate("Date.now()")) < 60_000
    assert axe_findings(page) == []


@pytest.mark.parametrize(
    ("path", "required", "email"),
    [
        ("/", "Fill in this field.", "Enter the whole e-mail address, such as name@example.com."),
        ("/sv/", "Fyll i det här fältet.", "Skriv hela e-postadressen, till exempel namn@example.se."),
    ],
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_what_the_browser_knows_to_be_wrong_is_said_by_the_field_and_not_sent(
    path: str, required: str, email: str, width: int, scheme: str, site: StandIn, open_page: Callable[..., Page]
) -> None:
    page = open_page(site.url + path, width=width, color_scheme=scheme)
    page.locator("[name=email]").fill("asa")
    button(page).click()
    address, message = page.locator("[name=email]"), page.locator("[name=message]")
    expect(address).to_be_focused()
    expect(address).to_have_attribute("aria-invalid", "true")
    expect(address).to_have_accessible_description(email)
    expect(message).to_have_accessible_description(required)
    expect(page.locator("[name=name]")).not_to_have_attribute("aria-invalid", "true")
    assert axe_findings(page) == []
    # Typing takes the complaint away.
    message.fill("Hej")
    expect(message).not_to_have_attribute("aria-invalid", "true")
    expect(message).not_to_have_attribute("aria-describedby", re.compile(".*"))
    assert site.posts == []


def test_what_the_server_refuses_is_said_by_the_fields_and_the_text_stays(
    site: StandIn, open_page: Callable[..., Page]
) -> None:
    page = open_page(site.url + "/")
    site.answers.append(
        refusal(
            {"code": "TOO_SHORT", "field": "message", "message": "Write at least 40 characters."},
            {"code": "TYPE_EMAIL", "field": "email", "message": "Enter an e-mail address."},
            {"code": "CHALLENGE_MISSING", "field": "cf-turnstile-response", "message": "Confirm that you are a person."},
        )
    )
    fill(page)
    button(page).click()
    # The first in the form, whatever the order of the answer.
    expect(page.locator("[name=email]")).to_be_focused()
    expect(page.locator("[name=email]")).to_have_accessible_description("Enter an e-mail address.")
    expect(page.locator("[name=message]")).to_have_accessible_description("Write at least 40 characters.")
    expect(page.get_by_role("alert")).to_have_text("Confirm that you are a person.")
    expect(page.locator("[name=message]")).to_have_value("Two soft planks.")
    expect(button(page)).to_be_enabled()
    assert axe_findings(page) == []
    page.locator("[name=message]").fill("Two soft planks, and a third that I am not sure of.")
    button(page).click()
    expect(page.get_by_role("status")).to_have_text("Thank you!")
    expect(page.locator(".brevlada-error")).to_have_count(0)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (answer(429, message="Wait 20 seconds.", errors=[]), "Wait 20 seconds."),
        (
            answer(503, message="x", errors=[{"code": "UNAVAILABLE", "message": "Could not be saved just now. (ab12)"}]),
            "Could not be saved just now. (ab12)",
        ),
        (Answer(502, "<h1>Bad gateway</h1>", "text/html"), "No answer came, so send again in a moment."),
        (Answer(500, '{"message":"Internal server error"}'), "No answer came, so send again in a moment."),
        (Answer(200, "<h1>Log in to the café's network</h1>", "text/html"), "No answer came, so send again in a moment."),
        (Answer(200, "null"), "No answer came, so send again in a moment."),
        (Answer(cut=True), "No answer came, so send again in a moment."),
        (Answer(200, '{"ok":true,"mess', cut=True), "No answer came, so send again in a moment."),
    ],
    ids=["429", "503", "proxy's 502", "gateway's 500", "captive portal", "null", "cut at once", "cut within"],
)
def test_after_any_failure_the_text_stays_and_a_retry_carries_the_same_token(
    said: Answer, shown: str, site: StandIn, open_page: Callable[..., Page]
) -> None:
    page = open_page(site.url + "/")
    site.answers.append(said)
    fill(page)
    button(page).click()
    expect(page.get_by_role("alert")).to_contain_text(shown)
    expect(page.locator("[name=message]")).to_have_value("Two soft planks.")
    expect(button(page)).to_be_enabled()
    expect(button(page)).to_be_focused()
    button(page).click()
    expect(page.get_by_role("status")).to_have_text("Thank you!")
    first, second = site.posts
    assert first.fields == second.fields and first.token


def test_a_failure_is_told_in_swedish_on_a_swedish_page(site: StandIn, open_page: Callable[..., Page]) -> None:
    page = open_page(site.url + "/sv/")
    site.answers.append(Answer(cut=True))
    fill(page)
    button(page).click()
    expect(page.get_by_role("alert")).to_have_text(
        "Inget svar kom, så skicka igen om en stund. Din text finns kvar och sparas aldrig två gånger."
    )
    assert axe_findings(page) == []


def test_silence_is_given_up_after_thirty_seconds(
    site: StandIn, gate: threading.Event, open_page: Callable[..., Page]
) -> None:
    page = open_page(site.url + "/404.html")
    page.clock.install(time=0)
    page.goto(site.url + "/")
    # From here on time stands still but for the leaps below.
    page.clock.pause_at(3_600_000)
    site.answers.append(answer(200, gate=gate, message="Too late."))
    fill(page)
    button(page).click()
    expect(button(page)).to_be_disabled()
    page.clock.fast_forward(29_000)
    expect(button(page)).to_be_disabled()
    page.clock.fast_forward(2_000)
    expect(page.get_by_role("alert")).to_contain_text("No answer came")
    expect(button(page)).to_be_enabled()


def test_while_a_message_is_on_its_way_it_can_not_be_sent_again(
    site: StandIn, gate: threading.Event, open_page: Callable[..., Page]
) -> None:
    page = open_page(site.url + "/")
    site.answers.append(answer(200, gate=gate, message="Thank you!"))
    fill(page)
    button(page).dblclick()
    expect(button(page)).to_be_disabled()
    # To those who hear it; in truth it would lose the focus.
    expect(button(page)).to_have_attribute("aria-disabled", "true")
    expect(button(page)).to_be_focused()
    expect(page.locator("form")).to_have_attribute("aria-busy", "true")
    expect(page.get_by_role("status")).to_have_text("Sending…")
    page.locator("[name=email]").press("Enter")
    page.evaluate("document.forms[0].requestSubmit()")
    gate.set()
    expect(page.get_by_role("status")).to_have_text("Thank you!")
    assert len(site.posts) == 1


def test_a_failure_that_belongs_to_no_field_is_brought_into_sight(site: StandIn, open_page: Callable[..., Page]) -> None:
    page = open_page(site.url + "/", width=390)
    page.set_viewport_size({"width": 390, "height": 420})
    site.answers.append(Answer(cut=True))
    fill(page)
    page.locator("[name=email]").evaluate("field => { field.scrollIntoView({ block: 'start' }); field.focus() }")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("No answer came")
    expect(page.get_by_role("alert")).to_be_in_viewport(ratio=.9)
    expect(page.locator("[name=email]")).to_be_focused()


def test_what_is_written_from_right_to_left_stands_so(site: StandIn, open_page: Callable[..., Page]) -> None:
    page = open_page(site.url + "/")
    for name in ("name", "message"):
        expect(page.locator(f"form [name={name}]")).to_have_css("unicode-bidi", "plaintext")


def test_in_forced_colours_a_button_has_an_edge(site: StandIn, open_page: Callable[..., Page]) -> None:
    page = open_page(site.url + "/", forced_colors="active")
    expect(button(page)).to_have_css("border-top-width", "1px")
    expect(button(page)).to_have_css("border-top-style", "solid")


def test_a_reload_after_a_cut_connection_keeps_the_token(site: StandIn, open_page: Callable[..., Page]) -> None:
    page = open_page(site.url + "/")
    site.answers.append(Answer(cut=True))
    fill(page)
    button(page).click()
    expect(page.get_by_role("alert")).not_to_be_empty()
    page.reload()
    fill(page)
    button(page).click()
    expect(page.get_by_role("status")).to_have_text("Thank you!")
    assert site.posts[0].token == site.posts[1].token
    # What is written later is another message, even when it says the same.
    page.goto(site.url + "/?later")
    fill(page)
    button(page).click()
    expect(page.get_by_role("status")).to_have_text("Thank you!")
    assert site.posts[2].token[0] != site.posts[1].token[0]


def test_the_form_can_be_filled_in_with_the_keyboard_alone(site: StandIn, open_page: Callable[..., Page]) -> None:
    page = open_page(site.url + "/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    for text in ("Åsa Öberg", "asa@example.com", "Two soft planks."):
        # The first Tab after the skip link passes the telephone number.
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('address a')"):
            page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Tab")
    # Past the honeypot, which no key reaches.
    expect(button(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_be_focused()
    [post] = site.posts
    assert [post.fields[name] for name in ("name", "email", "message", "_gotcha")] == [
        ["Åsa Öberg"],
        ["asa@example.com"],
        ["Two soft planks."],
        [""],
    ]


def test_enter_in_a_field_sends(site: StandIn, open_page: Callable[..., Page]) -> None:
    page = open_page(site.url + "/")
    fill(page)
    page.locator("[name=email]").press("Enter")
    expect(page.get_by_role("status")).to_have_text("Thank you!")


def test_the_honeypot_is_out_of_everybodys_way(site: StandIn, open_page: Callable[..., Page]) -> None:
    page = open_page(site.url + "/")
    expect(page.locator("[name=_gotcha]")).not_to_be_in_viewport()
    expect(page.locator("[name=_gotcha]")).to_have_attribute("autocomplete", "off")
    assert page.get_by_role("textbox").count() == 3


# Forms on other sites


OTHER_SITE = """<!doctype html>
<html lang="sv-SE"><title>Annan sajt</title>
<form action="{action}" method="post" data-brevlada{mode}>
  <label>E-post <input type="email" name="email" aria-describedby="hint" required></label> <i id="hint">Vi spar den.</i>
  <fieldset><legend>Båt</legend>
    <label><input type="radio" name="boat" value="eka" required> Eka</label>
    <label><input type="radio" name="boat" value="snipa"> Snipa</label>
  </fieldset>
  <label>Antal <input name="count" type="number" max="9" value="2"></label>
  <input type="file" name="photo">
  <button name="intent" value="ask">Fråga</button>
  <button name="intent" value="order">Beställ</button>
</form>
<script src="{script}" defer></script>
"""


def other_page(site: StandIn, action: str, mode: str = "") -> str:
    site.pages["/other"] = OTHER_SITE.format(action=action, mode=mode, script="/brevlada.js")
    return site.url + "/other"


def test_one_attribute_and_one_tag_upgrade_a_form_on_another_site(
    site: StandIn, elsewhere: StandIn, open_page: Callable[..., Page]
) -> None:
    page = open_page(other_page(site, elsewhere.url + "/api/f/order"), allowed=(elsewhere.url,))
    page.get_by_text("Beställ").click()
    expect(page.locator("[name=email]")).to_have_accessible_description("Vi spar den. Skriv hela e-postadressen, till exempel namn@example.se.")
    # A group complains once, inside its fieldset.
    expect(page.locator("fieldset > .brevlada-error")).to_have_text("Välj ett av alternativen.")
    expect(page.locator(".brevlada-error")).to_have_count(2)
    page.locator("[name=email]").fill("asa@example.com")
    expect(page.locator("[name=email]")).to_have_attribute("aria-describedby", "hint")
    # Another radio button answers for the one that was marked.
    page.locator("[value=snipa]").check()
    expect(page.locator(".brevlada-error")).to_have_count(0)
    page.locator("[name=count]").fill("10")
    page.get_by_text("Beställ").click()
    expect(page.locator(".brevlada-error")).to_have_count(1)
    page.locator("[name=count]").fill("3")
    page.get_by_text("Beställ").click()
    expect(page.get_by_role("status")).to_have_text("Thank you!")
    assert elsewhere.methods == ["POST"], "a preflight was needed"
    [post] = elsewhere.posts
    assert post.path == "/api/f/order"
    # Of a file that was not chosen nothing is said.
    assert 'filename=""' in post.text
    assert {name: values for name, values in post.fields.items() if name not in ("_id", "_started")} == {
        "email": ["asa@example.com"],
        "boat": ["snipa"],
        "count": ["3"],
        "intent": ["order"],
        "_language": ["sv"],
    }


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ('<input type="checkbox" name="ok" required>', "Kryssa i rutan för att gå vidare."),
        ('<select name="size" required><option></option><option>12</option></select>', "Välj ett av alternativen."),
    ],
    ids=["a box", "a menu"],
)
def test_a_box_and_a_menu_that_are_left_are_told_as_the_server_tells_them(
    field: str, said: str, site: StandIn, open_page: Callable[..., Page]
) -> None:
    page = open_page(other_page(site, "/api/contact"))
    page.evaluate("field => document.querySelector('button').insertAdjacentHTML('beforebegin', field)", field)
    page.locator("[name=email]").fill("asa@example.com")
    page.locator("[value=eka]").check()
    page.get_by_text("Fråga").click()
    expect(page.locator(".brevlada-error")).to_have_text(said)
    assert site.posts == []


def test_what_is_wrong_with_a_field_that_is_not_shown_is_said_with_its_name(
    site: StandIn, open_page: Callable[..., Page]
) -> None:
    page = open_page(other_page(site, "/api/contact"))
    page.evaluate("document.querySelector('button').insertAdjacentHTML('beforebegin', '<input hidden name=size required>')")
    page.locator("[name=email]").fill("asa@example.com")
    page.locator("[value=eka]").check()
    page.get_by_text("Fråga").click()
    expect(page.get_by_role("alert")).to_have_text("size: Fyll i det här fältet.")
    page.evaluate("document.querySelector('[name=size]').value = '3'")
    site.answers.append(
        refusal(
            {"code": "REQUIRED_FIELD_MISSING", "field": "telefon", "message": "Fyll i det här fältet."},
            {"code": "NOT_AN_OPTION", "field": "size", "message": "Välj ett av alternativen."},
            {"code": "REQUIRED_FIELD_EMPTY", "field": "count", "message": "Fyll i det här fältet."},
            {"code": "CHALLENGE_MISSING", "field": "cf-turnstile-response", "message": "Visa att du är en människa."},
            {"code": "EMPTY", "message": "Fyll i något."},
        )
    )
    page.get_by_text("Fråga").click()
    expect(page.get_by_role("alert")).to_have_text(
        "telefon: Fyll i det här fältet. size: Välj ett av alternativen. Visa att du är en människa. Fyll i något."
    )
    expect(page.locator("[name=count]")).to_have_accessible_description("Fyll i det här fältet.")


def test_a_chosen_file_is_not_dropped_in_silence(
    site: StandIn, open_page: Callable[..., Page]
) -> None:
    page = open_page(other_page(site, "/api/contact"))
    site.answers.append(
        refusal({"code": "FILE_NOT_ACCEPTED", "field": "photo", "message": "Filer kan inte skickas."})
    )
    page.locator("[name=email]").fill("asa@example.com")
    page.locator("[value=eka]").check()
    page.locator("[name=photo]").set_input_files({"name": "eka.txt", "mimeType": "text/plain", "buffer": b"eka" * 1_000_000})
    page.get_by_text("Fråga").click()
    expect(page.locator("[name=photo]")).to_have_accessible_description("Filer kan inte skickas.")
    assert site.posts[0].headers["content-type"].startswith("multipart/form-data")
    # Its name alone: a proxy or the server would refuse a large body before anybody has looked at its fields.
    assert 'filename="eka.txt"' in site.posts[0].text and "ekaeka" not in site.posts[0].text


def test_with_redirect_the_page_changes_and_the_back_button_keeps_the_token(
    site: StandIn, open_page: Callable[..., Page]
) -> None:
    page = open_page(other_page(site, "/api/contact", mode='="redirect"'))
    for _ in range(2):
        site.answers.append(answer(200, next="/sv/tack.html", message="Tack!"))
        page.locator("[name=email]").fill("asa@example.com")
        page.locator("[value=eka]").check()
        expect(page.get_by_text("Fråga")).to_be_enabled()
        page.get_by_text("Fråga").click()
        page.wait_for_url("**/sv/tack.html")
        page.go_back()
    assert site.posts[0].token == site.posts[1].token


def test_with_redirect_the_next_page_is_where_a_browser_without_the_script_would_go(
    site: StandIn, elsewhere: StandIn, open_page: Callable[..., Page]
) -> None:
    site.pages["/thanks-here"] = "<!doctype html><title>Här</title>"
    elsewhere.pages["/thanks-there"] = "<!doctype html><title>Där</title>"
    for next_page, title in [("/thanks-there", "Där"), (site.url + "/thanks-here", "Här")]:
        page = open_page(
            other_page(site, elsewhere.url + "/api/f/order", mode='="redirect"'), allowed=(elsewhere.url,)
        )
        elsewhere.answers.append(answer(200, next=next_page, message="Tack!"))
        page.locator("[name=email]").fill("asa@example.com")
        page.locator("[value=eka]").check()
        page.get_by_text("Fråga").click()
        expect(page).to_have_title(title)
        assert page.url == (next_page if "//" in next_page else elsewhere.url + next_page)


def test_with_redirect_an_address_that_is_none_is_not_followed(site: StandIn, open_page: Callable[..., Page]) -> None:
    page = open_page(other_page(site, "/api/contact", mode='="redirect"'))
    site.answers.append(answer(200, next="javascript:document.title='taken'", message="Tack!"))
    page.locator("[name=email]").fill("asa@example.com")
    page.locator("[value=eka]").check()
    page.get_by_text("Fråga").click()
    expect(page.get_by_role("status")).to_have_text("Tack!")
    expect(page).to_have_title("Annan sajt")


def test_the_owner_of_a_site_hears_of_it_and_may_take_over(site: StandIn, open_page: Callable[..., Page]) -> None:
    page = open_page(site.url + "/")
    # Told through the title: to wait for a value, Playwright would evaluate it in the page, against its policy.
    page.evaluate(
        """() => {
          document.title = ''
          const hear = (...words) => { document.title += words.join(' ') + '.' }
          for (const name of ['brevlada:sent', 'brevlada:error']) document.addEventListener(name, event => {
            hear(name, event.target.localName, event.detail.status || event.detail.id)
            if (name.endsWith('sent')) event.preventDefault()
          })
          window.turnstile = { reset: () => hear('reset') }
        }"""
    )
    site.answers += [answer(503, message="Later.", errors=[]), answer(200, message="Thank you!", id="01A")]
    fill(page)
    button(page).click()
    expect(page.get_by_role("alert")).to_have_text("Later.")
    expect(page).to_have_title("brevlada:error form 503.reset.")
    button(page).click()
    expect(page).to_have_title("brevlada:error form 503.reset.brevlada:sent form 01A.")
    # The form stays, for another message: with a token of its own.
    site.answers.append(answer(200, message="Thank you!", id="01B"))
    fill(page)
    button(page).click()
    expect(page).to_have_title("brevlada:error form 503.reset.brevlada:sent form 01A.brevlada:sent form 01B.")
    assert site.posts[1].token == site.posts[0].token
    assert site.posts[2].token[0] != site.posts[1].token[0]


@pytest.mark.parametrize(
    "said",
    [
        refusal({"code": "TYPE_EMAIL", "field": "email", "message": "Enter the whole e-mail address, such as name@example.com."}),
        answer(503, message="Later.", errors=[]),
        Answer(0, cut=True),
    ],
    ids=["errors", "a sentence", "no answer"],
)
def test_an_owner_may_say_every_error_in_words_of_their_own(
    said: Answer, site: StandIn, open_page: Callable[..., Page]
) -> None:
    page = open_page(site.url + "/")
    page.evaluate(
        """() => document.addEventListener('brevlada:error', event => {
          event.preventDefault()
          const { status, errors = [] } = event.detail
          document.title = [status, ...errors.map(({ code, field }) => `${code} ${field}`)].join(' ')
        })"""
    )
    site.answers.append(said)
    fill(page)
    button(page).click()
    expect(page).to_have_title({422: "422 TYPE_EMAIL email"}.get(said.status, str(said.status)))
    expect(page.get_by_role("alert")).to_have_text("")
    expect(page.locator(".brevlada-error")).to_have_count(0)
    button(page).click()
    expect(page.locator(".brevlada-sent")).to_have_text("Thank you!")
    assert site.posts[0].token == site.posts[1].token


ARABIC = """<!doctype html>
<html lang="ar" dir="rtl"><title>موقع آخر</title>
<form method="post" action="/api/contact" data-brevlada>
  {language}
  <label>البريد <input name="email" type="email" required></label>
  <label>الرسالة <textarea name="message" required></textarea></label>
  <label>الرمز <input name="code" pattern="[0-9]+"></label>
  <button>إرسال</button>
</form>
<script src="/brevlada.js" defer></script>
"""


@pytest.mark.parametrize(
    "field, sent, language, unsure",
    [
        ("", [], "en", "No answer came, so send again in a moment. Your text is still here and is never stored twice."),
        (
            '<input type="hidden" name="_language" value="sv">', ["sv"], "sv",
            "Inget svar kom, så skicka igen om en stund. Din text finns kvar och sparas aldrig två gånger.",
        ),
    ],
    ids=["nothing said", "_language"],
)
def test_on_a_page_in_another_language_the_browser_says_what_it_can_and_all_else_says_its_language(
    field: str, sent: list[str], language: str, unsure: str, site: StandIn, open_page: Callable[..., Page]
) -> None:
    site.pages["/ar"] = ARABIC.format(language=field)
    page = open_page(site.url + "/ar", locale="de-DE")
    inputs = {name: page.locator(f"[name={name}]") for name in ("email", "message", "code")}
    inputs["email"].fill("asa")
    inputs["code"].fill("x")
    page.get_by_text("إرسال").click()
    for each in inputs.values():
        said = each.evaluate("field => field.validationMessage")
        expect(each).to_have_accessible_description(said)
        expect(each.locator("xpath=following::*[contains(@class, 'brevlada-error')][1]")).to_have_attribute("lang", "de-DE")
    # In what the visitor's browser asked for, when the form says nothing.
    refused = refusal({"code": "TYPE_EMAIL", "field": "email", "message": "Svaret."})
    refused.language = "sv"
    thanks = answer(200, message="Tack!")
    thanks.language = "sv"
    site.answers += [refused, Answer(0, cut=True), thanks]
    inputs["email"].fill("asa@example.com")
    inputs["message"].fill("مرحبا")
    inputs["code"].fill("1")
    page.get_by_text("إرسال").click()
    expect(page.locator(".brevlada-error")).to_have_attribute("lang", "sv")
    expect(page.locator(".brevlada-error")).to_have_attribute("dir", "auto")
    assert site.posts[0].fields.get("_language", []) == sent
    page.get_by_text("إرسال").click()
    alert = page.get_by_role("alert")
    expect(alert).to_have_text(unsure)
    expect(alert).to_have_attribute("lang", language)
    assert alert.evaluate("element => getComputedStyle(element).direction") == "ltr"
    page.get_by_text("إرسال").click()
    expect(page.locator(".brevlada-sent")).to_have_attribute("lang", "sv")


def test_a_form_that_comes_after_the_script_is_upgraded_too(site: StandIn, open_page: Callable[..., Page]) -> None:
    page = open_page(site.url + "/")
    page.evaluate(
        """() => { const form = document.forms[0]; const copy = document.createElement('div')
          copy.innerHTML = '<form method="post" action="/api/f/late" data-brevlada><label>Name <input name="name"></label>'
            + '<button>Send</button></form>'
          form.replaceWith(copy) }"""
    )
    page.locator("[name=name]").fill("Åsa")
    page.get_by_text("Send").click()
    expect(page.locator(".brevlada-sent")).to_have_text("Thank you!")
    assert site.posts[0].path == "/api/f/late"


def test_after_thanks_a_reload_brings_another_message_and_the_back_button_the_same(
    site: StandIn, open_page: Callable[..., Page]
) -> None:
    page = open_page(site.url + "/")

    def vote() -> str:
        fill(page)
        button(page).click()
        expect(page.locator(".brevlada-sent")).to_have_text("Thank you!")
        return site.posts[-1].token[0]

    first = vote()
    # The next visitor at the same tablet, who says the same.
    page.reload()
    second = vote()
    page.goto(site.url + "/thanks.html")
    page.go_back()
    assert first != second == vote()
    page.reload()
    assert vote() != second


def test_the_thanks_are_still_there_when_the_visitor_comes_back(site: StandIn, open_page: Callable[..., Page]) -> None:
    page = open_page(site.url + "/")
    fill(page)
    button(page).click()
    expect(page.locator(".brevlada-sent")).to_have_text("Thank you!")
    # What a browser says before it keeps the page for the back button.
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    expect(page.locator(".brevlada-sent")).to_have_text("Thank you!")


SHADOWED = ["lang", "after", "append", "remove", "elements", "dataset", "getAttribute", "querySelector", "closest"]


def test_a_field_may_be_named_as_what_a_form_has_itself(site: StandIn, open_page: Callable[..., Page]) -> None:
    fields = "".join(f'<input name="{name}" value="1">' for name in SHADOWED)
    site.pages["/named"] = f"""<!doctype html><html lang="sv"><title>Namn</title>
        <form action="/api/contact" method="post" data-brevlada lang="en">{fields}<button>Send</button></form>
        <form action="/api/f/other" method="post" data-brevlada><input name="x" required><button>Skicka</button></form>
        <script src="/brevlada.js" defer></script>"""
    page = open_page(site.url + "/named")
    page.get_by_text("Skicka").click()
    expect(page.locator("[name=x]")).to_have_accessible_description("Fyll i det här fältet.")
    # Playwright itself asks the form for what is hidden, for as long as it is there.
    page.evaluate("document.querySelector('button').click()")
    page.wait_for_function("document.querySelector('.brevlada-sent')?.textContent === 'Thank you!'")
    assert {name: site.posts[0].fields[name] for name in SHADOWED} == {name: ["1"] for name in SHADOWED}
    assert site.posts[0].fields["_language"] == ["en"]


OWN_WORDS = """<!doctype html><html lang="en"><title>Own words</title>
<form action="/api/contact" method="post" data-brevlada>
  <label>Code <input name="code" pattern="[0-9]+" title="Four digits." value="x"></label>
  <label>Name <input name="who" required></label>
  <fieldset><legend>Boat</legend><label><input type="checkbox" name="boat" value="eka"> Eka</label>
    <label><input type="checkbox" name="boat" value="snipa"> Snipa</label></fieldset>
  <button>Send</button> <button formnovalidate>Send as it is</button> <button type="reset">Clear</button>
</form>
<script>
  const who = document.querySelector('[name=who]')
  who.addEventListener('invalid', () => who.setCustomValidity('Who are you?'))
  who.addEventListener('input', () => who.setCustomValidity(''))
</script>
<script src="/brevlada.js" defer></script>"""


def test_a_page_says_what_is_wrong_in_its_own_words(site: StandIn, open_page: Callable[..., Page]) -> None:
    site.pages["/own"] = OWN_WORDS
    page = open_page(site.url + "/own")
    code, who = page.locator("[name=code]"), page.locator("[name=who]")
    page.get_by_text("Send", exact=True).click()
    said = code.evaluate("field => field.validationMessage")
    expect(code).to_have_accessible_description(f"{said} Four digits.")
    # Firefox says the title by itself.
    code.evaluate("(field, text) => Object.defineProperty(field, 'validationMessage', { value: text })", f"{said} Four digits.")
    page.get_by_text("Send", exact=True).click()
    expect(code).to_have_accessible_description(f"{said} Four digits.")
    expect(who).to_have_accessible_description("Who are you?")
    expect(page.locator(".brevlada-error").nth(1)).to_have_attribute("lang", "en")
    who.fill("Åsa")
    expect(who).not_to_have_attribute("aria-invalid", "true")
    page.get_by_text("Clear").click()
    expect(page.locator(".brevlada-error")).to_have_count(0)
    # What the button says need not be checked is for the server to judge.
    site.answers.append(refusal({"code": "REQUIRED_FIELD_EMPTY", "field": "boat", "message": "Choose."}))
    page.get_by_text("Send as it is").click()
    expect(page.locator(".brevlada-error")).to_have_text("Choose.")
    page.get_by_label("Snipa").check()
    expect(page.locator(".brevlada-error")).to_have_count(0)
    assert len(site.posts) == 1
