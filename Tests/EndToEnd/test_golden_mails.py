# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Reads every golden mail with Python's email package, which shares no code with the one that wrote it.

The mails and what their reader must get are in Tests/MailTests/Fixtures; scripts/regenerate-golden-mails records them.
"""

import email
import email.policy
import json
import re
from email.errors import NonASCIILocalPartDefect
from pathlib import Path

import pytest

FIXTURES = Path(__file__).resolve().parent.parent / "MailTests" / "Fixtures"
MAILS = sorted(FIXTURES.glob("*.eml"))
POLICIES = {"default": email.policy.default, "SMTP": email.policy.SMTP}

HEADERS = [
    "Date", "From", "To", "Reply-To", "Subject", "Message-ID", "References", "Auto-Submitted", "X-Auto-Response-Suppress", "Content-Language", "MIME-Version",
    "Content-Type", "Content-Transfer-Encoding",
]


def parse(path, policy):
    octets = path.read_bytes()
    if octets.isascii():
        return email.message_from_bytes(octets, policy=policy)
    # RFC 6532: the package reads UTF-8 in headers from text only; from bytes it reports a defect for each.
    return email.message_from_string(octets.decode(), policy=policy.clone(utf8=True))


def intent_of(path):
    return json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


def header_lines(path):
    return path.read_bytes().partition(b"\r\n\r\n")[0].split(b"\r\n")


@pytest.fixture(params=POLICIES, scope="module")
def policy(request):
    return POLICIES[request.param]


@pytest.fixture(params=MAILS, ids=lambda path: path.stem)
def path(request):
    return request.param


def test_there_are_golden_mails():
    assert len(MAILS) >= 30
    assert {path.with_suffix(".json") for path in MAILS} == set(FIXTURES.glob("*.json"))


def test_no_message_part_or_header_has_a_defect(path, policy):
    for part in parse(path, policy).walk():
        assert part.defects == []
        for name, value in part.items():
            assert list(map(type, value.defects)) == expected_defects(value), name


def expected_defects(header):
    """The package takes note of each address that needs SMTPUTF8, which its golden mail is about."""
    addresses = getattr(header, "addresses", ())
    return [NonASCIILocalPartDefect for address in addresses if not address.username.isascii()]


def test_the_headers_are_ours_and_each_is_there_once(path, policy):
    message = parse(path, policy)
    intent = intent_of(path)
    absent = set()
    if intent["subject"] == "":
        absent.add("Subject")
    if "replyTo" not in intent:
        absent.add("Reply-To")
    if "language" not in intent:
        absent.add("Content-Language")
    if "references" not in intent:
        absent.add("References")
    if message.is_multipart():
        absent.add("Content-Transfer-Encoding")
    expected = [name for name in HEADERS if name not in absent]
    # The intent's object has no order.
    own = intent.get("customFields", {})
    place = expected.index("MIME-Version")
    keys = message.keys()
    assert keys[:place] + keys[place + len(own):] == expected
    assert sorted(keys[place:place + len(own)]) == sorted(own)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["MIME-Version"].version == "1.0"


def test_the_headers_say_what_was_meant(path, policy):
    message = parse(path, policy)
    intent = intent_of(path)
    assert (message["Subject"] or "") == intent["subject"]
    assert correspondents(message["From"]) == [intent["from"]]
    assert correspondents(message["To"]) == intent["to"]
    assert correspondents(message["Reply-To"]) == ([intent["replyTo"]] if "replyTo" in intent else [])
    assert message["Date"].datetime.isoformat() == intent["date"]
    assert message["Message-ID"] == intent["messageID"]
    assert message["References"] == intent.get("references")
    assert message["Content-Language"] == intent.get("language")
    for name, words in intent.get("customFields", {}).items():
        assert message[name].split() == words


def correspondents(header):
    if header is None:
        return []
    return [{"name": address.display_name, "address": address.addr_spec} for address in header.addresses]


def test_the_bodies_are_what_was_meant(path, policy):
    message = parse(path, policy)
    intent = intent_of(path)
    assert content(message.get_body(("plain",))) == intent["text"]
    html = message.get_body(("html",))
    assert (content(html) if html else None) == intent.get("html")
    if html:
        assert message.get_content_type() == "multipart/alternative"
        assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
        assert message.preamble is None and not message.epilogue


def content(part):
    assert part.get_content_charset() == "utf-8"
    text = part.get_content()
    assert re.search(r"(?<!\r)\n|\r(?!\n)", text) is None, "a line break is not CRLF"
    return text.replace("\r\n", "\n")


def test_the_lines_are_short_and_ended_by_crlf(path):
    octets = path.read_bytes()
    assert octets.endswith(b"\r\n")
    assert octets.count(b"\r") == octets.count(b"\n") == octets.count(b"\r\n")
    assert max(map(len, octets.split(b"\r\n"))) <= 998
    for line in header_lines(path):
        assert line.strip(), "a line of a header is blank"
        foldable = len(line.split(b":", 1)[-1].split()) > 1 or not line.startswith(b" ")
        assert len(line) <= 78 or not foldable, line


def test_the_octets_survive_every_relay(path):
    octets = path.read_bytes()
    header, _, body = octets.partition(b"\r\n\r\n")
    assert header.isascii() or intent_of(path)["utf8Headers"]
    assert re.fullmatch(rb"[\t\r\n -~]*", body)
    assert re.search(rb"(?m)^(\.|From )|[ \t]\r$", body) is None
    assert max(map(len, body.split(b"\r\n"))) <= 78
