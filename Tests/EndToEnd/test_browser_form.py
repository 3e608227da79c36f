# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""A person fills in the form in a browser, with JavaScript and without, in Swedish and in English."""

import re
import uuid

import pytest
from browser import axe_findings
from playwright.sync_api import expect

from harness.forms import letter, post
from harness.mail import html_of
from harness.store import submissions
from harness.waiting import until

SCRIPT = [pytest.param(True, id="with JavaScript"), pytest.param(False, id="without")]
LANGUAGES = {
    "en": {"page": "/", "send": "Post the letter", "error": "Enter the whole e-mail address, such as name@example.com",
           "thanks": "/thanks.html"},
    "sv": {"page": "/sv/", "send": None, "error": "Skriv hela e-postadressen", "thanks": "/sv/tack.html"},
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
        # Not by waiting for a navigation: one that a second click ends is none that failed.
        expect(page).to_have_url(re.compile(re.escape(LANGUAGES[language]["thanks"]) + "$"))


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_field_of_the_error_page_has_an_edge_and_says_what_it_is_for(server, open_page, scheme):
    """WCAG 1.4.11 and 1.3.5."""
    page = open_page(server.url + "/", java_script_enabled=False, color_scheme=scheme)
    fill(page, email="asa..oberg@example.se")
    send(page)
    expect(page.locator("[role=alert]")).to_be_visible()
    for name in ("name", "email"):
        expect(page.locator(f"[name={name}]")).to_have_attribute("autocomplete", name)

    def luminance(colour):
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    edge = page.locator("[name=message]").evaluate("field => getComputedStyle(field).borderTopColor")
    paper = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    darker, lighter = sorted([luminance(edge), luminance(paper)])
    assert (lighter + 0.05) / (darker + 0.05) >= 3


@pytest.mark.parametrize("locale, heading, said", [
    ("en", "No page here", "Nothing to see here. Go back to the site to write a message."),
    ("sv", "Ingen sida här", "Här finns inget att läsa. Gå tillbaka till webbplatsen för att skriva ett meddelande."),
])
def test_whoever_opens_the_address_of_the_form_is_shown_back(server, open_page, locale, heading, said):
    page = open_page(server.url + "/api/contact", locale=locale)
    expect(page.get_by_role("heading")).to_have_text(heading)
    expect(page.get_by_role("alert")).to_have_text(said)
    expect(page.get_by_role("link")).to_be_visible()
    assert axe_findings(page) == []


def test_a_file_is_refused_in_words_for_a_page_that_has_none(server, open_page):
    page = open_page(server.url + "/")
    page.evaluate("""() => {
        const plain = document.querySelector('form').cloneNode(true)
        plain.removeAttribute('data-brevlada')
        plain.enctype = 'multipart/form-data'
        plain.insertAdjacentHTML('beforeend', '<input type="file" name="photo">')
        document.querySelector('form').replaceWith(plain)
    }""")
    fill(page)
    page.locator("[name=photo]").set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": b"x"})
    send(page)
    expect(page.locator(".error")).to_have_text("photo: Files can’t be sent. Your text is kept; send it without the file.")
    page.get_by_role("button").click()
    page.wait_for_url("**/thanks.html")


def test_a_text_that_is_too_large_may_be_behind_the_back_button(server, open_page):
    page = open_page(server.url + "/", java_script_enabled=False)
    fill(page)
    # Past its maxlength, as some old page without one would.
    page.locator("[name=message]").evaluate("field => { field.value = 'x'.repeat(400_000) }")
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("Go back with your browser’s Back button; your text may still be in the form.")


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


def test_a_long_name_does_not_widen_the_mail_of_many_messages(start, mail_server, open_page):
    peer = mail_server(rules=[{"at": "greeting", "do": "421 4.3.2 away", "close": True}])
    server = start(**peer.settings | {"BREVLADA_MAIL_DIGEST_BATCH": 3})
    with server.client() as client:
        for number in range(8):
            assert post(client, letter(name="å" * 90, message=f"{number} {uuid.uuid4()}")).status == 200
    peer.fail()
    until(lambda: {each.status for each in submissions(server.database)} == {"notified"}, what="all notified")
    html = max((html_of(mail.message) for mail in peer.mails()), key=len)
    assert html.count("å" * 90) > 1, "a mail of several"
    page = open_page("about:blank", width=320)
    page.set_content(html)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
