# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The mail the owner reads says what the visitor wrote, and nothing a visitor writes can make it anything else."""

import re
import uuid
from html.parser import HTMLParser

import pytest

from harness.brevlada import run
from harness.forms import JSON, MULTIPART, letter, post
from harness.hostile import HOSTILE
from harness.mail import html_of, text_of
from harness.store import submissions
from harness.waiting import until

OWN_HEADERS = {
    "date", "from", "to", "reply-to", "subject", "message-id", "references", "auto-submitted", "content-language", "mime-version",
    "content-type", "x-auto-response-suppress", "x-brevlada-submissions",
}


@pytest.fixture(scope="module")
def peer(mail_server):
    return mail_server()


@pytest.fixture(scope="module")
def server(start, peer):
    return start(**peer.settings)


def mail_about(peer, mark):
    """The one mail with `mark` in its text."""
    [found] = until(lambda: [mail for mail in peer.mails() if mark in text_of(mail.message)], what=f"mail on {mark}")
    return found


def send(client, peer, fields, media_type=JSON, **headers):
    mark = uuid.uuid4().hex
    answer = post(client, fields | {"mark": mark}, media_type, **headers)
    assert answer.status == 200, answer.text
    return mail_about(peer, mark), answer.json()["id"]


def test_a_mail_has_what_a_mail_needs(client, peer):
    mail, id = send(client, peer, letter())
    message = mail.message
    assert {name.lower() for name in message.keys()} <= OWN_HEADERS
    assert len(message.keys()) == len(set(message.keys()))
    assert message["From"].addresses[0].addr_spec == "form@example.se"
    assert message["From"].addresses[0].display_name == "Brevlåda"
    assert [address.addr_spec for address in message["To"].addresses] == ["owner@example.se"]
    reply_to = message["Reply-To"].addresses[0]
    assert (reply_to.display_name, reply_to.addr_spec) == ("Åsa Öberg", "asa@example.se")
    assert message["Subject"] == "New message from Åsa Öberg"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime is not None
    assert id in message["Message-ID"] and message["Message-ID"].endswith("@example.se>")
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert max(map(len, mail.octets.split(b"\r\n"))) <= 998
    assert mail.octets.count(b"\n") == mail.octets.count(b"\r\n")


@pytest.mark.parametrize("media_type", [JSON, MULTIPART])
def test_every_field_is_in_both_parts_in_the_order_sent(client, peer, media_type):
    message = "rad 1\n\nrad 2 <b> & \"c\""
    fields = {"zeta": "först", "message": message, "name": "Bo", "email": "a@example.se", "boat": ["eka", "snipa"]}
    mail, _ = send(client, peer, fields, media_type)
    text = text_of(mail.message)
    places = [text.index(value) for value in ("först", message, "a@example.se", "eka", "snipa")]
    assert places == sorted(places)
    html = html_of(mail.message)
    escaped = "rad 1<br>\n<br>\nrad 2 &lt;b&gt; &amp; "
    places = [html.index(value) for value in ("först", escaped, "a@example.se", "eka", "snipa")]
    assert places == sorted(places)
    assert "<b>" not in html


def test_special_fields_are_not_shown(client, peer):
    mail, _ = send(client, peer, letter() | {
        "_next": "/secret-next", "_subject": "Ämne: båt 🛶", "_id": "secret-token", "_started": "1", "_language": "sv",
        "_gotcha": "",
    })
    assert mail.message["Subject"] == "Ämne: båt 🛶"
    for text in (text_of(mail.message), html_of(mail.message)):
        assert "secret" not in text and "_next" not in text and "_id" not in text


@pytest.mark.parametrize("message", [
    ".", ".\n.\n..\n...", "a\n.\nQUIT\n", "x" * 15_000, "å" * 15_000, "From here\nFrom there",
    "tab\tand  spaces   \n \n", "a\u2028b\u2029c\u0085d", "🛶" * 300 + "\n" * 40 + "end", "=3D =\n= soft",
    "quote\n> back\n--\nsignature\n-- \nx",
])
def test_the_text_survives_the_way(client, peer, message):
    mail, _ = send(client, peer, letter(message=message))
    assert message.rstrip("\n") in text_of(mail.message)


BREAKS = ["\r\n", "\n", "\r", "\u0085", "\u2028", "\x0b", "\x0c", "\x1e"]


@pytest.mark.parametrize("field", ["name", "email", "_subject", "_replyto"])
@pytest.mark.parametrize("line_break", BREAKS, ids=[ascii(each)[1:-1] for each in BREAKS])
def test_no_field_can_add_a_header_a_recipient_or_a_body(client, peer, field, line_break):
    attack = f"Asa{line_break}Bcc: victim@example.net{line_break}X-Evil: 1{line_break}{line_break}<h1>body</h1>"
    mark = uuid.uuid4().hex
    answer = post(client, letter() | {field: attack, "mark": mark}, JSON)
    if field == "email":
        assert answer.status == 422
        return
    mail = mail_about(peer, mark)
    assert {name.lower() for name in mail.message.keys()} <= OWN_HEADERS
    assert mail.recipients == ["owner@example.se"]
    assert "<h1>" not in html_of(mail.message)
    head = mail.octets.partition(b"\r\n\r\n")[0].lower()
    assert b"\nbcc" not in head and b"\nx-evil" not in head


@pytest.mark.parametrize("name", [
    '"Åsa, Öberg" <evil@example.net>', "a@example.net,", "=?utf-8?q?x?=", "\\\"", "(comment)", "very " * 20 + "long",
    "ΑΒΓ עברית 日本語", "\u202eesrever",
])
def test_any_name_is_a_display_name_and_nothing_more(client, peer, name):
    mail, _ = send(client, peer, letter(name=name))
    [reply_to] = mail.message["Reply-To"].addresses
    assert reply_to.addr_spec == "asa@example.se"
    assert "evil@example.net" not in [address.addr_spec for address in mail.message["Reply-To"].addresses]
    assert name.strip() in text_of(mail.message)


class Markup(HTMLParser):
    """The tags, and the text, of a page as a mail program sees them; line breaks are text."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.others, self.text = [], [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        if (tag, attrs) != ("br", []):
            self.tags.append((tag, tuple(attrs)))

    def handle_endtag(self, tag):
        self.tags.append((f"/{tag}", ()))

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        self.others.append(data)

    def handle_pi(self, data):
        self.others.append(data)

    def unknown_decl(self, data):
        self.others.append(data)


@pytest.fixture(scope="module")
def unfiltered(start, peer):
    """A server that holds nothing for spam, so that everything is mailed."""
    return start(**peer.settings, BREVLADA_SPAM_THRESHOLD=100_000)


@pytest.fixture(scope="module")
def harmless(unfiltered, peer):
    """The tags of a mail that has the same fields, with nothing in them."""
    with unfiltered.client() as client:
        mail, _ = send(client, peer, hostile_letter("harmless"))
    return Markup(html_of(mail.message)).tags


def hostile_letter(text):
    """The text as name, subject, message, field and field's name."""
    return letter(name=text[:200], message=text) | {"_subject": text[:200], "text": text, f"field {text[:40]}": text[:400]}


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_message_is_text_in_the_mail_and_nothing_else(unfiltered, peer, harmless, text):
    with unfiltered.client() as client:
        mail, _ = send(client, peer, hostile_letter(text))
    message = mail.message
    assert {name.lower() for name in message.keys()} <= OWN_HEADERS
    assert len(message.keys()) == len(set(message.keys()))
    assert mail.recipients == ["owner@example.se"] and mail.sender == "form@example.se"
    assert [address.addr_spec for address in message["To"].addresses] == ["owner@example.se"]
    assert [address.addr_spec for address in message["Reply-To"].addresses] == ["asa@example.se"]
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert mail.octets.count(b"\n") == mail.octets.count(b"\r\n") == mail.octets.count(b"\r")
    assert text.rstrip() in text_of(message)
    shown = Markup(html_of(message))
    assert shown.tags == harmless and shown.others == []
    # Where HTML allows no control character there is another one; spaces that it would take away are not plain ones.
    typed = text.rstrip().replace("\x1b", "\ufffd").replace("\t", " " * 4)
    assert typed in shown.text.replace("\u00a0", " ")


def test_an_address_with_other_letters_goes_out_as_punycode_and_utf8(client, peer):
    mail, _ = send(client, peer, letter(email="asa@räksmörgås.se"))
    assert mail.message["Reply-To"].addresses[0].addr_spec == "asa@xn--rksmrgs-5wao1o.se"


@pytest.mark.parametrize("options", [[], ["--hide", "SMTPUTF8"]])
def test_a_local_part_with_other_letters_is_in_the_body_and_never_in_the_header(start, mail_server, options):
    """A server behind one that takes such headers may not, and would return the mail (RFC 6531 §3.2)."""
    peer = mail_server(options=options)
    server = start(**peer.settings)
    with server.client() as client:
        mail, _ = send(client, peer, letter(email="åsa@example.se"))
    assert mail.message["Reply-To"] is None and mail.octets.isascii()
    assert "åsa@example.se" in text_of(mail.message)


def test_the_owner_reads_swedish_when_so_configured(start, mail_server):
    peer = mail_server()
    server = start(**peer.settings, BREVLADA_LANGUAGE="sv")
    with server.client() as client:
        mail, _ = send(client, peer, letter())
        assert mail.message["Subject"] == "Nytt meddelande från Åsa Öberg"
        assert mail.message["Content-Language"] == "sv"


def test_a_form_of_its_own_field_names_can_be_answered_and_read(start, mail_server, tmp_path):
    peer = mail_server()
    config = tmp_path / "brevlada.yaml"
    config.write_text(
        "forms:\n  egen:\n    fields:\n      mejl: {type: email, required: true}\n      besked: {type: textarea}\n"
    )
    server = start(config=config, **peer.settings)
    with server.client() as client:
        answer = post(client, {"mejl": "asa@example.se", "besked": "Är ni öppna?"}, path="/api/f/egen")
        assert answer.status == 200, answer.text
        [mail] = peer.wait(1)
        assert mail.message["Reply-To"].addresses[0].addr_spec == "asa@example.se"
        assert "Reply to this mail to answer the sender." in text_of(mail.message)
        answer = post(client, {"message": "Utan adress"}, path="/api/f/egen")
        assert answer.status == 422 and answer.json()["errors"][0]["field"] == "mejl"
    [stored] = submissions(server.database)
    assert (stored.email, stored.reply_to) == ("asa@example.se", "asa@example.se")
    assert set(stored.fields) == {"mejl", "besked"}


def test_a_mail_without_an_address_to_answer_to_says_so(start, mail_server, tmp_path):
    peer = mail_server()
    config = tmp_path / "brevlada.yaml"
    config.write_text("language: sv\nforms:\n  contact:\n    fields:\n      message: {type: textarea}\n")
    with start(config=config, **peer.settings).client() as client:
        assert post(client, {"message": "Hej"}).status == 200
    [mail] = peer.wait(1)
    assert mail.message["Reply-To"] is None
    for text in (text_of(mail.message), html_of(mail.message)):
        assert "Det finns ingen adress att svara till." in text


@pytest.mark.parametrize("inbox", ["true", "false"])
def test_a_mail_leads_to_its_message_where_the_inbox_has_an_address(start, mail_server, inbox):
    peer = mail_server()
    server = start(**peer.settings, BREVLADA_SITE_URL="https://www.example.com", BREVLADA_INBOX=inbox)
    with server.client() as client:
        post(client, letter(message="held") | {"_gotcha": "robot"})
        id = post(client, letter(message="<a href='https://evil.example'>x</a>")).json()["id"]
    [mail] = peer.wait(1)
    links = [dict(attrs)["href"] for tag, attrs in Markup(html_of(mail.message)).tags if tag == "a"]
    addresses = [
        f"https://www.example.com/inbox/#box=all&id={id}", "https://www.example.com/inbox/#box=held",
    ] if inbox == "true" else []
    assert links == addresses
    text = text_of(mail.message)
    assert all(f": {address}\n" in text for address in addresses)
    assert ("brevlada inbox list" in text) == (inbox == "false")


@pytest.mark.parametrize("zone, end", [
    ("UTC", r"\d\d:\d\d UTC"), ("XST-5:45", r"\d\d:\d\d \(UTC\+5:45\)"), ("XST3", r"\d\d:\d\d \(UTC-3\)"),
])
def test_a_time_is_by_the_clock_of_the_machine(start, mail_server, zone, end):
    peer = mail_server()
    with start(**peer.settings, TZ=zone).client() as client:
        post(client, letter())
    [mail] = peer.wait(1)
    assert re.search(rf"(?m)^Received: \d\d? [A-Z][a-z]+ 20\d\d {end}$", text_of(mail.message))


def test_what_the_mail_server_refused_is_told_of_in_the_next_mail(start, mail_server):
    peer = mail_server(rules=[{"at": "body", "do": "554 5.7.1 no", "first": 1}])
    server = start(**peer.settings)
    with server.client() as client:
        post(client, letter(message="refused"))
        until(lambda: [each.status for each in submissions(server.database)] == ["failed"], what="given up")
    # The numbers of the mail before would be good for some seconds.
    server.stop()
    with server.start().client() as client:
        post(client, letter(message="the next message"))
    [mail] = peer.wait(1)
    assert "1 message could not be mailed to you in the last 30 days" in text_of(mail.message)
    assert "brevlada audit" in text_of(mail.message)


def test_a_flood_becomes_few_mails_that_list_every_message(start, mail_server):
    """More than mail.digest_batch waiting at once share a mail; here they wait because the server was away."""
    peer = mail_server(rules=[{"at": "greeting", "do": "421 4.3.2 away", "close": True}])
    defaults = {key: value for key, value in peer.settings.items() if "DIGEST" not in key}
    server = start(**defaults)
    ids = []
    with server.client() as client:
        for number in range(150):
            answer = post(client, letter(name=f"Sender {number}", message=f"flood {number} {uuid.uuid4()}"))
            ids.append(answer.json()["id"])
    peer.fail()
    until(lambda: {each.status for each in submissions(server.database)} == {"notified"}, what="all notified")
    mails = peer.mails()
    assert len(mails) < 150 / 2
    texts = [text_of(mail.message) for mail in mails]
    for id in ids:
        assert sum(id in text for text in texts) == 1, "every message is told of once"
    digests = [mail for mail, text in zip(mails, texts) if sum(id in text for id in ids) > 1]
    assert digests and all(mail.message["Reply-To"] is None for mail in digests)


def test_a_digest_that_the_mail_server_refuses_goes_out_in_parts(start, mail_server):
    """It is larger than the server takes, and none of its messages is."""
    peer = mail_server(
        rules=[{"at": "greeting", "do": "421 4.3.2 away", "close": True}], options=["--size-limit", "20000"],
    )
    server = start(**{key: value for key, value in peer.settings.items() if "DIGEST" not in key})
    with server.client() as client:
        ids = [post(client, letter(message=f"part {number} {uuid.uuid4()}")).json()["id"] for number in range(60)]
    peer.fail()
    until(lambda: not any(each.in_outbox for each in submissions(server.database)), what="an empty outbox")
    assert {each.status for each in submissions(server.database)} == {"notified"}
    texts = [text_of(mail.message) for mail in peer.mails()]
    assert 1 < len(texts) < 60 / 2
    for id in ids:
        assert sum(id in text for text in texts) == 1, "every message is told of once"


def test_held_messages_are_not_mailed_until_the_owner_releases_them(start, mail_server):
    peer = mail_server()
    server = start(**peer.settings)
    with server.client() as client:
        held = post(client, letter(message="held") | {"_gotcha": "robot"}).json()["id"]
        post(client, letter(message="the next message"))
    [mail] = peer.wait(1)
    assert held not in text_of(mail.message)
    assert "1 message was held as suspected spam in the last 30 days" in text_of(mail.message)
    assert "brevlada inbox list --status held" in text_of(mail.message)
    run("inbox", "release", held, check=0, **server.values)
    mails = peer.wait(2)
    assert held in mails[1].id
    reply_to = mails[1].message["Reply-To"].addresses[0]
    assert (reply_to.display_name, reply_to.addr_spec) == ("Åsa Öberg", "asa@example.se")
    until(lambda: {each.status for each in submissions(server.database)} == {"notified"}, what="notified")
