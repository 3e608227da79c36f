# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Mail reaches a real SMTP server, whatever that server does: nothing is lost, and nothing is sent twice but where the
server had taken the mail and could not say so; then both have the same Message-ID.

Each case has a program and a mail server of its own. All are set going at once, since they mostly wait.
"""

import uuid
from dataclasses import dataclass, field

import pytest

from harness.forms import letter, post
from harness.ports import KeptPort
from harness.smtp import USER, plain_url, settings
from harness.store import submissions
from harness.waiting import until

SENT = 3  # messages a case


@dataclass
class Case:
    rules: list = field(default_factory=list)
    server: dict = field(default_factory=dict)
    # What is expected: mails at the server, statuses in the store.
    mails: int = SENT
    status: str = "notified"
    user: str | None = None
    encrypted: bool = False
    # The least number of attempts that the store must count, over all messages.
    attempts: int = SENT
    patience: int = 180


def once(at, do, **more):
    return {"at": at, "do": do, "first": 1} | more


CASES = {
    "plain": Case(),
    "STARTTLS": Case(server={"tls": "starttls"}, encrypted=True),
    "TLS": Case(server={"tls": "implicit"}, encrypted=True),
    "STARTTLS with AUTH": Case(server={"tls": "starttls", "auth": True}, encrypted=True, user=USER),
    "TLS with AUTH": Case(server={"tls": "implicit", "auth": True}, encrypted=True, user=USER),
    "TLS with AUTH LOGIN only": Case(
        server={"tls": "implicit", "auth": True, "options": ["--auth-mechanism", "LOGIN"]}, encrypted=True, user=USER,
    ),
    "neither 8BITMIME nor SMTPUTF8": Case(server={"options": ["--hide", "8BITMIME", "--hide", "SMTPUTF8"]}),

    "421 greeting": Case([once("greeting", "421 4.3.2 busy", close=True)], attempts=SENT + 1),
    "451 at MAIL": Case([once("mail", "451 4.3.0 later")], attempts=SENT + 1),
    "452 at RCPT": Case([once("rcpt", "452 4.2.2 full")], attempts=SENT + 1),
    "451 at DATA": Case([once("data", "451 4.3.0 later")], attempts=SENT + 1),
    "451 after the dot": Case([once("body", "451 4.3.0 later")], attempts=SENT + 1),
    "454 at AUTH": Case([once("auth", "454 4.7.0 later")], {"tls": "implicit", "auth": True}, attempts=SENT + 1,
                        encrypted=True, user=USER),
    "greylisted": Case([{"at": "rcpt", "do": "greylist"}], attempts=SENT + 1),

    # About the account, not the message: it waits for its owner to mend that.
    "550 at MAIL": Case([once("mail", "550 5.7.1 not you")], attempts=SENT + 1),
    "relaying denied at RCPT": Case([once("rcpt", "554 5.7.1 relaying denied")], attempts=SENT + 1),
    "sender rejected at RCPT": Case([once("rcpt", "550 5.1.8 <x@y>: Sender address rejected: Domain not found")],
                                    attempts=SENT + 1),
    "relaying denied without a status": Case([once("rcpt", "550 relay not permitted")], attempts=SENT + 1),
    "out of turn at RCPT": Case([once("rcpt", "503 5.5.1 need MAIL command")], attempts=SENT + 1),
    "may not send as this sender": Case([once("body", "554 5.2.252 SendAsDenied")], attempts=SENT + 1),
    "the day's mails are used up": Case([once("body", "550 5.4.5 Daily user sending limit exceeded")], attempts=SENT + 1),
    "the hour's mails are used up": Case([once(
        "rcpt", "550 Domain example.se has exceeded the max emails per hour (150/150 (100%)) allowed. Message discarded.",
    )], attempts=SENT + 1),
    "421 at MAIL": Case([once("mail", "421 4.7.0 too many messages", close=True)], attempts=SENT),
    "550 at RCPT": Case([{"at": "rcpt", "do": "550 5.1.1 nobody"}], mails=0, status="failed"),
    "554 after the dot": Case([{"at": "body", "do": "554 5.6.0 no"}], mails=0, status="failed"),
    "by address": Case([{"at": "rcpt", "do": "551 5.1.6 moved", "recipient": "owner@*"}], mails=0, status="failed"),

    **{f"drop at {at}": Case([once(at, "drop")], attempts=SENT + 1)
       for at in ("greeting", "ehlo", "mail", "rcpt", "data", "body", "after-dot-before-reply")},
    "drop at STARTTLS": Case([once("starttls", "drop")], {"tls": "starttls"}, attempts=SENT + 1, encrypted=True),
    "drop at AUTH": Case([once("auth", "drop")], {"tls": "implicit", "auth": True}, attempts=SENT + 1, encrypted=True,
                         user=USER),
    "drop at QUIT": Case([once("quit", "drop")]),
    "drop after accepting": Case([once("after-accept", "drop")], mails=SENT + 1, attempts=SENT + 1),
    "451 after accepting": Case([once("after-accept", "451 4.3.0 oops")], mails=SENT + 1, attempts=SENT + 1),

    # A minute is what a command may take.
    **{f"silence at {at}": Case([once(at, "silence")], attempts=SENT + 1, patience=300)
       for at in ("greeting", "ehlo", "mail", "rcpt", "data")},
    "silence at STARTTLS": Case([once("starttls", "silence")], {"tls": "starttls"}, attempts=SENT + 1, encrypted=True,
                                patience=300),
}
# After the dot the client waits ten minutes (RFC 5321 §4.5.3.2.6), since giving up would make a second mail.
SLOW = {
    "silence after the dot": Case([once("after-dot-before-reply", "silence")], attempts=SENT + 1, patience=900),
    "silence after accepting": Case([once("after-accept", "silence")], mails=SENT + 1, attempts=SENT + 1, patience=900),
}


@pytest.fixture(scope="module")
def runs(request, start, mail_server):
    """Every case that will be asked for, with its messages sent: name → (program, mail server, messages)."""
    names = {item.callspec.params["name"] for item in request.session.items if "runs" in item.fixturenames
             and item.module is request.module}
    runs = {}
    for name in sorted(names):
        case = (CASES | SLOW)[name]
        peer = mail_server(**case.server, rules=case.rules)
        program = start(**peer.settings)
        messages = [f"{name}: {uuid.uuid4()}" for _ in range(SENT)]
        with program.client() as client:
            for message in messages:
                assert post(client, letter(message=message)).status == 200
        runs[name] = (program, peer, messages)
    return runs


@pytest.mark.parametrize("name", [*CASES, *(pytest.param(name, marks=pytest.mark.soak) for name in SLOW)])
def test_nothing_is_lost_and_nothing_is_sent_twice_without_need(runs, name):
    case = (CASES | SLOW)[name]
    program, peer, messages = runs[name]

    def settled():
        stored = submissions(program.database)
        return stored if {each.status for each in stored} == {case.status} else None

    stored = until(settled, case.patience, f"status {case.status} of all")
    assert sorted(each.fields["message"] for each in stored) == sorted(messages)
    assert sum(each.attempts for each in stored) >= case.attempts
    assert not any(each.in_outbox for each in stored)

    mails = peer.mails()
    by_message = {message: [mail for mail in mails if message in mail.octets.decode()] for message in messages}
    assert len(mails) == case.mails
    assert sum(map(len, by_message.values())) == case.mails, "a mail tells of none of the messages, or of several"
    if case.mails:
        assert all(by_message.values()), "a message was lost"
    for sent in by_message.values():
        assert len({mail.id for mail in sent}) <= 1, "sent twice under different names"
    assert len({mail.id for mail in mails}) == min(case.mails, SENT)
    for mail in mails:
        assert (mail.sender, mail.recipients) == ("form@example.se", ["owner@example.se"])
        assert (mail.user, bool(mail.tls)) == (case.user, case.encrypted)
    if case.status == "failed":
        assert all(each.last_error for each in stored)


def test_a_burst_shares_a_connection(start, mail_server):
    peer = mail_server()
    program = start(**peer.settings)
    with program.client() as client:
        for number in range(15):
            assert post(client, letter(message=f"burst {number} {uuid.uuid4()}")).status == 200
    mails = peer.wait(15)
    assert len({mail.id for mail in mails}) == 15
    assert len({mail.connection for mail in mails}) <= 3


def test_recipients_too_many_for_one_transaction_get_the_mail_in_a_further_one(start, mail_server):
    """As Gmail's servers take the recipients of one domain at a time (RFC 5321 §4.5.3.1.10)."""
    peer = mail_server(rules=[once("rcpt", "451 4.3.0 Multiple destination domains per transaction is unsupported.",
                                   recipient="other@*")])
    program = start(**peer.settings | {"BREVLADA_MAIL_TO": "owner@example.se, other@example.com"})
    with program.client() as client:
        assert post(client, letter(message=f"both {uuid.uuid4()}")).status == 200
    mails = peer.wait(2)
    assert [mail.recipients for mail in mails] == [["owner@example.se"], ["other@example.com"]]
    assert len({mail.id for mail in mails}) == len({mail.connection for mail in mails}) == 1
    [stored] = until(lambda: [each for each in submissions(program.database) if each.status == "notified"], what="notified")
    assert stored.attempts == 1 and not stored.last_error


def test_whoever_is_refused_for_now_gets_the_mail_later_alone(start, mail_server):
    """Also by a program that was killed meanwhile; and the others have it at once, and once."""
    peer = mail_server(rules=[once("rcpt", "452 4.2.2 full", recipient="other@*", first=2)])
    program = start(**peer.settings | {"BREVLADA_MAIL_TO": "owner@example.se, other@example.com"})
    with program.client() as client:
        assert post(client, letter(message=f"in part {uuid.uuid4()}")).status == 200
    peer.wait(1)
    until(lambda: submissions(program.database)[0].attempts >= 1, what="the first attempt in the store")
    program.kill()
    assert submissions(program.database)[0].status == "received"
    program.restart()
    mails = peer.wait(2)
    assert [mail.recipients for mail in mails] == [["owner@example.se"], ["other@example.com"]]
    assert len({mail.id for mail in mails}) == 1
    assert all(b"owner@example.se, other@example.com" in mail.octets for mail in mails)
    [stored] = until(lambda: [each for each in submissions(program.database) if each.status == "notified"], what="notified")
    assert stored.attempts == 3 and not stored.last_error


def test_the_password_is_never_said_without_encryption(start, mail_server):
    """A server that offers no STARTTLS gets nothing, and the messages wait."""
    peer = mail_server(tls="none", auth=True, options=[])
    unencrypted = peer.settings | {"BREVLADA_MAIL_SMTP": peer.url.replace("?tls=none", "")}
    program = start(**unencrypted)
    with program.client() as client:
        assert post(client, letter(message="wait")).status == 200
    [waiting] = until(lambda: [each for each in submissions(program.database) if each.attempts], what="an attempt")
    assert waiting.status in ("received", "failed") and waiting.last_error
    assert peer.mails() == []
    assert not [event for event in peer.events("command") if event["at"] in ("auth", "mail")]


def test_a_certificate_for_another_name_is_refused(start, mail_server):
    peer = mail_server(tls="implicit", auth=True, certificate="other-name.pem")
    program = start(**peer.settings)
    with program.client() as client:
        assert post(client, letter(message="wait")).status == 200
    [waiting] = until(lambda: [each for each in submissions(program.database) if each.attempts], what="an attempt")
    assert waiting.last_error and peer.mails() == []
    assert not peer.events("command")


def test_a_server_that_speaks_before_the_handshake_is_refused(start, mail_server):
    """CVE-2011-0411 the other way round: plain text in the packet of the 220 must not be taken for the TLS server's."""
    peer = mail_server(tls="starttls", rules=[{"at": "starttls", "do": "inject"}])
    program = start(**peer.settings)
    with program.client() as client:
        assert post(client, letter(message="wait")).status == 200
    until(lambda: peer.mails() or submissions(program.database)[0].attempts, what="an attempt")
    injected = peer.events("fault")
    assert injected and {event["do"] for event in injected} == {"inject"}
    # Nothing was taken, neither what was said nor a mail: the next attempt begins anew.
    assert peer.mails() == [] and submissions(program.database)[0].status == "received"
    assert not [event for event in peer.events("command") if event["at"] == "mail"]


def test_messages_wait_while_there_is_no_mail_server_and_go_out_when_it_comes(start, mail_server):
    with KeptPort() as port:
        program = start(**settings(plain_url(port.number)))
        texts = [f"patience {uuid.uuid4()}" for _ in range(3)]
        with program.client() as client:
            for text in texts:
                assert post(client, letter(message=text)).status == 200
        until(lambda: any(each.attempts for each in submissions(program.database)), what="an attempt")
        assert {each.status for each in submissions(program.database)} == {"received"}
        peer = mail_server(port=port.number)
        assert len(peer.wait(3)) == 3
    until(lambda: {each.status for each in submissions(program.database)} == {"notified"}, what="notified")
