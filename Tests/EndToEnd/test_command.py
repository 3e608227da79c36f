# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The command as an owner types it, from `init` to `audit`."""

import csv
import io
import json
import os
import pty
import re
import socket
import sqlite3
import stat
import subprocess
import time
import uuid
from contextlib import closing, suppress
from pathlib import Path

import pytest

from harness.brevlada import SITE, Brevlada, binary, environment, run
from harness.forms import letter, post
from harness.ports import KeptPort
from harness.smtp import ESCAPED, PASSWORD, plain_url, settings
from harness.store import submissions
from harness.waiting import until

UNKNOWN_ID = "01K00000000000000000000000"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """What `brevlada init` writes."""
    folder = tmp_path_factory.mktemp("new") / "my site"
    done = run("init", folder, check=0)
    assert "brevlada serve" in done.stderr + done.stdout
    return folder


def test_init_writes_a_site_that_serves(site, tmp_path):
    assert (site / "site" / "index.html").exists() and (site / "brevlada.yaml").exists()
    assert "data/" in (site / ".gitignore").read_text()
    with Brevlada(tmp_path / "data", site=site / "site", config=site / "brevlada.yaml") as server:
        with server.client() as client:
            assert b"<form" in client.get("/").body
            assert post(client, letter(message="first")).status == 200


def test_init_writes_a_site_in_swedish(tmp_path):
    run("init", "--language", "sv", tmp_path / "ny", check=0)
    with Brevlada(tmp_path / "data", site=tmp_path / "ny/site", config=tmp_path / "ny/brevlada.yaml") as server:
        with server.client() as client:
            for path, language in (("/", "sv"), ("/thanks.html", "sv"), ("/en/", "en"), ("/en/thanks.html", "en")):
                assert f'<html lang="{language}">' in client.get(path).text, path
            missing = client.get("/nowhere")
            assert missing.status == 404 and '<html lang="sv">' in missing.text
            answer = post(client, letter(), accept="text/html")
            assert answer.status == 303 and answer["location"].endswith("/thanks.html"), answer["location"]


def test_init_overwrites_nothing(site):
    before = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    done = run("init", site)
    assert done.returncode == 2 and "overwritten" in done.stderr
    assert {path: path.read_bytes() for path in site.rglob("*") if path.is_file()} == before


def test_the_sample_configuration_has_every_key_that_help_knows(site):
    sample = (site / "brevlada.yaml").read_text()
    keys = re.findall(r"^  ([a-z_.<>]+)(?: |$)", run("serve", "--help", check=0).stdout, re.MULTILINE)
    assert {"site", "mail.smtp", "forms.<form>.fields.<field>.type", "limits.per_address_per_minute"} <= set(keys)
    for key in keys:
        # A place for any name stands in the sample as an example of one.
        name = [part for part in key.split(".") if not part.startswith("<")][-1]
        assert re.search(rf"^[# ]*{name}:", sample, re.MULTILINE), key


def test_all_that_is_wrong_is_said_at_once(tmp_path):
    (tmp_path / "brevlada.yaml").write_text(
        "sight: x\nlisten: here\nmail:\n  smtp: ftp://x\n  from: nobody\nspam:\n  threshold: many\n"
    )
    done = run("serve", cwd=tmp_path)
    assert done.returncode == 2
    for part in ("sight", "listen", "mail.smtp", "mail.from", "spam.threshold"):
        assert part in done.stderr, part
    assert "brevlada.yaml:2" in done.stderr


@pytest.fixture(scope="module")
def server(start):
    server = start()
    with server.client() as client:
        post(client, letter(name="Åsa", message="=SUM(A1) is a formula", phone="+46 31"))
        post(client, letter(name="\x1b[2J\u202eevil", message="second\nline, with \"quotes\"", boat=["eka", "snipa"]))
        post(client, letter(message="spam") | {"_gotcha": "x"})
    until(lambda: not any(each.in_outbox for each in submissions(server.database)), what="mails")
    return server


def inbox(server, *arguments, check=0):
    return run("inbox", *arguments, check=check, **server.values)


def listed(server, *arguments):
    return json.loads(inbox(server, "list", "--json", *arguments).stdout)


def test_inbox_list_shows_what_is_stored_newest_first(server):
    messages = listed(server)
    assert [each["id"] for each in messages] == [each.id for each in reversed(submissions(server.database))]
    assert {each["status"] for each in messages} == {"notified", "held"}
    [held] = listed(server, "--status", "held")
    assert held["spamReasons"] == ["honeypot"]
    assert len(listed(server, "--limit", "1")) == 1
    older = listed(server, "--before", messages[0]["id"])
    assert [each["id"] for each in older] == [each["id"] for each in messages[1:]]
    assert listed(server, "--form", "nowhere") == []


def test_nothing_that_a_visitor_wrote_controls_the_terminal(server):
    for done in (inbox(server, "list"), *(inbox(server, "show", each["id"]) for each in listed(server))):
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", done.stdout)


def test_inbox_show_has_everything(server):
    [found] = [each for each in listed(server) if "quotes" in each["fields"]["message"]]
    shown = inbox(server, "show", found["id"]).stdout
    for part in (found["id"], "second\n", "line, with \"quotes\"", "eka", "snipa", "asa@example.se"):
        assert part in shown
    assert inbox(server, "show", found["id"][:20]).stdout == shown


@pytest.mark.parametrize("command", ["show", "release", "delete"])
@pytest.mark.parametrize("id", [UNKNOWN_ID, "nonsense", "", "../x"])
def test_an_unknown_id_is_an_error_that_says_so(server, command, id):
    options = ["--yes"] if command == "delete" else []
    done = run("inbox", command, id, *options, **server.values)
    # Who asks for nothing to be asked wants what is there to go, and hears of the rest.
    expected = 1 if command == "delete" and id == UNKNOWN_ID else 2
    assert done.returncode == expected and done.stderr.startswith("error:")
    assert len(submissions(server.database)) == 3


def test_what_came_from_one_address_is_listed_and_exported(tmp_path):
    with Brevlada(tmp_path / "data") as server, server.client() as client:
        ids = {address: post(client, letter(email=address, message="Skriv till anna@example.se.")).json()["id"]
               for address in ("anna@example.se", "joanna@example.se", "eva@example.se")}
        assert len(listed(server, "--search", "anna@example.se")) == 3
        assert [each["id"] for each in listed(server, "--from", "Anna@Example.se")] == [ids["anna@example.se"]]
        [line] = inbox(server, "export", "--format", "jsonl", "--from", "anna@example.se").stdout.splitlines()
        assert json.loads(line)["id"] == ids["anna@example.se"]
        done = inbox(server, "list", "--from", "anna", check=64)
        assert "write it whole" in done.stderr


def test_csv_opens_in_a_spreadsheet_without_running_anything(server, tmp_path):
    rows = list(csv.DictReader(io.StringIO(inbox(server, "export", "--format", "csv").stdout)))
    assert len(rows) == 3
    assert {"id", "status", "name", "email", "message", "phone", "boat"} <= set(rows[0])
    assert all(not (cell or "").startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row.values())
    [formula] = [row for row in rows if "formula" in row["message"]]
    assert formula["message"] == "'=SUM(A1) is a formula" and formula["phone"] == "'+46 31"
    assert [row["boat"] for row in rows if row["boat"]] == ["eka; snipa"]
    path = tmp_path / "messages.csv"
    inbox(server, "export", "--format", "csv", "--excel", "--separator", "semicolon", "-o", path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf") and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert inbox(server, "export", "--format", "csv", "-o", path, check=None).returncode == 2, "overwrites nothing"


def test_json_lines_are_exact(server):
    lines = [json.loads(line) for line in inbox(server, "export", "--format", "jsonl").stdout.splitlines()]
    stored = {each.id: each for each in submissions(server.database)}
    assert {each["id"] for each in lines} == set(stored)
    for each in lines:
        assert each["fields"] == stored[each["id"]].fields


def test_delete_asks_first_and_then_it_is_gone_from_the_file_too(tmp_path):
    mark = f"erase-{uuid.uuid4().hex}"
    with Brevlada(tmp_path / "data") as server, server.client() as client:
        id = post(client, letter(message=mark) | {"_gotcha": "x"}).json()["id"]
        assert inbox(server, "delete", id, check=None).returncode == 2, "no terminal to ask at"
        assert len(submissions(server.database)) == 1
        inbox(server, "delete", id, "--yes")
        assert submissions(server.database) == []
        assert server.stop() == 0
    assert all(mark.encode() not in path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())


@pytest.fixture
def letters(tmp_path):
    """A server with three messages of Åsa, two of them held, and one of Eva; and their ids."""
    with Brevlada(tmp_path / "data") as server, server.client() as client:
        sent = [{"message": "ett", "_gotcha": "x"}, {"message": "två"}, {"message": "tre", "_gotcha": "x"},
                {"message": "fyra", "email": "eva@example.se"}]
        yield server, [post(client, letter(**each)).json()["id"] for each in sent]


def test_one_unknown_id_keeps_no_other_from_being_deleted(letters):
    server, ids = letters
    done = inbox(server, "delete", "--yes", ids[0], "nonsense", check=2)
    assert "nonsense" in done.stderr and len(submissions(server.database)) == 4, "a slip is mended first"
    done = inbox(server, "delete", "--yes", ids[0], UNKNOWN_ID, ids[1].lower(), ids[0], check=1)
    assert done.stdout == f"{ids[0]} deleted\n{ids[1]} deleted\n"
    assert done.stderr == f'error: "{UNKNOWN_ID}" is the id of no message; see "brevlada inbox list"\n'
    assert [each.id for each in submissions(server.database)] == ids[2:]


def test_what_filters_choose_before_a_day_is_deleted(letters):
    server, ids = letters
    done = inbox(server, "delete", "--before", "2099-01-01", "--status", "held", check=2)
    assert "delete asks about 2 messages first" in done.stderr and len(submissions(server.database)) == 4
    for nothing in (["--before", "2020-01-01"], ["--before", "2099-01-01", "--form", "order"]):
        done = inbox(server, "delete", "--yes", *nothing)
        assert done.stdout == "" and done.stderr.endswith("no messages\n")
    done = inbox(server, "delete", "--yes", "--before", "2099-01-01", "--status", "held", "--form", "contact")
    assert sorted(done.stdout.split()[::2]) == sorted([ids[0], ids[2]])
    assert [each.id for each in submissions(server.database)] == [ids[1], ids[3]]
    done = inbox(server, "delete", "--yes", "--before", "all", check=64)
    assert '--before is "all"' in done.stderr
    done = inbox(server, "delete", "--yes", "--before", "2099-01-01", "--from", "eva@example.se")
    assert [each.id for each in submissions(server.database)] == [ids[1]]
    assert json.loads(run("audit", "--json", **server.values).stdout)["addsUp"] is True


@pytest.mark.parametrize("answer, count", [("n", 25), ("y", 0)])
def test_at_a_terminal_the_newest_are_shown_with_how_many_there_are(tmp_path, answer, count):
    with Brevlada(tmp_path / "data") as server, server.client() as client:
        for number in range(25):
            post(client, letter(message=f"brev {number}") | {"_gotcha": "x"})
        terminal, end = pty.openpty()
        with subprocess.Popen(
            [binary(), "inbox", "delete", "--before", "2099-01-01", "--status", "held"],
            stdin=end, stdout=subprocess.PIPE, stderr=end, env=environment(**server.values),
        ) as process:
            os.close(end)
            os.write(terminal, f"{answer}\n".encode())
            deleted = process.stdout.read().decode().count("deleted")
            asked = b""
            with suppress(OSError):  # the end of a terminal
                while part := os.read(terminal, 4096):
                    asked += part
        os.close(terminal)
        assert asked.decode().count("brev ") == 20 and "and 5 more" in asked.decode()
        assert "Delete these 25 messages for good?" in asked.decode()
        assert process.returncode == (1 if count else 0)
        assert (deleted, len(submissions(server.database))) == (25 - count, count)


def test_what_a_restore_brought_back_is_erased_again_with_the_receipt(letters, tmp_path):
    server, ids = letters
    run("backup", tmp_path / "copy.sqlite", **server.values, check=0)
    done = inbox(server, "erase", "--yes", "--json", "asa@example.se")
    assert "still there: the mails that were sent to you" in done.stderr
    receipt = tmp_path / "receipt.json"
    receipt.write_text(done.stdout)
    assert sorted(json.loads(done.stdout)["ids"]) == sorted(ids[:3])
    assert server.stop() == 0
    for end in ("", "-wal", "-shm"):
        Path(f"{server.database}{end}").unlink(missing_ok=True)
    Path(server.database).write_bytes((tmp_path / "copy.sqlite").read_bytes())
    inbox(server, "delete", "--yes", ids[1])
    assert inbox(server, "erase", "--receipt", receipt, check=2).stdout == "", "nobody to ask"
    # As the docs have it: the user of the server can't read root's receipts.
    done = run("inbox", "erase", "--yes", "--receipt", "-", stdin=receipt.read_text(), check=0, **server.values)
    assert done.stderr.startswith("the receipt names 3 messages; found 2\n")
    assert done.stdout.startswith("2 messages erased at ")
    assert [each.id for each in submissions(server.database)] == [ids[3]]
    done = inbox(server, "erase", "--yes", "--json", "--receipt", receipt)
    assert done.stderr == "the receipt names 3 messages; found 0\n" and json.loads(done.stdout)["erased"] == 0
    assert inbox(server, "erase", "--receipt", tmp_path / "copy.sqlite", check=2).stdout == ""


def test_an_erasure_of_what_nobody_can_have_written_from_is_refused(letters):
    server, ids = letters
    for address in ("asa@", "@example.se", "Åsa", "asa@example.se, bo@example.se"):
        refused = inbox(server, "erase", "--yes", address, check=64)
        assert "is no e-mail address" in refused.stderr and refused.stdout == ""
    none = inbox(server, "erase", "--yes", "nobody@example.se")
    assert "no message is from nobody@example.se" in none.stderr
    done = inbox(server, "erase", "--yes", "--json", "Åsa <ASA@example.se>")
    assert sorted(json.loads(done.stdout)["ids"]) == sorted(ids[:3])


def test_audit_finds_what_is_overdue_and_what_was_given_up(tmp_path, mail_server):
    peer = mail_server(rules=[{"at": "rcpt", "do": "550 5.1.1 nobody here"}])
    with Brevlada(tmp_path / "data", **peer.settings) as server, server.client() as client:
        assert run("audit", **server.values).returncode == 0, "nothing is no fault"
        post(client, letter(message="refused"))
        until(lambda: submissions(server.database)[0].status == "failed", what="a refusal")
        done = run("audit", check=1, **server.values)
        assert "550" in done.stdout and "given up" in done.stdout
        report = json.loads(run("audit", "--json", check=1, **server.values).stdout)
        assert (report["clean"], report["accepted"], report["failed"]["count"]) == (False, 1, 1)
        peer.fail()
        inbox(server, "resend", submissions(server.database)[0].id)
        assert len(peer.wait(1)) == 1
        until(lambda: submissions(server.database)[0].status == "notified", what="a delivery")
        assert json.loads(run("audit", "--json", check=0, **server.values).stdout)["clean"] is True
        server.stop()
        with closing(sqlite3.connect(server.database)) as database:
            database.execute("UPDATE submission SET status = 'received', attempts = 0, received_at = received_at - 9e6")
            database.execute("INSERT INTO outbox SELECT number, received_at FROM submission")
            database.commit()
        overdue = run("audit", check=1, **server.values)
        assert "overdue" in overdue.stdout and "not tried yet" in overdue.stdout


def test_mail_that_is_tried_in_vain_is_overdue_and_goes_at_once_when_asked_for(tmp_path, mail_server):
    peer = mail_server(rules=[{"at": "rcpt", "do": "451 4.3.0 not now"}])
    with Brevlada(tmp_path / "data", **peer.settings) as server, server.client() as client:
        post(client, letter())
        until(lambda: submissions(server.database)[0].attempts == 1, what="an attempt")
        assert "1 being retried" in run("audit", check=0, **server.values).stdout
        server.stop()
        with closing(sqlite3.connect(server.database)) as database:
            database.execute("UPDATE submission SET attempts = 8")
            database.execute("UPDATE outbox SET due_at = ?", (int(time.time() + 3_000) * 1000,))
            database.commit()
        done = run("audit", check=1, **server.values)
        assert "1 overdue" in done.stdout and "451" in done.stdout and "not tried yet" not in done.stdout
        peer.fail()
        server.start()
        inbox(server, "resend", "--failed")
        peer.wait(1)
        until(lambda: submissions(server.database)[0].status == "notified", what="a delivery")
        assert submissions(server.database)[0].attempts == 9
        run("audit", check=0, **server.values)


def test_a_refused_sign_in_is_a_fault_at_the_first_attempt(tmp_path, mail_server):
    peer = mail_server(tls="implicit", auth=True, rules=[{"at": "auth", "do": "535 5.7.8 wrong"}])
    with Brevlada(tmp_path / "data", **peer.settings) as server, server.client() as client:
        assert inbox(server, "resend", "--failed").stderr == "no mail has failed or was returned; nothing was resent\n"
        post(client, letter())
        until(lambda: submissions(server.database)[0].attempts == 1, what="an attempt")
        done = run("audit", check=1, **server.values)
        assert "1 kept by a refused sign-in" in done.stdout and "535" in done.stdout
        peer.fail()
        inbox(server, "resend", "--failed")
        peer.wait(1)


def test_of_a_form_that_is_nowhere_a_list_says_so(tmp_path):
    with Brevlada(tmp_path / "data") as server:
        assert inbox(server, "list", "--form", "contact").stderr == ""
        for arguments in (["list"], ["export", "--format", "csv"], ["delete", "--yes", "--before", "1d"]):
            done = inbox(server, *arguments, "--form", "contcat")
            assert 'no form "contcat" is configured' in done.stderr


def test_on_a_port_that_is_taken_the_server_says_only_that(tmp_path):
    # Several times, for what was still at work when the database closed was told of now and then.
    with socket.create_server(("127.0.0.1", 0)) as other:
        for number in range(10):
            values = {"PORT": other.getsockname()[1], "BREVLADA_SITE": SITE, "BREVLADA_DATA": tmp_path / f"data{number}"}
            done = run("serve", cwd=tmp_path, check=2, **values)
            assert done.stderr.startswith("error: port ") and done.stderr.count("\n") == 1, done.stderr


def test_what_needs_no_password_runs_where_the_server_alone_has_it(tmp_path, mail_server):
    """As docs/self-hosting.md sets it up: the password is a credential of the service, and nobody else can read it."""
    peer = mail_server(tls="implicit", auth=True)
    user, _ = ESCAPED.split(":")
    url = peer.settings["BREVLADA_MAIL_SMTP"].replace(ESCAPED, user)
    config = tmp_path / "brevlada.yaml"
    config.write_text(f"""
        site: {SITE}
        data: data
        mail:
          from: form@example.com
          to: you@example.com
          smtp: "{url}"
        challenge: {{kind: turnstile}}
    """)
    refused = run("serve", "--config", config, check=2)
    assert "BREVLADA_MAIL_SMTP_PASSWORD_FILE" in refused.stderr and "challenge.secret" in refused.stderr
    (tmp_path / "smtp").write_text(PASSWORD)
    secrets = {"BREVLADA_MAIL_SMTP_PASSWORD_FILE": tmp_path / "smtp", "BREVLADA_CHALLENGE_SECRET": "0x4AAA"}
    with Brevlada(tmp_path / "data", config=config, **secrets):
        for command in (["audit"], ["inbox", "list"], ["inbox", "export", "--format", "csv"]):
            run(*command, "--config", config, check=0)
        run("passwd", "--stdin", "--config", config, stdin="correct horse battery staple\n", check=0)
    assert (tmp_path / "data/owner-password").exists()


@pytest.mark.parametrize("options, rules, exit_code, said", [
    ({"tls": "implicit", "auth": True}, [], 0, []),
    ({"tls": "starttls", "auth": True}, [], 0, []),
    ({}, [], 0, []),
    ({"tls": "implicit", "auth": True, "certificate": "other-name.pem"}, [], 1, ["certificate"]),
    ({"tls": "implicit", "auth": True}, [{"at": "auth", "do": "535 5.7.8 wrong"}], 1, ["535"]),
    ({}, [{"at": "mail", "do": "550 5.7.1 not from you"}], 1, ["550"]),
    ({}, [{"at": "rcpt", "do": "550 relay not permitted"}], 1, ["owner@example.se", "550"]),
    ({}, [{"at": "rcpt", "do": "450 4.7.1 greylisted", "first": 2}], 0, ["owner@example.se", "450"]),
    ({}, [{"at": "greeting", "do": "554 no service"}], 1, ["554"]),
    ({}, [{"at": "ehlo", "do": "drop"}], 1, []),
])
def test_doctor_talks_to_the_mail_server_step_by_step(tmp_path, mail_server, options, rules, exit_code, said):
    peer = mail_server(rules=rules, **options)
    site = tmp_path / "site"
    run("init", tmp_path, check=0)
    values = {"PORT": 0, "BREVLADA_SITE": site, "BREVLADA_DATA": tmp_path / "data", **peer.settings}
    done = run("doctor", cwd=tmp_path, check=exit_code, **values)
    for part in said:
        assert part in done.stdout
    assert ("✗" in done.stdout) == bool(exit_code)
    assert not {event["at"] for event in peer.events("command")} & {"data", "body"}, "nothing is sent unasked"
    for secret in (ESCAPED.split(":")[1], "hemligt"):
        assert secret not in done.stdout + done.stderr
    report = json.loads(run("doctor", "--json", cwd=tmp_path, check=exit_code, **values).stdout)
    assert report["ok"] == (exit_code == 0)
    if exit_code == 0:
        run("doctor", "--send-test", "somebody@example.se", cwd=tmp_path, check=0, **values)
        [mail] = peer.wait(1)
        assert mail.recipients == ["somebody@example.se"]


def test_doctor_says_what_to_do_about_a_closed_port_and_a_missing_site(tmp_path):
    with KeptPort() as port:
        mail = settings(plain_url(port.number))
        done = run("doctor", cwd=tmp_path, check=1, PORT=0, BREVLADA_DATA=tmp_path / "data", **mail)
    assert done.stdout.count("✗") >= 2 and done.stdout.count("→") >= 2
    assert f"mail server, connection: localhost:{port.number} refused the connection\n" in done.stdout


def test_doctor_asks_the_server_that_runs_whether_it_takes_messages(tmp_path):
    with Brevlada(tmp_path / "data") as server:
        values = {"PORT": server.port, "BREVLADA_SITE": SITE, "BREVLADA_DATA": tmp_path / "data"}
        said = f"brevlada serves at 127.0.0.1:{server.port} and "
        assert f"✓ {said}takes messages\n" in run("doctor", cwd=tmp_path, check=0, **values).stdout
        server.database.rename(tmp_path / "moved.sqlite")
        assert f"✗ {said}can't store a message" in run("doctor", cwd=tmp_path, check=1, **values).stdout
    with socket.create_server(("127.0.0.1", 0)) as silent:
        values["PORT"] = silent.getsockname()[1]
        said = f"! the address 127.0.0.1:{values['PORT']} is in use by something that does not answer as brevlada"
        assert said in run("doctor", cwd=tmp_path, check=0, **values).stdout


def test_a_configuration_whose_name_is_nearly_right_is_told_of(tmp_path):
    (tmp_path / "brevlada.yml").write_text("language: sv\n")
    said = "brevlada.yml is not read, for it is not called brevlada.yaml"
    values = {"BREVLADA_SITE": SITE, "BREVLADA_DATA": tmp_path / "data", "PORT": 0}
    assert said in run("doctor", cwd=tmp_path, check=0, **values).stdout
    with Brevlada(tmp_path / "data") as server:
        assert said in server.log and "  config none, all is standard\n" in server.log
    with Brevlada(tmp_path / "data", config="brevlada.yml") as server:
        assert said not in server.log and f"  config {tmp_path}/brevlada.yml\n" in server.log


def test_doctor_names_the_page_and_the_form_that_can_never_deliver(tmp_path):
    run("init", tmp_path, check=0)
    page = tmp_path / "site/old.html"
    page.write_text('<!doctype html>\n<form method="post" action="/api/contcat">\n<p style="color: red">')
    done = run("doctor", cwd=tmp_path, check=0, PORT=0)
    assert '! old.html:2 posts to "/api/contcat", where no form is' in done.stdout
    assert "! old.html:3: the Content-Security-Policy refuses a style attribute" in done.stdout
    policy = "default-src 'self'; style-src 'self' 'unsafe-inline'"
    done = run("doctor", cwd=tmp_path, check=0, PORT=0, BREVLADA_CONTENT_SECURITY_POLICY=policy)
    assert "old.html:2 " in done.stdout and "Content-Security-Policy" not in done.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_are_written(shell):
    script = run(f"--generate-completion-script={shell}", check=0).stdout
    for word in ("serve", "inbox", "doctor", "release"):
        assert word in script
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)


def test_version_and_help():
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*\n", run("--version", check=0).stdout)
    for command in ([], ["serve"], ["inbox"], ["inbox", "export"], ["audit"], ["doctor"], ["init"]):
        done = run(*command, "--help", check=0)
        assert "USAGE" in done.stdout and done.stderr == ""
    assert run("brew").returncode == 64
    assert run("inbox", "list", "--limit", "0").returncode == 64
