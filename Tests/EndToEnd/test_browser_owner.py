# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The owner reads, releases, resends, archives, exports and erases messages in a browser, on one machine."""

import csv
import io
import itertools
import json
import math
import re
import sqlite3
import time
import uuid
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from browser import axe_findings
from playwright.sync_api import expect

from harness.forms import letter, next_millisecond, post
from harness.hostile import ON_A_PAGE
from harness.owner import PASSWORD, Owner, first_run_token
from harness.waiting import until

FITS = "document.documentElement.scrollWidth <= window.innerWidth"


@pytest.fixture(scope="module")
def mails(mail_server):
    return mail_server()


@pytest.fixture(scope="module")
def server(start, mails):
    return start(**mails.settings)


@pytest.fixture(scope="module")
def owner(server):
    return Owner(server)


@pytest.fixture
def inbox(open_page, owner):
    """`inbox(place="", …)` opens the inbox at a place behind the #, signed in."""
    def inbox(place="", **options):
        page = open_page(f"{owner.server.url}/inbox/{place}", storage_state=owner.state, **options)
        expect(page.locator("#app")).to_be_visible()
        return page
    return inbox


def write(server, text="Båten läcker.", **fields):
    """Sends a message by the form, and returns the mark that no other has."""
    mark = uuid.uuid4().hex
    with server.client() as client:
        answer = post(client, letter(message=f"{text} {mark}") | fields)
    assert answer.status == 200, answer
    return mark


def row(page, mark):
    return page.locator(".row").filter(has_text=mark[:20])


def search(page, text):
    page.get_by_role("searchbox").fill(text)
    expect(page).to_have_url(re.compile(rf"[#&]q={text}(&|$)"))
    expect(page.locator("#index")).to_have_attribute("aria-busy", "false")


def read(page, mark):
    """Opens the message that has this mark, by searching for it; returns the letter."""
    search(page, mark)
    page.locator(".row").first.click()
    shown = page.locator("#letter")
    expect(shown.locator(".text")).to_contain_text(mark)
    expect(shown.locator(".history")).to_be_visible()
    return shown


def reply(shown):
    """Whom the link "Reply" writes to, about what, and with which text."""
    link = shown.locator("#reply").get_attribute("href")
    assert len(link) <= 1900 and re.fullmatch(r"mailto:(?:[\w!'()*.~?&=-]|%[0-9A-F]{2})+", link), link
    parts = urlsplit(link)
    fields = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True))
    return unquote(parts.path), fields.pop("subject"), fields.pop("body", None)


# ---- Coming in and going out


def test_the_first_run_sets_the_password(start, open_page):
    server = start()
    expect(open_page(server.url + "/inbox/").locator("#knock")).to_contain_text("brevlada passwd")
    page = open_page(f"{server.url}/inbox/#first={first_run_token(server)}")
    field = page.get_by_label("New password")
    expect(field).to_be_focused()
    assert "first" not in page.url, "the token stays in no history"
    field.fill("elva tecken")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="12")).to_be_visible()
    field.fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="No letters yet")).to_be_visible()

    again = open_page(f"{server.url}/inbox/#first={first_run_token(server)}")
    again.get_by_label("New password").fill("någon annans lösenord")
    again.keyboard.press("Enter")
    expect(again.get_by_role("alert").filter(has_text="no longer valid")).to_be_visible()

    other = open_page(server.url + "/inbox/")
    other.get_by_label("Password", exact=True).fill(PASSWORD)
    other.keyboard.press("Enter")
    expect(other.get_by_role("heading", name="Inbox")).to_be_visible()


def test_the_link_of_the_first_run_is_taken_in_the_tab_that_asks_for_it(start, open_page):
    server = start()
    page = open_page(server.url + "/inbox/")
    expect(page.locator("#knock")).to_contain_text("No password is set yet")
    # As when it is pasted into the address: only what is behind the # changes.
    page.evaluate("place => { location.hash = place }", f"#first={first_run_token(server)}")
    field = page.get_by_label("New password")
    expect(field).to_be_focused()
    assert "first" not in page.url, "the token stays in no history"
    field.fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="No letters yet")).to_be_visible()


@pytest.mark.parametrize("locale, said", [
    ("en", "open the inbox at the one that site_url names"), ("sv", "öppna inkorgen på adressen i site_url"),
])
def test_where_the_site_has_an_https_address_the_inbox_of_localhost_sends_there(start, open_page, locale, said):
    server = start(BREVLADA_SITE_URL="https://example.se")
    page = open_page(f"{server.url}/inbox/#first={first_run_token(server)}", locale=locale)
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text=said)).to_be_visible()


@pytest.mark.parametrize("code, said", [("NEEDS_TLS", "send X-Forwarded-Proto"), ("BLOCKED", "set site_url to this one")])
def test_behind_a_proxy_the_inbox_says_what_the_server_does_not_know(owner, open_page, code, said):
    """As a proxy's visitor sees it, at https; the server's own answer is held by OwnerRoutesTests."""
    def proxy(route):
        if route.request.method == "POST":
            return route.fulfill(status=403, json={"ok": False, "errors": [{"code": code, "message": "no"}]})
        route.fulfill(response=route.fetch(url=route.request.url.replace("https://brevlada.test", owner.server.url)))

    page = open_page("about:blank", allowed=("https://brevlada.test",))
    page.route("https://brevlada.test/**", proxy)
    page.goto("https://brevlada.test/inbox/")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text=said)).to_be_visible()


def test_a_wrong_password_opens_nothing(owner, open_page):
    page = open_page(owner.server.url + "/inbox/")
    field = page.get_by_label("Password", exact=True)
    expect(field).to_be_focused()
    field.fill("fel ord i en rad")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="not the password")).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description("That is not the password. Check it and try again.")
    expect(page.locator("#app")).to_be_hidden()
    field.fill(PASSWORD)
    expect(field).not_to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()


def test_signing_out_leaves_nothing_behind(owner, open_page):
    mark = write(owner.server)
    mine = Owner(owner.server)  # a session of its own: the others go on
    page = open_page(owner.server.url + "/inbox/", storage_state=mine.state)
    read(page, mark)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Password", exact=True)).to_be_visible()
    assert mark not in page.content()
    assert page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})") == "{}"
    assert mine.call("GET", "submissions").status == 401, "the server has ended the session too"
    page.go_back()
    expect(page.locator("#app")).to_be_hidden()
    assert mark not in page.content()


def test_what_is_answered_after_signing_out_changes_nothing(owner, open_page):
    """The page is emptied then, and answers may come before the next one is there; `open_page` sees what they break."""
    mark = write(owner.server)
    page = open_page(owner.server.url + "/inbox/", storage_state=Owner(owner.server).state)
    read(page, mark)
    held = []
    page.route("**/api/submissions?*", lambda route: held.append(route))
    page.get_by_role("searchbox").fill(mark)
    until(lambda: page.wait_for_timeout(20) or held, what="a question")
    page.evaluate("import('/inbox/dom.js').then(dom => dom.emptyPage())")
    for route in held:
        route.fulfill(json={"submissions": [], "next": None})
    page.wait_for_timeout(500)
    assert page.evaluate("document.body.childNodes.length") == 0


def test_after_an_ended_session_one_goes_on_where_one_was(owner, inbox):
    mark = write(owner.server)
    page = inbox()
    shown = read(page, mark)
    place = page.url
    page.context.clear_cookies()
    shown.get_by_role("button", name="Archive").click()
    field = page.get_by_label("Password", exact=True)
    expect(field).to_be_focused()
    expect(page.locator("#knock")).to_contain_text("Your session has ended")
    expect(page.locator("#app")).to_be_hidden()
    field.fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#app")).to_be_visible()
    # What did not happen is said, and is not shown as if it had.
    expect(page.locator("#alarm")).to_contain_text("no longer signed in")
    expect(page.get_by_role("searchbox")).to_have_value(mark)
    expect(page.locator(".row")).to_have_count(1)
    assert owner.find(mark)["archivedAt"] is None
    page.goto(place)
    expect(page.locator("#letter .text")).to_contain_text(mark)


@pytest.mark.parametrize("value", ["", "x", "a" * 200])
def test_a_tampered_session_is_none(owner, open_page, value):
    state = owner.state
    state["cookies"][0]["value"] = value + state["cookies"][0]["value"][len(value):][::-1]
    page = open_page(owner.server.url + "/inbox/", storage_state=state)
    expect(page.get_by_label("Password", exact=True)).to_be_visible()
    expect(page.locator(".row")).to_have_count(0)


# ---- Reading and finding


def test_a_message_is_read(owner, inbox):
    mark = write(owner.server, name="Karin Lindqvist", phone="070-123 45 67")
    owner.wait(mark, status="notified")
    page = inbox()
    mine = row(page, mark) if row(page, mark).count() else page.locator(".row").filter(has_text="Karin Lindqvist").first
    expect(mine).to_have_class(re.compile("unread"))
    expect(page).to_have_title(re.compile(r"^\(\d+\) Inbox · Brevlåda$"))
    mine.click()
    shown = page.locator("#letter")
    expect(shown.locator("h1")).to_be_focused()
    expect(shown.locator(".text")).to_contain_text(mark)
    expect(shown).to_contain_text("070-123 45 67")
    expect(shown.locator(".history")).to_contain_text("Mailed to you")
    assert reply(shown) == ("asa@example.se", "Re: New message from Karin Lindqvist", f"\r\n\r\n> Båten läcker. {mark}")
    expect(mine).not_to_have_class(re.compile("unread"))
    owner.wait(mark, readAt=owner.find(mark)["readAt"])
    assert until(lambda: owner.find(mark)["readAt"], what="the mark of having been read")
    shown.get_by_role("button", name="Mark as unread").click()
    until(lambda: owner.find(mark)["readAt"] is None, what="the mark's removal")
    expect(mine).to_have_class(re.compile("unread"))


@pytest.mark.parametrize("locale, said, read_it", [
    ("en", "Captured on this machine, not sent", "read the mail"), ("sv", "Fångat på den här maskinen, inte skickat", "läs mejlet"),
])
def test_mail_that_is_captured_is_not_said_to_be_mailed(start, open_page, locale, said, read_it):
    server = start()
    owner = Owner(server)
    mark = write(server)
    owner.wait(mark, status="notified")
    page = open_page(server.url + "/inbox/", storage_state=owner.state, locale=locale)
    shown = read(page, mark)
    expect(shown.locator(".state")).to_contain_text(said)
    expect(shown.locator(".history .notified")).not_to_contain_text(re.compile("Mailed|Mejlades"))
    shown.get_by_role("link", name=read_it).click()
    expect(page).to_have_url(server.url + "/_mail/")
    expect(page.get_by_role("main")).to_contain_text("Åsa")


def test_what_a_visitor_wrote_is_in_no_language_that_we_know(owner, inbox):
    mark = write(owner.server, text="مرحبا، القارب يسرب.", _language="en", telefon="٠٧٠")
    page = inbox()
    shown = read(page, mark)
    expect(row(page, mark).locator(".what")).to_be_visible()
    expect(shown.locator(".text")).to_have_attribute("dir", "auto")
    expect(shown.locator(".text")).to_have_css("direction", "rtl")
    for text in (".text", ".what"):
        expect(page.locator(f"body {text}[lang], body [lang] {text}")).to_have_count(0)


@contextmanager
def received(page, moment):
    """Lets every message have come at that moment."""
    def answer(route):
        found = route.fetch()
        route.fulfill(response=found, body=re.sub(r'"receivedAt":"[^"]+"', f'"receivedAt":"{moment}"', found.text()))

    page.route(re.compile("/api/submissions"), answer)
    yield
    # What is under way when the page closes would fail.
    page.unroute_all(behavior="ignoreErrors")


def test_the_postmark_has_the_day_of_the_date_beside_it(owner, inbox):
    mark = write(owner.server)
    page = inbox(locale="en-GB", timezone_id="Pacific/Kiritimati")  # 14 hours ahead of UTC
    with received(page, "2025-12-31T18:00:00.000Z"):
        shown = read(page, mark)
        expect(shown.locator("header time").first).to_contain_text("1 Jan 2026")
        expect(shown.locator(".postmark text")).to_have_text(["1 Jan", "2026"])


def test_a_row_of_an_earlier_year_says_its_month_in_letters(owner, inbox):
    mark = write(owner.server)
    page = inbox(locale="en-US")
    with received(page, "2024-03-04T12:00:00.000Z"):
        search(page, mark)
        expect(row(page, mark).locator("time")).to_have_text("Mar 4, 2024")


def test_a_reply_has_the_subject_of_the_mail_and_quotes_what_fits_into_a_link(owner, inbox):
    page = inbox(locale="sv")
    mark = write(owner.server, text="Hej!\r\n\r\n100 % & <b>åäö</b> + 😀\r\n", _subject="Båt & motor?", name="")
    assert reply(read(page, mark)) == (
        "asa@example.se", "Re: Båt & motor?", f"\r\n\r\n> Hej!\r\n> \r\n> 100 % & <b>åäö</b> + 😀\r\n>  {mark}",
    )
    mark = write(owner.server, text="Åäö 😀\n" * 1000, name="")
    link = read(page, mark).locator("#reply").get_attribute("href")
    assert 1850 < len(link) <= 1900
    to, subject, body = reply(page.locator("#letter"))
    assert (to, subject) == ("asa@example.se", "Re: Nytt meddelande från asa@example.se")
    assert body.startswith("\r\n\r\n> Åäö 😀\r\n> Åäö") and body.endswith("…") and "\ufffd" not in body
    mark = write(owner.server, _subject=f"{'å' * 400}\u202e", _replyto="bo@example.se")
    to, subject, body = reply(read(page, mark))
    assert to == "bo@example.se" and subject.startswith("Re: " + "å" * 90) and subject.endswith("…")
    assert mark in body


def test_the_unread_are_counted(start, open_page):
    server = start()
    owner = Owner(server)
    marks = [write(server, name=name) for name in ("Ada", "Bo")]
    write(server, _gotcha="x")  # held, which is counted by itself
    page = open_page(server.url + "/inbox/", storage_state=owner.state)
    badge = page.get_by_role("link", name=re.compile("^Inbox")).locator(".count")

    def unread(number):
        if number:
            expect(badge).to_have_text(f"{number} unread")
            expect(page).to_have_title(re.compile(rf"^(\w+ · )?\({number}\) Inbox · Brevlåda$"))
        else:
            expect(badge).to_have_count(0)
            expect(page).to_have_title(re.compile(r"^(\w+ · )?Inbox · Brevlåda$"))
        assert len(owner.submissions(unread="true", status="received,notified")) == number
    unread(2)
    row(page, marks[0]).click()
    until(lambda: owner.find(marks[0])["readAt"], what="the mark of having been read")
    unread(1)
    row(page, marks[1]).click()
    until(lambda: owner.find(marks[1])["readAt"], what="the mark of having been read")
    unread(0)
    page.locator("#letter").get_by_role("button", name="Mark as unread").click()
    until(lambda: owner.find(marks[1])["readAt"] is None, what="the mark's removal")
    unread(1)
    page.reload()
    unread(1)
    held = page.get_by_role("link", name=re.compile("^Held"))
    expect(held.locator(".count")).to_have_text("1")
    held.click()
    expect(page.locator(".row")).to_have_count(1)
    page.locator(".row").click()
    page.locator("#letter").get_by_role("button", name="Archive").click()
    expect(held.locator(".count")).to_have_count(0)  # as its box is empty


def test_new_messages_appear_by_themselves(owner, inbox):
    page = inbox()
    expect(page.locator("#index")).to_have_attribute("aria-busy", "false")
    mark = write(owner.server, name=f"Ny {uuid.uuid4().hex[:8]}")
    expect(page.locator(".row").first).to_contain_text(owner.find(mark)["name"], timeout=60_000)
    expect(page.locator("#toast")).to_contain_text("New message from Ny")
    expect(page).to_have_title(re.compile(r"^\("))


def test_search_as_you_type_and_filters(owner, inbox):
    word = f"x{uuid.uuid4().hex[:12]}"
    for number in range(3):
        write(owner.server, text=f"{word} nummer {number}")
    page = inbox()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type(word.upper(), delay=5)
    expect(page.locator(".row")).to_have_count(3)
    expect(page).to_have_url(re.compile(f"q={word.upper()}"))
    page.keyboard.type("-finns-inte")
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("searchbox")).to_have_value("")
    search(page, word)
    page.locator(".row").first.click()
    expect(page.locator("#letter .history")).to_be_visible()
    page.get_by_label("Unread only").check()
    expect(page.locator(".row")).to_have_count(2)
    page.get_by_role("link", name="Archived").click()
    expect(page.get_by_role("heading", name="Archived", exact=True)).to_be_visible()
    expect(page.locator(".row").filter(has_text=word)).to_have_count(0)


def test_an_old_answer_does_not_overtake_a_new_one(owner, inbox):
    slow, quick = (write(owner.server, name=name) for name in ("Sen", "Snabb"))
    page = inbox()
    expect(page.locator("#index")).to_have_attribute("aria-busy", "false")
    held = []
    page.route(re.compile(rf"/api/submissions\?.*q={slow}"), lambda route: held.append(route))
    page.get_by_role("searchbox").fill(slow)
    until(lambda: page.wait_for_timeout(20) or held, what="the first question")
    page.get_by_role("searchbox").fill(quick)
    expect(page.locator(".row .who")).to_have_text(["Snabb"])
    for route in held:
        try:
            route.continue_()
        except Exception as error:  # The page has cancelled it, as it should.
            assert "cancel" in str(error).lower() or "closed" in str(error).lower() or "handled" in str(error).lower()
    page.wait_for_timeout(300)
    expect(page.locator(".row .who")).to_have_text(["Snabb"])


def test_no_row_of_one_box_can_be_opened_under_the_name_of_another(owner, inbox):
    marks = [write(owner.server), write(owner.server, _gotcha="jag är en robot")]
    page = inbox()
    left = row(page, marks[0])
    expect(left).to_be_visible()
    page.clock.install()
    page.clock.pause_at(datetime.now() + timedelta(minutes=1))  # so that the moment in which the old rows stay lasts
    questions = []
    page.route(re.compile(r"/api/submissions\?.*status=held"), lambda route: questions.append(route))
    page.get_by_role("link", name="Held").click()
    expect(page.get_by_role("heading", name="Held")).to_be_visible()
    expect(left).to_be_visible()
    place = page.url
    left.click(force=True)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    assert page.url == place
    expect(page.locator("#letter h1")).to_have_count(0)

    page.clock.run_for(1000)
    expect(page.locator(".row")).to_have_count(0)
    expect(page.locator("#tail")).to_have_text("Fetching…")
    for question in questions:
        question.continue_()
    row(page, marks[1]).click()
    expect(page.locator("#letter .text")).to_contain_text(marks[1])


def test_many_messages_are_few_elements(start, open_page):
    server = start()
    with server.client() as client:
        for number in range(420):
            fields = letter(name=f"Nummer {number}", message=f"Brev {number}, {uuid.uuid4()}")
            assert post(client, fields).status == 200
    owner = Owner(server)
    page = open_page(server.url + "/inbox/", storage_state=owner.state)
    rows = page.locator(".row")
    # What came in within the same millisecond may stand either way.
    expect(rows.first).to_contain_text(re.compile(r"Nummer 41[0-9]"))

    def at_the_end():
        assert rows.count() < 60
        page.locator("#scroll").evaluate("list => { list.scrollTop = list.scrollHeight }")
        page.wait_for_timeout(50)
        return page.locator("#tail").get_by_text("No older messages.").count() and re.search(r"Nummer \d\b", rows.last.inner_text())
    until(at_the_end, timeout=60, what="the end of the list")
    assert page.locator("#rows li").last.get_attribute("aria-posinset") == "420"
    assert page.evaluate("document.querySelectorAll('*').length") < 1200


# ---- Held and failed


def test_a_held_message_says_why_and_its_release_sends_it(owner, mails, inbox):
    mark = write(owner.server, _gotcha="jag är en robot", email="karin@example.se")
    assert owner.find(mark)["status"] == "held"
    page = inbox("#box=held")
    shown = read(page, mark)
    expect(shown.locator(".notice")).to_contain_text("a hidden field that no person sees was filled in")
    shown.get_by_role("button", name="Not spam: release").click()
    expect(page.locator("#toast")).to_contain_text("Released")
    expect(row(page, mark)).to_have_count(0)
    owner.wait(mark, status="notified")
    [mail] = until(lambda: [mail for mail in mails.mails() if mark in mail.message.as_string()], what="its mail")
    assert "karin@example.se" in mail.message["Reply-To"]
    assert [entry["what"] for entry in owner.find(mark)["history"]] == ["held", "released", "notified"]


def test_a_held_message_is_released_from_its_row(owner, inbox):
    names = [f"Rad {uuid.uuid4().hex[:8]}" for _ in range(3)]
    marks = [write(owner.server, name=name, _gotcha="x") for name in names]
    page = inbox("#box=held")
    first, second, third = (row(page, mark) for mark in marks)
    expect(first).to_contain_text("a hidden field that no person sees was filled in")
    assert axe_findings(page) == []
    release = page.get_by_role("button", name=f"Release the message of {names[0]}", exact=True)
    assert page.locator("a button, button a").count() == 0, "neither control is in the other"
    box, link = release.bounding_box(), first.bounding_box()
    assert link["y"] < box["y"] and box["y"] + box["height"] <= link["y"] + link["height"], "it lies on its own row"
    release.click()
    expect(page.locator("#toast")).to_contain_text("Released. Its mail is on the way.")
    expect(first).to_have_count(0)
    owner.wait(marks[0], status="notified")
    assert "id=" not in page.url and owner.find(marks[0])["readAt"] is None, "it was not opened"
    expect(page.locator("#letter h1")).to_have_count(0)

    # With the keyboard: from the row to its button, and on to the next row.
    second.focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name=f"Release the message of {names[1]}", exact=True)).to_be_focused()
    page.evaluate("dispatchEvent(new Event('online'))")  # a look for news takes no focus
    page.keyboard.press("Enter")
    expect(second).to_have_count(0)
    owner.wait(marks[1], status="notified")
    assert page.evaluate("document.activeElement.matches('.row')")
    assert "id=" not in page.url

    # What did not happen stands where it stood.
    page.route("**/api/submissions/*", lambda route: route.abort() if route.request.method == "PATCH" else route.continue_())
    page.get_by_label("Language").select_option("sv")
    expect(third).to_contain_text("ett dolt fält som ingen människa ser var ifyllt")
    page.get_by_role("button", name=f"Släpp fram meddelandet från {names[2]}", exact=True).click()
    expect(page.locator("#alarm")).to_contain_text("Det gick inte")
    expect(third).to_have_count(1)
    assert owner.find(marks[2])["status"] == "held"


def test_rows_of_other_boxes_release_nothing(owner, inbox):
    mark = write(owner.server, _gotcha="x")
    page = inbox("#box=held")
    expect(row(page, mark)).to_be_visible()
    tall = row(page, mark).bounding_box()["height"]
    page.get_by_role("link", name="All", exact=True).click()
    expect(page.get_by_role("heading", name="All", exact=True)).to_be_visible()
    expect(page.locator("#index")).to_have_attribute("aria-busy", "false")
    expect(row(page, mark)).to_be_visible()
    expect(page.locator("#rows button")).to_have_count(0)
    assert row(page, mark).bounding_box()["height"] < tall
    assert page.evaluate("""[...document.querySelectorAll('#rows li')].every((item, index, items) =>
        !index || Math.abs(item.getBoundingClientRect().top - items[index - 1].getBoundingClientRect().bottom) < 1)""")


@pytest.mark.parametrize("language, said", [
    ("en", ["a hidden field that no person sees was filled in", "it has unusually many links"]),
    ("sv", ["ett dolt fält som ingen människa ser var ifyllt", "det innehåller ovanligt många länkar"]),
])
def test_the_history_says_in_words_why_a_message_was_held(owner, inbox, language, said):
    mark = write(owner.server, text="http://a.example " * 12, _gotcha="x")
    found = owner.find(mark)
    assert set(found["history"][0]["reason"].split(", ")) == {"honeypot", "links"}
    page = inbox("#box=all", locale=language)
    shown = read(page, mark).locator(".history")
    for reason in said:
        expect(shown).to_contain_text(reason)
    assert not re.search("honeypot|links|, ", shown.locator("p").all_inner_texts()[0])


def test_failed_mail_is_sent_again_one_by_one_and_all_together(owner, mails, inbox):
    mails.fail({"at": "rcpt", "do": "550 5.1.1 no such mailbox"})
    marks = [write(owner.server) for _ in range(3)]
    for mark in marks:
        owner.wait(mark, status="failed")
    mails.fail()
    page = inbox("#box=failed")
    expect(page.get_by_role("link", name=re.compile(r"^Failed\s+\d+"))).to_be_visible()
    shown = read(page, marks[0])
    expect(shown.locator(".notice")).to_contain_text("5.1.1 no such mailbox")
    expect(shown.locator(".notice")).to_contain_text("The mail server refused the recipient.")
    expect(shown.locator(".history .failed")).to_contain_text("The mail server refused the recipient.")
    page.get_by_label("Language").select_option("sv")
    expect(shown.locator(".notice")).to_contain_text("E-postservern godtog inte mottagaren.")
    page.get_by_label("Språk").select_option("en")
    shown.get_by_role("button", name="Send the mail again").click()
    expect(page.locator("#toast")).to_contain_text("on its way")
    owner.wait(marks[0], status="notified")

    page.get_by_role("link", name="Overview").click()
    page.get_by_role("button", name="Send all failed again").click()
    page.get_by_role("dialog").get_by_role("button", name="Send all failed again").click()
    expect(page.locator("#toast")).to_contain_text(re.compile(r"\d mails are on their way again"))
    for mark in marks[1:]:
        owner.wait(mark, status="notified")


def test_a_mail_that_waits_for_its_next_attempt_is_sent_when_the_owner_asks_for_it(start, mail_server, open_page):
    server = start(**mail_server().settings)
    owner = Owner(server)
    mark, now = uuid.uuid4().hex, int(time.time() * 1000)
    # The books are not kept here, so that no other test has this server.
    with closing(sqlite3.connect(server.database, timeout=60)) as connection, connection:
        number = connection.execute(
            "INSERT INTO submission (id, form, received_at, fields, language, status, spam_reasons, attempts, last_error)"
            " VALUES (?, 'contact', ?, ?, 'sv', 'received', '[]', 6, 'connection-failed: no answer')",
            ("01KAVX" + mark[:20].upper().translate(str.maketrans("ILOU", "JKMN")), now, json.dumps({"message": mark})),
        ).lastrowid
        # In twenty minutes, as after six attempts.
        connection.execute("INSERT INTO outbox (submission, due_at) VALUES (?, ?)", (number, now + 1_200_000))
    shown = read(open_page(server.url + "/inbox/", storage_state=owner.state), mark)
    expect(shown.locator(".history .next")).to_contain_text("Next attempt")
    shown.get_by_role("button", name="Try to send it again").click()
    expect(shown.page.locator("#toast")).to_contain_text("on its way")
    assert owner.wait(mark, status="notified")["delivery"]["attempts"] == 7
    expect(shown.locator(".history .notified")).to_be_visible()
    expect(shown.get_by_role("button", name="Try to send it again")).to_have_count(0)


def test_all_failed_mail_is_sent_again_from_its_box_however_old(start, mail_server, open_page):
    mails = mail_server()
    server = start(**mails.settings)
    owner = Owner(server)
    mails.fail({"at": "rcpt", "do": "550 5.1.1 no such mailbox"})
    marks = [write(server) for _ in range(2)]
    for mark in marks:
        owner.wait(mark, status="failed")
    mails.fail()
    page = open_page(server.url + "/inbox/", storage_state=owner.state)
    # Nothing that the overview counts: as when all of it failed before the period.
    page.route("**/api/audit*", lambda route: route.fulfill(json=AUDIT))
    again = page.get_by_role("button", name="Send all failed again")
    expect(page.locator(".row")).to_have_count(2)
    expect(again).to_have_count(0)
    page.get_by_role("link", name=re.compile("^Failed")).click()
    again.focus()
    expect(again).to_be_focused()
    assert axe_findings(page) == []
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Send the mail of every failed or bounced message again?")
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(again).to_be_focused()
    assert len(owner.submissions(status="failed")) == 2
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Send all failed again").click()
    expect(page.locator("#toast")).to_contain_text("2 mails are on their way again")
    for mark in marks:
        owner.wait(mark, status="notified")
    expect(page.get_by_role("heading", name="Every mail got through")).to_be_visible()
    expect(again).to_have_count(0)
    expect(page.get_by_role("heading", name="Failed", exact=True)).to_be_focused()


# ---- Putting away and taking back


def test_archive_and_undo(owner, inbox):
    mark = write(owner.server)
    page = inbox()
    read(page, mark)
    page.keyboard.press("e")
    expect(page.locator("#toast")).to_contain_text("Archived.")
    expect(row(page, mark)).to_have_count(0)
    until(lambda: owner.find(mark)["archivedAt"], what="the archiving")
    page.locator("#toast").get_by_role("button", name="Undo").click()
    until(lambda: owner.find(mark)["archivedAt"] is None, what="its undoing")
    expect(page.locator(".row")).to_have_count(1)


def test_an_undo_waits_for_its_owner_and_has_a_key_that_no_switch_turns_off(owner, inbox):
    """WCAG 2.2.1 and 2.1.1: the Tab key comes to the button only past a list that has no end."""
    mark = write(owner.server)
    page = inbox()
    page.evaluate("localStorage.setItem('brevlada.keys', 'off')")
    read(page, mark)
    page.clock.install()
    page.locator("#letter").get_by_role("button", name="Archive").click()
    expect(page.locator("#toast")).to_contain_text("Archived.")
    until(lambda: owner.find(mark)["archivedAt"], what="the archiving")
    page.clock.fast_forward("05:00")
    undo = page.locator("#toast").get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    field = page.get_by_role("searchbox")
    field.focus()
    page.keyboard.press("Control+z")  # takes back what was typed
    expect(undo).to_be_visible()
    search(page, mark)
    page.get_by_label("Unread only").focus()
    page.keyboard.press("Control+z")
    until(lambda: owner.find(mark)["archivedAt"] is None, what="its undoing")
    # Whoever goes on has done with it.
    expect(page.locator("#toast").get_by_role("button")).to_be_visible()
    page.locator(".row").first.click()
    expect(page.locator("#toast")).to_be_empty()


def test_an_alarm_is_closed_with_escape(owner, inbox):
    mark = write(owner.server)
    page = inbox()
    read(page, mark)
    page.route("**/api/submissions/*", lambda route: route.abort() if route.request.method == "PATCH" else route.continue_())
    page.locator("#letter").get_by_role("button", name="Archive").click()
    expect(page.locator("#alarm")).to_contain_text("didn’t happen")
    page.keyboard.press("Escape")
    expect(page.locator("#alarm")).to_be_empty()
    assert "id=" not in page.url or page.locator("#letter .text").is_visible(), "and nothing else is"


def test_new_messages_are_reached_before_the_list(owner, inbox):
    write(owner.server)
    page = inbox()
    expect(page.locator(".row").first).to_be_visible()
    page.evaluate("document.getElementById('fresh').hidden = false")
    page.get_by_label("Unread only").focus()
    page.keyboard.press("Tab")
    expect(page.locator("#fresh")).to_be_focused()


def test_spam_and_undo(owner, inbox):
    mark = write(owner.server)
    owner.wait(mark, status="notified")
    page = inbox()
    read(page, mark)
    page.keyboard.press("!")
    expect(page.locator("#toast")).to_contain_text("Marked as spam.")
    found = owner.wait(mark, status="held")
    assert found["spamReasons"] == ["owner"]
    page.locator("#toast").get_by_role("button", name="Undo, and mail it again").click()
    owner.wait(mark, status="notified")
    expect(page.locator(".row")).to_have_count(1)


def test_deleting_asks_first(owner, inbox):
    mark = write(owner.server)
    page = inbox()
    read(page, mark)
    page.keyboard.press("#")
    expect(page.get_by_role("dialog")).to_contain_text("Delete the message from Åsa Öberg for good?")
    expect(page.get_by_role("dialog")).to_have_accessible_description(re.compile("^It can’t be brought back."))
    page.keyboard.press("Enter")  # the focus is on Cancel
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert owner.submissions(q=mark)
    page.keyboard.press("#")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.locator("#toast")).to_contain_text("Deleted.")
    until(lambda: not owner.submissions(q=mark), what="the deletion")
    expect(page.locator(".row")).to_have_count(0)


def test_what_did_not_happen_is_taken_back_and_said(owner, inbox):
    mark = write(owner.server)
    page = inbox()
    # From the beginning: a request that is under way when the routing starts may get past it.
    is_cut = []
    page.route("**/api/submissions/*", lambda route: route.abort() if is_cut and route.request.method == "PATCH" else route.continue_())
    read(page, mark)
    # The routing works only while the page is waited for.
    until(lambda: page.wait_for_timeout(20) or owner.find(mark)["readAt"], what="the mark of having been read")
    is_cut.append(True)
    page.keyboard.press("e")
    expect(page.locator("#alarm")).to_contain_text("didn’t happen")
    expect(page.locator(".row")).to_have_count(1)
    assert owner.find(mark)["archivedAt"] is None
    page.locator("#alarm").get_by_role("button", name="Close").click()
    expect(page.locator("#alarm")).to_be_hidden()


def test_a_lost_connection_is_said_and_what_was_there_stays(owner, inbox):
    mark = write(owner.server)
    page = inbox()
    expect(page.locator(".row").first).to_be_visible()
    page.context.set_offline(True)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange')); dispatchEvent(new Event('online'))")
    expect(page.locator("#offline")).to_contain_text("No contact right now")
    expect(page.locator(".row").first).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("#offline")).to_be_empty()
    assert read(page, mark)


def test_a_message_that_can_not_be_fetched_says_so_and_can_be_asked_for_again(owner, inbox):
    mark = write(owner.server)
    page = inbox()
    search(page, mark)
    expect(page.locator(".row")).to_have_count(1)
    page.route("**/api/submissions/*", lambda route: route.abort())
    page.locator(".row").first.click()
    expect(page.locator("#letter").get_by_role("alert")).to_have_text(
        "The message can’t be fetched: no answer came. Check the connection and try again.")
    again = page.locator("#letter").get_by_role("button", name="Try again")
    expect(again).to_be_focused()
    hint, button = page.locator("#letter .hint").bounding_box(), again.bounding_box()
    assert button["y"] - hint["y"] - hint["height"] < 10, "they stand together"
    page.unroute("**/api/submissions/*")
    page.keyboard.press("Enter")
    expect(page.locator("#letter .history")).to_be_visible()
    expect(page.locator("#letter h1")).to_be_focused()

    page.route("**/api/submissions/*", lambda route: route.fulfill(status=404))
    page.evaluate("location.hash = '#box=all&id=01M89ZS3M2SM7DWV85AD08C0R1'")
    expect(page.locator("#letter .hint")).to_have_text("This message is no longer there.")
    expect(page.locator("#letter .hint")).to_be_focused()


# ---- Export and erasure


def download(page, choice):
    page.get_by_role("button", name="Export").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Format").select_option(label=choice)
    with page.expect_download() as waiting:
        dialog.get_by_role("button", name="Download").click()
    content = waiting.value.path().read_bytes()
    expect(dialog.get_by_role("status")).to_contain_text("saved as")
    page.keyboard.press("Escape")
    return waiting.value.suggested_filename, content


@pytest.mark.parametrize("locale, usual", [("en", "csvComma"), ("sv", "csvExcel")])
def test_an_export_begins_with_the_format_that_is_usual_where_one_is(inbox, locale, usual):
    page = inbox(locale=locale)
    page.locator("#export").click()
    expect(page.get_by_role("dialog").locator("select")).to_have_value(usual)


def test_an_export_that_lacks_what_can_not_be_read_says_so(owner, inbox):
    page = inbox()
    headers = {"Content-Type": "text/csv", "Brevlada-Unreadable": "2"}
    page.route("**/api/submissions.csv*", lambda route: route.fulfill(headers=headers, body=b"id\r\n"))
    page.get_by_role("button", name="Export").click()
    dialog = page.get_by_role("dialog")
    with page.expect_download():
        dialog.get_by_role("button", name="Download").click()
    expect(dialog.get_by_role("status")).to_contain_text("2 messages can’t be read, and are not in it.")


def test_an_export_that_breaks_off_saves_nothing_and_names_the_command(owner, inbox):
    """As the server of one machine ends it, when a message can't be read."""
    page = inbox()
    page.evaluate("() => { Response.prototype.blob = () => Promise.reject(new TypeError('cut')) }")
    page.get_by_role("button", name="Export").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Download").click()
    expect(dialog.get_by_role("status")).to_contain_text("“brevlada inbox export” saves all the rest")


def test_a_list_and_a_receipt_tell_of_what_can_not_be_read(owner, inbox):
    mark = write(owner.server)
    page = inbox()
    expect(row(page, mark)).to_be_visible()
    listed = {"submissions": owner.submissions(q=mark), "next": None, "unreadable": ["01M89ZS3M2SM7DWV85AD08C0R1"]}
    page.route("**/api/submissions?*", lambda route: route.fulfill(json=listed))
    page.reload()
    expect(row(page, mark)).to_be_visible()
    expect(page.locator("#tail")).to_contain_text("1 message among these can’t be read, and is not shown.")
    whole = {"at": "2026-11-25T18:00:00.000Z", "erased": 0, "ids": [], "complete": False}
    parts = [whole | {"id": "R1", "next": "x", "unreadable": ["A1"]}, whole | {"id": "R2", "next": None, "unreadable": ["A2"]}]
    page.route("**/api/erasure", lambda route: route.fulfill(json=parts.pop(0)))
    page.get_by_role("button", name="Erase a person").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("E-mail address").fill("anna@example.se")
    dialog.get_by_label("The same address again").fill("anna@example.se")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("2 messages can’t be read and are still there")
    with page.expect_download() as waiting:
        dialog.get_by_role("button", name="Save the receipt").click()
    assert json.loads(waiting.value.path().read_text())["unreadable"] == ["A1", "A2"]
    assert parts == []


def test_an_export_from_a_later_day_than_it_ends_is_not_asked_for(owner, inbox):
    page = inbox(width=320)
    asked = []
    page.route("**/api/submissions.csv*", lambda route: asked.append(route) or route.fulfill(status=400))
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Export").click()
    dialog = page.get_by_role("dialog")
    first, last = dialog.get_by_label("From"), dialog.get_by_label("To", exact=True)
    assert dialog.evaluate("box => box.scrollWidth <= box.clientWidth"), "the last day is in sight"
    first.fill("2026-11-20")
    last.fill("2026-11-19")
    dialog.get_by_role("button", name="Download").click()
    expect(dialog.get_by_role("alert")).to_have_text("The first day is after the last. Change one.")
    expect(first).to_be_focused()
    expect(first).to_have_accessible_description("The first day is after the last. Change one.")
    assert asked == []
    last.fill("2026-11-20")
    dialog.get_by_role("button", name="Download").click()
    expect(dialog.get_by_role("status")).to_contain_text("the server did not understand what was asked")
    expect(dialog.get_by_role("alert")).to_be_empty()
    expect(first).not_to_have_attribute("aria-invalid", "true")


def test_what_is_seen_is_exported(owner, inbox):
    word = f"y{uuid.uuid4().hex[:12]}"
    marks = [write(owner.server, text=f"{word}; =1+1,\n“rad två”", formula="=1+1") for _ in range(3)]
    write(owner.server)
    page = inbox()
    search(page, word)
    expect(page.locator(".row")).to_have_count(3)

    name, content = download(page, "CSV, commas")
    assert re.fullmatch(r"brevlada-\d{4}-\d\d-\d\d\.csv", name)
    lines = list(csv.reader(io.StringIO(content.decode())))
    assert len(lines) == 4
    assert all(any(mark in cell for line in lines for cell in line) for mark in marks)
    assert not any(cell.startswith(("=", "+", "@")) for line in lines for cell in line)
    _, content = download(page, "CSV for Excel, semicolons")
    assert content.startswith("\ufeff".encode())
    assert len(list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))) == 4
    name, content = download(page, "JSON Lines, for programs")
    assert name.endswith(".jsonl")
    found = [json.loads(line) for line in content.decode().splitlines()]
    assert sorted(mark for mark in marks if any(mark in each["fields"]["message"] for each in found)) == sorted(marks)


def test_parts_of_an_export_become_one_file(owner, inbox):
    """As on AWS, where an answer is short and its Link names the next one."""
    page = inbox()
    parts = {None: b"id\r\n1\r\n", "2": b"2\r\n", "3": b"3\r\n"}

    def part(route):
        query = dict(pair.partition("=")[::2] for pair in route.request.url.partition("?")[2].split("&"))
        following = {None: "2", "2": "3"}.get(query.get("cursor"))
        headers = {"Content-Type": "text/csv"}
        if following:
            headers["Link"] = f'<https://abc.execute-api.example/api/submissions.csv?cursor={following}>; rel="next"'
        route.fulfill(status=200, headers=headers, body=parts[query.get("cursor")])
    page.route("**/api/submissions.csv*", part)
    assert download(page, "CSV, commas")[1] == b"id\r\n1\r\n2\r\n3\r\n"


def test_all_of_one_address_is_erased_with_a_receipt(owner, inbox):
    address = f"{uuid.uuid4().hex[:10]}@example.se"
    marks = [write(owner.server, email=address) for _ in range(3)]
    page = inbox()
    read(page, marks[0]).get_by_role("button", name="Erase all from this sender").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("E-mail address")).to_have_value(address)
    again = dialog.get_by_label("The same address again")
    expect(again).to_be_focused()
    again.fill("annan@example.se")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("differ")
    expect(again).to_have_accessible_description("The two addresses differ.")
    expect(again).to_have_attribute("aria-invalid", "true")
    assert len(owner.submissions(q=address)) == 3
    again.fill(address.upper())
    expect(again).not_to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_role("alert")).to_be_empty()
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("3 messages erased")
    expect(dialog).to_contain_text("Still there: the mails that were sent to you (search your mailbox for these numbers)")
    assert owner.submissions(q=address) == []
    with page.expect_download() as waiting:
        dialog.get_by_role("button", name="Save the receipt").click()
    text = waiting.value.path().read_text()
    receipt = json.loads(text)
    assert receipt["erased"] == 3 and len(receipt["ids"]) == 3
    assert sorted(receipt) == ["at", "erased", "id", "ids"]
    assert address.partition("@")[0] not in text.lower(), "what is kept says nothing about the person"
    dialog.get_by_role("button", name="Close").click()
    expect(row(page, marks[0])).to_have_count(0)
    page.get_by_role("button", name="Erase a person").click()
    for label in ("E-mail address", "The same address again"):
        dialog.get_by_label(label).fill(address)
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("No message is from this address")


def test_a_receipt_is_of_one_person_also_after_an_erasure_that_ended_half_way(owner, inbox):
    page = inbox()
    answers = [
        {"id": "R1", "at": "2026-11-25T18:00:00.000Z", "erased": 2, "ids": ["A1", "A2"], "complete": False, "next": "x"},
        None,
        {"id": "R2", "at": "2026-11-25T18:01:00.000Z", "erased": 1, "ids": ["A3"], "complete": False, "next": "y"},
        None,
        {"id": "R3", "at": "2026-11-25T18:02:00.000Z", "erased": 1, "ids": ["B1"], "complete": True},
    ]
    asked = []

    def erase(route):
        asked.append(route.request.post_data_json)
        answer = answers[len(asked) - 1]
        if answer:
            route.fulfill(json=answer)
        else:
            route.fulfill(status=503)
    page.route("**/api/erasure", erase)
    page.get_by_role("button", name="Erase a person").click()
    dialog = page.get_by_role("dialog")
    address, again = dialog.get_by_label("E-mail address"), dialog.get_by_label("The same address again")
    address.fill("anna@example.se")
    again.fill("anna@example.se")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("Not all is erased (2 so far)")
    with page.expect_download() as waiting:
        dialog.get_by_role("button", name="Save the receipt").click()
    half = json.loads(waiting.value.path().read_text())
    assert half == {"id": "R1", "at": "2026-11-25T18:00:00.000Z", "erased": 2, "ids": ["A1", "A2"], "complete": False}
    again.fill("ANNA@example.se")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("Not all is erased (3 so far)")  # the same person: on from there
    address.fill("bo@example.se")
    again.fill("bo@example.se")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("1 message erased")
    assert [body["email"] for body in asked] == ["anna@example.se"] * 4 + ["bo@example.se"]
    with page.expect_download() as waiting:
        dialog.get_by_role("button", name="Save the receipt").click()
    receipt = json.loads(waiting.value.path().read_text())
    assert receipt == {"id": "R3", "at": "2026-11-25T18:02:00.000Z", "erased": 1, "ids": ["B1"]}


# ---- The overview


def numbered(number):
    """A problem of the audit, by its number."""
    return {"id": f"01M89ZS3M2SM7DWV85AD08C0R{number}", "form": "contact", "receivedAt": f"2026-11-2{number}T10:00:00.000Z",
            "attempts": 3, "lastError": "x", "nextAttempt": None}


AUDIT = {
    "from": "2026-11-20T00:00:00.000Z", "until": "2026-11-24T12:00:00.000Z", "accepted": 0, "stored": 0, "overdue": 0, "erased": 0, "expired": 0,
    "counts": {"received": 0, "notified": 0, "held": 0, "failed": 0, "bounced": 0}, "unread": 0, "addsUp": True, "unbooked": 0, "complete": True,
    "awaitingOwner": {"held": 0, "failed": 0, "bounced": 0}, "clean": True, "days": [], "deliverySeconds": None, "problems": [],
}
BUSY = AUDIT | {
    "accepted": 30, "stored": 29, "overdue": 2, "erased": 1, "counts": {"received": 3, "notified": 16, "held": 6, "failed": 3, "bounced": 1},
    "clean": False, "deliverySeconds": {"p50": 0.42, "p95": 61, "max": 7200},
    "days": [
        {"date": "2026-11-20", "accepted": 20, "held": 5, "failed": 0},
        {"date": "2026-11-22", "accepted": 2, "held": 0, "failed": 2},
        {"date": "2026-11-24", "accepted": 8, "held": 1, "failed": 1},
    ],
    "problems": [
        {"kind": "overdue", "count": 2, "newest": [numbered(4), numbered(3)]},
        {"kind": "failed", "count": 3, "newest": [numbered(2)]},
    ],
}


@pytest.fixture
def overview(inbox):
    """The page at the overview, and the answer it gets from the audit, to be changed."""
    answer = dict(BUSY)
    page = inbox("#box=archived")
    expect(page.locator("#tail h2, .row").first).to_be_visible()
    page.route("**/api/audit*", lambda route: route.fulfill(json=answer))
    page.get_by_role("link", name="Overview").click()
    expect(page.locator(".sum dd").first).to_have_text("30")
    return page, answer


def test_the_overview_says_what_became_of_every_message_and_what_needs_a_look(overview):
    page, _ = overview
    terms = page.locator(".sum > div").evaluate_all(
        "terms => terms.map(term => [term.querySelector('dt').innerText, term.querySelector('dd').innerText])")
    assert [(re.sub(r"^[=+]\s*", "", name), number) for name, number in terms] == [
        ("accepted", "30"), ("stored", "29"), ("erased", "1"), ("expired", "0"),
        ("stored", "29"), ("mailed", "16"), ("on the way, 2 overdue", "3"), ("held", "6"), ("failed", "3"), ("bounced", "1")]
    problems = page.locator(".problems li")
    expect(problems).to_have_count(3)
    expect(problems.nth(0)).to_contain_text("2 Mail that should have gone out by now")
    expect(problems.nth(1)).to_contain_text("3 Mail that failed")
    expect(problems.nth(2)).to_contain_text("6 Held as possible spam")
    links = [[link.get_attribute("href") for link in each.get_by_role("link").all()] for each in problems.all()]
    assert links == [*([f"#box=all&id={numbered(number)['id']}" for number in numbers] for numbers in ([4, 3], [2])), ["#box=held"]]
    expect(page.locator("#overview").get_by_role("button", name="Send all failed again")).to_be_visible()


def test_the_overview_names_what_did_not_reach_everybody_and_what_can_not_be_read(overview):
    page, answer = overview
    answer |= {"stored": 30, "accepted": 31, "unreadable": 1, "problems": [
        {"kind": "unreadable", "count": 1, "newest": [numbered(1)]}, {"kind": "partial", "count": 2, "newest": [numbered(2)]}]}
    page.get_by_label("Period").select_option("7")
    unreadable, partial = page.locator(".problems li").nth(0), page.locator(".problems li").nth(1)
    expect(unreadable).to_contain_text("1 Message that can’t be read")
    # There is nothing to open.
    expect(unreadable.get_by_role("link")).to_have_count(0)
    expect(partial).to_contain_text("2 Mail that did not reach everybody")
    expect(partial.get_by_role("link")).to_have_count(1)
    expect(page.locator(".sum").nth(1)).to_have_text(re.compile(r"unreadable\s*1$"))


def test_the_overview_says_what_is_missing_and_what_it_can_not_vouch_for(overview):
    page, answer = overview
    answer |= {"addsUp": False, "accepted": 31, "problems": [{"kind": "missing", "count": 1, "newest": [numbered(1)]}]}
    page.get_by_label("Period").select_option("7")
    expect(page.get_by_role("heading", name="The numbers don’t add up")).to_be_visible()
    expect(page.locator(".sum .missing")).to_have_text(re.compile(r"missing\s*1"))
    missing = page.locator(".problems li").first
    expect(missing).to_contain_text("1 Message that something else removed")
    # There is nothing to open.
    expect(missing.locator(".links")).to_contain_text("Nov")
    expect(missing.get_by_role("link")).to_have_count(0)
    answer |= {"addsUp": None, "accepted": 30, "unbooked": 2, "problems": []}
    page.get_by_label("Period").select_option("30")
    expect(page.get_by_role("heading", name="What became of the messages")).to_be_visible()
    expect(page.locator(".verdict")).to_contain_text("2 of them have no receipt of having come in, so others like them may be missing unnoticed.")
    answer |= {"unbooked": 0, "complete": False}
    page.get_by_label("Period").select_option("7")
    expect(page.locator(".verdict")).to_contain_text("There is too much to look at in one go")
    expect(page.locator(".verdict")).not_to_contain_text("no receipt")


def test_the_overview_draws_the_messages_of_each_day(overview):
    page, _ = overview
    plot = page.get_by_role("img", name="Messages per day, at most 20")
    parts = plot.locator("rect").evaluate_all(
        "parts => parts.map(part => [part.getAttribute('class'), ...['x', 'width', 'y', 'height'].map(name => Number(part.getAttribute(name)))])")
    # Five days of 120 units, each with a gap of 3; the fullest one, of 20 messages, is 96 high, and parts stand on each other.
    days = {0: [("rest", 15), ("held", 5)], 2: [("failed", 2)], 4: [("rest", 6), ("held", 1), ("failed", 1)]}
    expected = []
    for day, stack in days.items():
        top = 100
        for name, count in stack:
            height = 96 * count / 20
            top -= height
            expected.append([name, day * 120 + 1.5, 117, pytest.approx(top), pytest.approx(height)])
    assert parts == expected
    expect(page.locator(".plot .top")).to_have_text("20")
    expect(page.locator(".ends span")).to_have_text([re.compile(r"Nov 20|20 Nov"), re.compile(r"Nov 24|24 Nov")])
    page.get_by_text("30 messages, as a table").click()
    cells = page.locator("#overview table tr").evaluate_all("rows => rows.map(row => [...row.cells].map(cell => cell.innerText))")
    assert cells[0] == ["Day", "accepted", "held", "failed"]
    assert [(re.search(r"\d+", day)[0], *counts) for day, *counts in cells[1:]] == [
        ("24", "8", "1", "1"), ("22", "2", "0", "2"), ("20", "20", "5", "0")]


def test_the_overview_draws_and_says_how_long_mails_took(overview):
    page, answer = overview
    marks = page.locator(".scale circle").evaluate_all(
        "marks => marks.map(mark => [mark.getAttribute('class'), Number(mark.getAttribute('cx'))])")
    # From 0.1 s at 20 to a day at 580, ten times longer is always as far to the right.
    step = 560 / (1 + math.log10(86400))
    expected = [("p50", 0.42), ("p95", 61), ("max", 7200)]
    assert marks == [[name, pytest.approx(20 + step * (1 + math.log10(seconds)))] for name, seconds in expected]
    assert page.locator(".scale text").evaluate_all("marks => marks.map(mark => mark.textContent)") == ["1 s", "1 min", "1 h", "24 h"]
    expect(page.locator(".times dt")).to_have_text(["half within", "95 of 100 within", "slowest"])
    expect(page.locator(".times dd")).to_have_text(["0.42 s", "61 s", "2 h"])
    answer["deliverySeconds"] = None
    page.get_by_label("Period").select_option("7")
    expect(page.locator("#overview")).to_contain_text("No mail has been sent in this period.")
    expect(page.locator(".scale")).to_have_count(0)


def test_the_overview_is_brought_up_to_date_by_itself(overview):
    page, answer = overview
    asked = []
    page.on("request", lambda request: "/api/audit?" in request.url and "from=" in request.url and asked.append(request.url))
    answer["accepted"] = 29
    page.get_by_label("Period").select_option("90")
    expect(page.locator(".sum dd").first).to_have_text("29")
    page.get_by_text("30 messages, as a table").click()
    link = page.locator(".problems a").nth(1)
    link.focus()
    pane = page.locator("#overview")
    pane.evaluate("pane => { pane.scrollTop = 100 }")
    top = pane.evaluate("pane => pane.scrollTop")
    chooser = page.get_by_label("Period").element_handle()

    def later(changes):
        answer.update(changes)
        asked.clear()
        page.evaluate("dispatchEvent(new Event('online'))")
    later({"accepted": 31, "erased": 2})
    expect(page.locator(".sum dd").first).to_have_text("31")
    assert "days=90" in page.url and datetime.fromisoformat(re.search(r"from=([\d-]+)", asked[0])[1]) < datetime.now() - timedelta(days=88)
    expect(page.get_by_label("Period")).to_have_value("90")
    assert chooser.evaluate("chooser => chooser.isConnected"), "an open list of periods stays open"
    expect(link).to_be_focused()
    assert pane.evaluate("pane => pane.scrollTop") == top
    expect(page.locator("#overview details")).to_have_attribute("open", "")

    # What stands there is left alone when nothing has changed.
    first = page.locator(".sum").first.element_handle()
    later({})
    until(lambda: page.wait_for_timeout(20) or asked, what="the question for news")
    page.wait_for_timeout(300)
    assert first.evaluate("sum => sum.isConnected")

    # Whoever stood on what is gone finds themselves at the top.
    later({"problems": [], "accepted": 32, "stored": 31, "counts": BUSY["counts"] | {"held": 0}})
    expect(page.locator("#overview")).to_contain_text("Nothing needs a look.")
    expect(page.get_by_role("heading", name="Overview")).to_be_focused()


def test_the_overview_adds_up(owner, inbox):
    write(owner.server)
    page = inbox("#box=overview")
    expect(page.get_by_role("heading", name="Every message is accounted for")).to_be_visible()
    for total in page.locator(".sum").all():
        numbers = [int(re.sub(r"\D", "", text)) for text in total.locator("dd").all_inner_texts()]
        assert numbers[0] == sum(numbers[1:]) > 0
    expect(page.get_by_role("img", name=re.compile("Messages per day"))).to_be_visible()
    page.get_by_label("Period").focus()
    page.get_by_label("Period").select_option("7")
    expect(page.get_by_label("Period")).to_be_focused()
    assert "days=7" in page.url


# ---- Hostile messages

@pytest.mark.parametrize("kind", ON_A_PAGE)
def test_a_hostile_message_is_text_and_nothing_else(owner, inbox, kind):
    text = ON_A_PAGE[kind]
    fields = {"name": text[:90], "_subject": text[:150], "phone": text, "field " + text[:40]: "x"}
    mark = write(owner.server, text=text, **fields)
    page = inbox("#box=all")  # some look like spam, and are held
    happened = []
    page.on("dialog", lambda dialog: (happened.append(dialog.message), dialog.dismiss()))
    page.on("popup", lambda popup: happened.append(popup.url))
    page.on("framenavigated", lambda frame: happened.append(frame.url) if "/inbox/" not in frame.url else None)
    shown = read(page, mark)
    expect(shown.locator(".text")).to_contain_text(re.compile(re.escape(text.split("\u202e")[0].split()[0][:60]) if text.split("\u202e")[0].split() else "U\\+202E"))
    assert shown.locator("script, style, img, iframe, link, base, meta, object, embed, form, image, foreignObject").count() == 0
    assert [link for link in shown.locator("a").all() if not link.get_attribute("href").startswith("mailto:asa%40example.se")] == []
    # Nothing that turns the direction of what stands around it is left as it was.
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", page.locator("body").inner_text())
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(FITS)
        assert shown.evaluate("pane => pane.scrollWidth <= pane.clientWidth")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Export").click()
    page.keyboard.press("Escape")
    page.keyboard.press("#")
    page.keyboard.press("Escape")
    assert page.title() != "owned" and happened == []


def test_the_policy_allows_nothing_inline(owner):
    with owner.server.client() as client:
        answer = client.get("/inbox/")
    policy = answer["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    page = answer.text
    assert "require-trusted-types-for 'script'" in page
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)


# ---- For everybody

def looks():
    """Width, language and scheme, so that each meets each of the others; in a soak all there are."""
    for width, language, scheme in itertools.product([1280, 360], ["en", "sv"], ["light", "dark"]):
        is_kept = (width == 360) ^ (language == "sv") ^ (scheme == "dark")
        yield pytest.param(width, language, scheme, marks=[] if is_kept else pytest.mark.soak)


@pytest.mark.parametrize("width, language, scheme", list(looks()))
def test_every_state_has_no_barriers(start, mail_server, open_page, scheme, language, width):
    mails = mail_server()
    server = start(**mails.settings)
    owner = Owner(server)
    sent = owner.wait(write(server, phone="1"), status="notified")
    held = owner.wait(write(server, _gotcha="x"), status="held")
    mails.fail({"at": "rcpt", "do": "550 5.1.1 no such mailbox"})
    failed = owner.wait(write(server), status="failed")
    door = open_page(server.url + "/inbox/", width, color_scheme=scheme, locale=language)
    expect(door.locator("#password")).to_be_visible()
    assert axe_findings(door) == []

    page = open_page(server.url + "/inbox/", width, color_scheme=scheme, locale=language, storage_state=owner.state)
    # So tall that nothing is scrolled out of sight, where axe could not see it.
    page.set_viewport_size({"width": width, "height": 2400})
    assert page.locator("html").get_attribute("lang") == language

    def check(state):
        page.mouse.move(0, 0)
        assert axe_findings(page) == [], state
        assert page.evaluate(FITS), state
    expect(page.locator(".row")).to_have_count(2)
    check("list")
    for box, control in (("held", "#rows .release"), ("failed", "#resend-all")):
        page.evaluate("place => { location.hash = place }", f"#box={box}")
        expect(page.locator(control)).to_be_visible()
        expect(page.locator(".row")).to_have_count(1)
        check(f"list of {box}")
    for box, message in (("inbox", sent), ("held", held), ("failed", failed)):
        page.evaluate("place => { location.hash = place }", f"#box={box}&id={message['id']}")
        expect(page.locator("#letter .text")).to_have_text(message["message"])
        expect(page.locator("#letter .history")).to_be_visible()
        check(box)
    page.evaluate("location.hash = '#box=archived'")
    expect(page.locator("#tail h2")).to_be_visible()
    check("empty")
    page.evaluate("location.hash = '#box=overview'")
    expect(page.locator(".verdict")).to_be_visible()
    check("overview")
    for control in ("help", "export", "erase"):
        if width < 1000:
            page.locator("#menu").click()
        page.locator(f"#{control}").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        # axe does not know that a dialogue lies above all, and takes what is under it for its background.
        page.evaluate("document.getElementById('app').style.visibility = 'hidden'")
        check(control)
        page.evaluate("document.getElementById('app').style.visibility = ''")
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")


def test_the_language_can_be_chosen_and_is_remembered(owner, inbox):
    page = inbox(locale="en")
    page.get_by_label("Language").focus()
    page.get_by_label("Language").select_option("sv")
    expect(page.get_by_role("heading", name="Inkorg")).to_be_visible()
    expect(page.get_by_label("Språk")).to_be_focused()
    assert page.locator("html").get_attribute("lang") == "sv"
    page.reload()
    expect(page.get_by_role("heading", name="Inkorg")).to_be_visible()


def test_the_keyboard_is_enough(owner, open_page):
    marks = []
    for number in range(3):
        marks.append(write(owner.server, name=f"Tangent {number}"))
        next_millisecond()
    page = open_page(owner.server.url + "/inbox/")
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Inbox")).to_be_focused()
    expect(page.locator(".row").first).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator(".row").first).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator(".row").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#letter h1")).to_be_focused()
    expect(page.locator("#letter .text")).to_contain_text(marks[1])
    page.keyboard.press("j")
    expect(page.locator("#letter .text")).to_contain_text(marks[0])
    page.keyboard.press("k")
    expect(page.locator("#letter .text")).to_contain_text(marks[1])
    page.keyboard.press("u")
    expect(page.locator(".row").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#letter .text")).to_contain_text(marks[1])
    page.keyboard.press("e")
    until(lambda: owner.find(marks[1])["archivedAt"], what="the archiving")
    expect(page.locator(".row").nth(1)).to_be_focused()
    expect(page.locator("#toast")).to_contain_text("Archived")
    page.keyboard.press("z")
    until(lambda: owner.find(marks[1])["archivedAt"] is None, what="its undoing")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("archive, or back to the inbox")
    page.get_by_label("Use the shortcuts").press("Space")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_tab_reaches_every_action_of_a_letter(owner, inbox):
    mark = write(owner.server)
    page = inbox()
    read(page, mark)
    page.locator("#letter h1").focus()
    reached = set()
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.closest('#letter') === null"):
            break
        reached.add(page.evaluate("document.activeElement.textContent"))
    assert reached >= {"Reply", "Archive", "Spam", "Mark as unread", "Delete"}


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone_shows_the_list_or_the_letter(owner, inbox, width):
    mark = write(owner.server)
    page = inbox(width=width)
    expect(page.locator("#index")).to_be_visible()
    expect(page.locator("#letter")).to_be_hidden()
    shown = read(page, mark)
    expect(page.locator("#index")).to_be_hidden()
    assert page.evaluate(FITS)
    shown.get_by_role("button", name="Back").click()
    expect(page.locator("#index")).to_be_visible()
    expect(page.locator(".row").first).to_be_focused()
    page.locator(".row").first.click()
    page.go_back()
    expect(page.locator("#index")).to_be_visible()
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    assert page.evaluate(FITS)


@pytest.mark.parametrize("locale", ["en", "sv"])
def test_on_a_phone_no_choice_of_a_box_moves_the_others(owner, inbox, locale):
    write(owner.server, _gotcha="x")
    page = inbox(width=320, locale=locale)
    boxes = page.locator("#boxes a")
    expect(boxes.locator(".count").first).to_be_visible()
    places = None
    for number in range(boxes.count()):
        boxes.nth(number).click()
        expect(boxes.nth(number)).to_have_attribute("aria-current", re.compile("."))
        now = page.evaluate("""[...document.querySelectorAll('#boxes a')].map(box => box.getBoundingClientRect())
            .map(({ top, width }) => [top, width])""")
        assert now == (places or now), boxes.nth(number).inner_text()
        places = now


# ---- What a screen, an ear or a colour asks for


def test_the_paper_reaches_to_the_end_of_a_long_message(owner, inbox):
    mark = write(owner.server, text="rad\n" * 80)
    page = inbox(width=390)
    read(page, mark)
    assert page.evaluate("""() => document.querySelector('.sheet').getBoundingClientRect().bottom
        - document.querySelector('.sheet').lastElementChild.getBoundingClientRect().bottom""") >= 0


@pytest.mark.parametrize("width, height", [(320, 256), (568, 320), (640, 360), (1000, 400)])
def test_at_400_percent_messages_are_listed_and_read(owner, inbox, width, height):
    """WCAG 1.4.10: 320 by 256 is what 1280 by 1024 is then."""
    mark = write(owner.server, text="rad\n" * 30)
    write(owner.server)
    page = inbox(width=width)
    page.set_viewport_size({"width": width, "height": height})
    expect(page.locator(".row").first).to_be_visible()
    assert page.evaluate("document.getElementById('scroll').clientHeight") > height / 2
    assert page.evaluate(FITS)
    shown = read(page, mark)
    expect(page.locator("#index")).to_be_hidden()
    expect(shown.locator("h1")).to_be_in_viewport()
    assert page.evaluate(FITS)
    page.evaluate("scrollTo(0, 9999)")
    expect(shown.get_by_role("button", name="Erase all from this sender")).to_be_in_viewport()
    expect(shown.get_by_role("button", name="Delete")).not_to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.locator(".row").first).to_be_focused()
    expect(page.locator(".row").first).to_be_in_viewport(ratio=.9)
    page.get_by_role("link", name="Overview").click()
    expect(page.locator(".verdict")).to_be_visible()
    expect(page.locator("#index")).to_be_hidden()
    assert page.evaluate(FITS)


def test_what_has_the_focus_is_not_under_the_bar(owner, inbox):
    """WCAG 2.4.11."""
    mark = write(owner.server, text="rad\n" * 60)
    owner.wait(mark, status="notified")
    page = inbox(width=390)
    page.set_viewport_size({"width": 390, "height": 600})
    page.route("**/api/submissions/*", lambda route: route.fulfill(json=route.fetch().json() | {"status": "failed"}))
    shown = read(page, mark)
    # All in one go: what happens to the message paints its buttons anew.
    page.evaluate("""() => {
        const button = document.querySelector('.notice button')
        document.getElementById('letter').scrollTop += button.getBoundingClientRect().top - 10
        document.querySelector('.bar .danger').focus()
    }""")
    page.keyboard.press("Tab")
    expect(shown.get_by_role("button", name="Send the mail again")).to_be_focused()
    assert page.evaluate("""() => {
        const { left, top, width, height } = document.activeElement.getBoundingClientRect()
        return document.elementFromPoint(left + width / 2, top + height / 2) === document.activeElement
    }""")


def test_what_is_shown_is_said(owner, inbox):
    page = inbox("#box=archived&q=finns-inte")
    state = page.locator("#state")
    expect(state).to_have_text("Nothing found")
    page.route("**/api/submissions?*", lambda route: route.fulfill(json={"submissions": [], "next": None}))
    for box, said in (("Held", "Nothing is held"), ("Failed", "Every mail got through"), ("Inbox", "No letters yet")):
        page.locator("#boxes").get_by_role("link", name=re.compile(f"^{box}")).click()
        expect(state).to_have_text(said)
        expect(page.locator("#tail h2")).to_have_text(said)
    page.get_by_label("Language").select_option("sv")
    expect(state).to_have_text("Inga brev ännu")
    page.route("**/api/audit*", lambda route: route.fulfill(json=BUSY))
    page.get_by_role("link", name="Översikt").click()
    expect(state).to_have_text("30 dagar: Varje meddelande är redovisat")
    page.get_by_label("Period").select_option("90")
    expect(state).to_have_text("90 dagar: Varje meddelande är redovisat")
    assert state.evaluate("state => !state.closest('#index')"), "the list is not there, nor what it holds"
    assert axe_findings(page) == []


def test_in_forced_colours_dots_are_still_seen(owner, inbox):
    write(owner.server)
    page = inbox(forced_colors="active")
    expect(page.locator(".row.unread").first).to_be_visible()
    dot = page.locator(".row.unread .who").first.evaluate("who => getComputedStyle(who, '::before').backgroundColor")
    assert dot == "rgb(138, 35, 6)"


def test_a_name_in_arabic_stays_where_it_is_when_its_message_is_read(owner, inbox):
    mark = write(owner.server, name="أحمد")
    page = inbox()
    search(page, mark)
    left = """() => {
        const range = document.createRange()
        range.selectNodeContents(document.querySelector('.row .who bdi'))
        return Math.round(range.getBoundingClientRect().left)
    }"""
    expect(page.locator(".row.unread")).to_have_count(1)
    before = page.evaluate(left)
    page.locator(".row").first.click()
    expect(page.locator(".row.unread")).to_have_count(0)
    assert page.evaluate(left) == before


def test_the_title_and_the_actions_say_what_they_are_of(owner, inbox):
    mark = write(owner.server, name="Karin Lindqvist")
    page = inbox()
    shown = read(page, mark)
    expect(shown.get_by_role("group", name="Actions")).to_be_visible()
    expect(page).to_have_title(re.compile(r"^Karin Lindqvist · (\(\d+\) )?Inbox · Brevlåda$"))
    page.keyboard.press("Escape")
    expect(page).to_have_title(re.compile(r"^(\(\d+\) )?Inbox · Brevlåda$"))


@pytest.mark.parametrize("width", [320, 390, 600, 1280])
def test_the_scale_of_the_overview_can_be_read(overview, width):
    page, _ = overview
    page.set_viewport_size({"width": width, "height": 900})
    heights = page.locator(".scale text").evaluate_all("texts => texts.map(text => text.getBoundingClientRect().height)")
    assert len(heights) == 4 and min(heights) >= 13
    assert page.evaluate(FITS)
