# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The inbox of captured mail: for the person at this machine, while trying the site out, and for nobody else."""

import uuid

import pytest
from browser import axe_findings
from playwright.sync_api import expect

from harness.brevlada import Brevlada, run
from harness.forms import letter, post
from harness.mail import captured
from harness.waiting import until


@pytest.fixture(scope="module")
def hostile(server):
    """A message that tries all it can, and the file its mail was captured in."""
    mark = uuid.uuid4().hex
    attack = "document.title='owned'"
    text = f"{mark} <script>{attack}</script><img src=x onerror=\"{attack}\"> 'quoted' & åäö"
    with server.client() as client:
        assert post(client, letter(name="<b>Åsa</b>", message=text) | {"_subject": f"<i>{mark}</i>"}).status == 200
    [path] = until(lambda: [path for path, mail in captured(server.data) if mark in mail["Subject"]], what="its mail")
    return mark, text, path


def open_mail(server, open_page, mark):
    page = open_page(server.url + "/_mail")
    page.get_by_role("link").filter(has_text=mark).first.click()
    return page


def test_the_list_and_a_mail_show_text_as_text(server, open_page, hostile):
    mark, text, _ = hostile
    page = open_mail(server, open_page, mark)
    expect(page.locator("body")).to_contain_text(f"<i>{mark}</i>")
    body = page.frame_locator("iframe").first.locator("body")
    expect(body).to_contain_text(text)
    assert page.title() != "owned"
    sandbox = page.locator("iframe").first.get_attribute("sandbox")
    assert sandbox is not None and "allow-scripts" not in sandbox and "allow-same-origin" not in sandbox
    assert axe_findings(page) == []


def test_it_speaks_the_browsers_language(server, open_page, hostile):
    page = open_page(server.url + "/_mail", locale="sv-SE", width=320)
    assert page.locator("html").get_attribute("lang") == "sv"
    expect(page.get_by_role("heading", name="Uppfångade mejl")).to_be_visible()
    # On a phone the whole width is the subject's, and the date stands under it.
    item = page.get_by_role("link").filter(has_text=hostile[0])
    subject, date = (item.locator(part).bounding_box() for part in (".subject", "time"))
    assert subject["width"] > 220 and date["y"] >= subject["y"] + subject["height"]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert axe_findings(page) == []
    item.click()
    expect(page.get_by_role("heading", name="Mejlet som text")).to_be_visible()
    expect(page.locator("dt")).to_have_text(["Från", "Svar till", "Till", "Datum"])
    assert axe_findings(page) == []


def test_headers_text_and_the_raw_mail_can_be_read(server, open_page, hostile):
    mark, _, path = hostile
    page = open_mail(server, open_page, mark)
    for header in ("From", "To", "Reply-To", "Subject", "Date"):
        expect(page.locator("body")).to_contain_text(header)
    expect(page.locator("body")).to_contain_text("asa@example.se")
    raw = page.get_by_role("link", name="as it would have gone out")
    with server.client() as client:
        answer = client.get(raw.get_attribute("href"))
    assert answer.status == 200 and answer.body == path.read_bytes()
    assert not answer["content-type"].startswith("text/html")


@pytest.mark.parametrize("name", [
    "..", "../brevlada.sqlite", "..%2fbrevlada.sqlite", "%2e%2e/brevlada.sqlite", "x", "x.eml", "%00", "a" * 5000,
])
def test_no_name_reads_another_file(server, client, name):
    for suffix in ("", "/raw", "/html"):
        answer = client.get(f"/_mail/{name}{suffix}")
        assert answer.status in (400, 404, 414, 431), (name, answer.status)
        assert b"SQLite format" not in answer.body


def test_it_is_there_only_on_this_machine_and_without_a_real_mail_server(tmp_path, mail_server):
    with Brevlada(tmp_path / "sends", **mail_server().settings) as server, server.client() as client:
        assert client.get("/_mail").status == 404
    with Brevlada(tmp_path / "open", **mail_server().settings, BREVLADA_LISTEN="0.0.0.0:0") as server:
        with server.client() as client:
            assert client.get("/_mail").status == 404
    refused = run("serve", cwd=tmp_path, BREVLADA_LISTEN="0.0.0.0:0", BREVLADA_DATA=tmp_path / "data",
                  BREVLADA_SITE=tmp_path)
    assert refused.returncode != 0 and "mail.smtp" in refused.stderr


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.nip.io"])
def test_a_name_that_was_pointed_at_this_machine_does_not_open_it(server, client, host):
    """DNS rebinding: a page of another site that resolves to 127.0.0.1 must not read the mail."""
    answer = client.request("GET", "/_mail", {"Host": host})
    assert answer.status in (403, 404, 421)
