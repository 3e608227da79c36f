# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The webhook that tells the owner when mail itself is broken, at the real program and a receiver that checks signatures."""

import json
import sqlite3
import time
from contextlib import closing

import pytest

from harness.brevlada import run
from harness.forms import letter, post
from harness.store import statuses
from harness.waiting import until
from harness.webhook import SECRET, Receiver

def test_what_was_given_up_is_told_once_and_its_end_once(start, mail_server, receiver):
    hook = receiver()
    peer = mail_server(rules=[{"at": "body", "do": "550 5.7.1 no"}])
    server = start(**peer.settings, **hook.settings)
    with server.client() as client:
        for number in range(2):
            fields = letter(name="Hemliga Hulda", email="hulda@example.se", message=f"Fråga {number}", _id=f"a{number}")
            assert post(client, fields).status == 200
    until(lambda: statuses(server.database) == {"failed": 2}, 60, "two failures")
    # The first look comes at the start, the next ones every minute.
    server.restart()
    [(identifier, body)] = hook.wait(1)
    assert body["type"] == "mail.failing" and identifier.startswith("msg_")
    assert body["data"] == {"waiting": 0, "failed": 2, "forms": {"contact": {"waiting": 0, "failed": 2}}}
    assert b"ulda" not in hook.calls[0][1] and b"Fr" not in hook.calls[0][1]
    server.restart()
    peer.fail()
    run("inbox", "resend", "--failed", "--data", server.data)
    until(lambda: statuses(server.database) == {"notified": 2}, 60, "two mails")
    server.restart()
    calls = hook.wait(2)
    assert [body["type"] for _, body in calls] == ["mail.failing", "mail.recovered"]
    assert len({identifier for identifier, _ in calls}) == 2
    assert SECRET not in server.log and "/hook" not in server.log


def test_mail_that_waits_is_told(start, receiver):
    hook = receiver()
    server = start()
    server.stop()
    with closing(sqlite3.connect(server.database, timeout=30)) as connection, connection:
        old = int(time.time() * 1000) - 3_600_000
        connection.execute(
            "INSERT INTO submission (number, id, form, received_at, fields, language, status, spam_reasons, attempts, last_error)"
            " VALUES (1, '01J00000000000000000000000', 'contact', ?, '{}', 'sv', 'received', '[]', 9, 'no answer')", (old,)
        )
        connection.execute("INSERT INTO outbox (submission, due_at) VALUES (1, ?)", (old + 7_200_000,))
    start(data=server.data, **hook.settings)
    [(_, body)] = hook.wait(1)
    assert body["type"] == "mail.failing" and body["data"]["waiting"] == 1


def test_a_receiver_that_refuses_is_called_again_and_nothing_else_suffers(start, receiver):
    hook = receiver(refusals=1)
    server = start(**hook.settings)
    server.stop()
    with closing(sqlite3.connect(server.database, timeout=30)) as connection, connection:
        connection.execute(
            "INSERT INTO submission (id, form, received_at, fields, language, status, spam_reasons, attempts)"
            " VALUES ('01J00000000000000000000000', 'contact', ?, '{}', 'sv', 'failed', '[]', 9)", (int(time.time() * 1000),)
        )
    server.start()
    server.wait_for_log("alert not sent")
    with server.client() as client:
        assert post(client, letter()).status == 200
    # A minute later, under the same name: also by a server that was started over meanwhile.
    server.stop()
    memory = server.data / "alerts.json"
    record = json.loads(memory.read_text())
    record["pending"]["next"] -= 60_000
    memory.write_text(json.dumps(record))
    server.start()
    until(lambda: len(hook.calls) >= 2, 60, "the second try")
    assert len({Receiver.read(*call)[0] for call in hook.calls}) == 1
    server.wait_for_log("alert sent")


@pytest.mark.parametrize("values, fault", [
    ({"BREVLADA_ALERTS_WEBHOOK": "https://hooks.example.com/x"}, "alerts.secret is not"),
    ({"BREVLADA_ALERTS_SECRET": SECRET}, "alerts.webhook is not"),
    ({"BREVLADA_ALERTS_WEBHOOK": "http://hooks.example.com/x", "BREVLADA_ALERTS_SECRET": SECRET}, "not an https address"),
    ({"BREVLADA_ALERTS_WEBHOOK": "https://hooks.example.com/x", "BREVLADA_ALERTS_SECRET": "hunter2"}, "not whsec_"),
])
def test_settings_that_can_not_work_are_named_and_shown_to_nobody(tmp_path, values, fault):
    (tmp_path / "site").mkdir()
    (tmp_path / "site/index.html").write_text("<!doctype html>")
    done = run("serve", cwd=tmp_path, **values)
    assert done.returncode == 2 and fault in done.stderr
    assert "hunter2" not in done.stderr and SECRET not in done.stderr and "example.com/x" not in done.stderr
