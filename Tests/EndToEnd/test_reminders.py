# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The mail that says what was not mailed when no other does, at the real program and a real mail server."""

import sqlite3
import time
from contextlib import closing

from harness.forms import letter, post
from harness.store import statuses
from harness.waiting import until

HOUR = 3_600_000


def age(server, hours):
    """Has everything come in and happened so much earlier. The server must be stopped."""
    with closing(sqlite3.connect(server.database, timeout=30)) as connection, connection:
        connection.execute("UPDATE submission SET received_at = received_at - ?", (hours * HOUR,))
        connection.execute("UPDATE submission SET history = '[]'")


def hold(server, number):
    with server.client() as client:
        fields = letter(name="Hemliga Hulda", email="hulda@example.se", message=f"Fråga {number}", _gotcha="x")
        assert post(client, fields).status == 200


def test_what_is_held_is_told_once_though_the_server_is_killed_and_started_again(start, mail_server):
    peer = mail_server()
    server = start(**peer.settings, BREVLADA_SITE_URL="https://www.example.com")
    hold(server, 1)
    hold(server, 2)
    until(lambda: statuses(server.database) == {"held": 2}, 30, "two held messages")
    server.stop()
    assert peer.mails() == [], "within an hour nobody is told"
    age(server, 2)
    server.start()
    mail = until(peer.mails, 30, "a reminder")[0]
    assert mail.message["Subject"] == "2 messages held as suspected spam"
    text = mail.message.get_body(("plain",)).get_content()
    assert "https://www.example.com/inbox/#box=held" in text
    assert "ulda" not in mail.message.as_string() and "Fråga" not in text
    until(lambda: (server.data / "reminders.json").exists(), 10, "what was told")
    server.kill()
    server.start()
    # Another mail of the same server says that it looked again; it mentions them in passing.
    with server.client() as client:
        assert post(client, letter(message="En riktig fråga")).status == 200
    second = until(lambda: len(peer.mails()) > 1 and peer.mails(), 30, "the next mail")[1]
    assert "2 messages were held as suspected spam" in second.message.get_body(("plain",)).get_content()
    time.sleep(2.5)
    assert len(peer.mails()) == 2
    server.wait_for_log("reminder of unmailed messages sent")


def test_what_a_mail_server_refuses_for_what_it_holds_is_told_by_a_mail_without_it(start, mail_server):
    peer = mail_server(rules=[{"at": "body", "do": "550 5.7.1 looks like spam", "first": 1}])
    server = start(**peer.settings)
    with server.client() as client:
        assert post(client, letter(message="Se https://example.net/listad")).status == 200
    until(lambda: statuses(server.database) == {"failed": 1}, 60, "a failure")
    server.stop()
    age(server, 2)
    server.start()
    mail = until(peer.mails, 30, "a reminder")[0]
    assert mail.message["Subject"] == "1 message could not be mailed to you"
    assert "listad" not in mail.message.as_string()
