# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""A person fills in the form in a browser, with JavaScript and without, in Swedish and in English."""

import re
import uuid

import pytest
from browser import axe_findings
from playwright.sync_api import expect

from harness.store import submissions
from harness.waiting import until

SCRIPT = [pytest.param(True, id="with JavaScript"), pytest.param(False, id="without")]
LANGUAGES = {
    "en": {"page": "/", "send": "Post the letter", "error": "Enter an e-mail address like name@example.com",
           "thanks": "/thanks.html"},
    "sv": {"page": "/sv/", "send": None, "error": "Skriv en e-postadress", "thanks": "/sv/tack.html"},
}


def fill(page, **changes):
    """Fills in the form as a person would, and returns the message."""
    values = {"name": "Åsa Öberg", "email": "asa@example.se", "message": f"Båten läcker. {uuid.uuid4()}"} | changes
    for name, value in values.items():
        page.locator(f"form [name={name}]").fill(value)
    return values["message"]


def send(page):
    page.locator("form button").click()


def wait_for_thanks(page, language, script):
    if script:
        expect(page.locator(".brevlada-sent")).to_be_visible()
    else:
        page.wait_for_url("**" + LANGUAGES[language]["thanks"])


def stored(server, message):
    return [each for each in submissions(server.database) if each.fields.get("message") == message]


@pytest.mark.parametrize("script", SCRIPT)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_is_sent_and_its_mail_can_be_read(server, open_page, language, script):
    page = open_page(server.url + LANGUAGES[language]["page"], java_script_enabled=script, locale=language)
    name = f"Åsa {uuid.uuid4().hex[:8]}"
    message = fill(page, name=name)
    send(page)
    wait_for_thanks(page, language, script)
    if script:
        assert axe_findings(page) == []
    [found] = stored(server, message)
    assert (found.language, found.email) == (language, "asa@example.se")
    assert found.spam_reasons in ([], ["too-fast"]), "a program types faster than a person"

    inbox = open_page(server.url + "/_mail", java_script_enabled=script)
    link = inbox.get_by_role("link", name=re.compile(name))
    until(lambda: inbox.reload() and link.count(), what="the mail in the inbox")
    link.click()
    frame = inbox.frame_locator("iframe").first
    expect(frame.locator("body")).to_contain_text(message)


@pytest.mark.parametrize("script", SCRIPT)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_stands_by_its_field_and_the_text_stays(server, open_page, language, script):
    page = open_page(server.url + LANGUAGES[language]["page"], java_script_enabled=script, locale=language)
    message = f"rad 1\nrad 2 {uuid.uuid4()}"
    # The server's own judgement: a browser finds nothing wrong with two dots.
    fill(page, email="asa..oberg@example.se", message=message)
    send(page)
    field = page.locator("form [name=email]")
    expect(field).to_have_attribute("aria-invalid", "true")
    described = field.get_attribute("aria-describedby").split()
    said = " ".join(page.locator(f"[id='{id}']").inner_text() for id in described)
    assert LANGUAGES[language]["error"] in said
    expect(page.locator("form [name=message]")).to_have_value(message)
    expect(field).to_have_value("asa..oberg@example.se")
    assert page.locator("html").get_attribute("lang") == language
    if script:
        assert axe_findings(page) == []
    assert stored(server, message) == []

    field.fill("asa@example.se")
    send(page)
    wait_for_thanks(page, language, script)
    assert len(stored(server, message)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_error_page_has_no_barriers(server, open_page, language):
    """The page that a browser without JavaScript gets, opened by one with, so that axe can run."""
    page = open_page(server.url + LANGUAGES[language]["page"], locale=language, service_workers="block")
    page.evaluate("""() => {
        const form = document.querySelector('form')
        const plain = form.cloneNode(true)
        plain.removeAttribute('data-brevlada')
        form.replaceWith(plain)
        plain.noValidate = true
    }""")
    fill(page, email="nobody")
    page.locator("form button").click()
    expect(page.locator("[role=alert]")).to_be_visible()
    assert axe_findings(page) == []
    for width in (320, 768):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.emulate_media(color_scheme="dark")
    assert axe_findings(page) == []


def test_a_long_name_of_a_field_does_not_widen_the_error_page(server, open_page):
    page = open_page(server.url + "/", width=320)
    page.evaluate("""name => {
        const form = document.querySelector('form')
        const plain = form.cloneNode(true)
        plain.removeAttribute('data-brevlada')
        form.replaceWith(plain)
        plain.noValidate = true
        for (const value of ['a', 'b']) {
          const input = document.createElement('input')
          Object.assign(input, { name, value })
          plain.append(input)
        }
        const input = document.createElement('input')
        Object.assign(input, { name: name + '2', value: 'c' })
        plain.append(input)
    }""", "x" * 90)
    fill(page, email="nobody")
    page.locator("form button").click()
    expect(page.locator("[role=alert]")).to_be_visible()
    expect(page.locator("body")).to_contain_text("x" * 90)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("path", ["/", "/sv/", "/thanks.html", "/sv/tack.html", "/no-such-page", "/_mail"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_has_no_barriers_and_keeps_its_policy(server, open_page, path, scheme):
    page = open_page(server.url + path, color_scheme=scheme)
    assert axe_findings(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_keyboard_is_enough(server, open_page):
    page = open_page(server.url + "/")
    message = f"by keyboard {uuid.uuid4()}"
    page.locator("[name=name]").focus()
    page.keyboard.type("Åsa")
    page.keyboard.press("Tab")
    page.keyboard.type("asa@example.se")
    page.keyboard.press("Tab")
    page.keyboard.type(message)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "BUTTON", "the honeypot is not among the stops"
    page.keyboard.press("Enter")
    expect(page.locator(".brevlada-sent")).to_be_focused()
    [found] = stored(server, message)
    assert found.status != "held"
