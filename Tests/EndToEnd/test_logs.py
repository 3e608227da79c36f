# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""No log line and no error text ever holds what a visitor wrote, who they are, or a password."""

import fcntl
import json
import os
import signal
import sqlite3
import subprocess
import uuid
from contextlib import closing

import pytest

from harness.brevlada import READY, SITE, UNLIMITED, Brevlada, binary, environment, run
from harness.forms import JSON, MULTIPART, URLENCODED, encode, letter, post
from harness.smtp import ESCAPED, PASSWORD
from harness.store import submissions
from harness.waiting import until
from harness.wire import Client

FAULTS = [
    [], [{"at": "rcpt", "do": "451 4.2.0 later, said of {email}"}], [{"at": "rcpt", "do": "550 5.1.1 no {email}"}],
    [{"at": "auth", "do": "535 5.7.8 {password} is wrong"}], [{"at": "body", "do": "554 5.6.0 no {message}"}],
    [{"at": "mail", "do": "drop"}],
]


@pytest.mark.parametrize("faults", FAULTS, ids=lambda faults: faults[0]["at"] if faults else "none")
@pytest.mark.parametrize("level, format", [("trace", "text"), ("info", "json")])
def test_nothing_personal_is_logged(tmp_path, mail_server, faults, level, format):
    parts = ("name", "local", "message", "subject", "page", "extra")
    marks = {part: f"{part}{uuid.uuid4().hex[:12]}" for part in parts}
    email = f"{marks['local']}@example.se"
    said = {"email": email, "password": PASSWORD, "message": marks["message"]}
    rules = [rule | {"do": rule["do"].format(**said)} for rule in faults]
    peer = mail_server(tls="implicit", auth=True, rules=rules)
    options = {"BREVLADA_LOG_LEVEL": level, "BREVLADA_LOG_FORMAT": format}
    with Brevlada(tmp_path / "data", **peer.settings, **options) as server, server.client() as client:
        fields = letter(name=marks["name"], email=email, message=marks["message"], extra=marks["extra"])
        fields |= {"_subject": marks["subject"]}
        referer = f"{server.url}/?{marks['page']}"
        for media_type in (JSON, URLENCODED, MULTIPART):
            post(client, fields | {"mark": media_type}, media_type, Referer=referer)
        post(client, fields | {"_gotcha": marks["message"]}, Referer=referer)
        post(client, fields | {"email": marks["local"]}, Referer=referer)
        post(client, fields, Origin=f"https://{marks['name']}@elsewhere.example")
        post(client, fields, Origin="https://elsewhere.example")
        post(client, fields, path=f"/api/f/{marks['name']}")
        client.get(f"/{marks['page']}?{marks['message']}")
        content_type, body = encode(fields, JSON)
        client.request("POST", "/api/contact", {"Content-Type": content_type}, body + marks["extra"].encode())
        until(lambda: any(each.attempts for each in submissions(server.database)), what="an attempt")
        if not faults:  # it takes its time, and nothing of the mail server
            with closing(sqlite3.connect(server.database)) as other:
                other.execute("BEGIN EXCLUSIVE")
                assert post(client, fields | {"mark": "locked"}).status == 503
        assert server.stop() == 0
        log = server.log
    assert log.count("https://elsewhere.example") == 1
    for part, mark in marks.items():
        # The path of a page that was asked for is no secret of the visitor's below info.
        if level == "trace" and part == "page":
            continue
        assert mark not in log, f"the visitor's {part} is in the log"
    for secret in (PASSWORD, ESCAPED, ESCAPED.split(":")[1], "aGVtbGlndC9vcmQlJkA"):
        assert secret not in log, "the password is in the log"


@pytest.mark.parametrize("level, last", [("info", "server stopped"), ("error", "ready")])
def test_a_log_for_programs_has_an_object_in_each_line_and_no_link_that_sets_the_password(tmp_path, level, last):
    with Brevlada(tmp_path / "data", BREVLADA_LOG_FORMAT="json", BREVLADA_LOG_LEVEL=level) as server, server.client() as client:
        assert post(client, letter()).status == 200
        assert server.stop() == 0
        entries = [json.loads(line) for line in server.log.splitlines()]
    [ready] = [entry for entry in entries if entry["message"] == "ready"]
    assert ready["url"].endswith(f":{server.port}") and ready["data"] == str(server.data)
    assert "#first=" not in server.log and "brevlada passwd" in ready["inbox"]
    assert entries[-1]["message"] == last


@pytest.mark.parametrize("command", [["serve"], ["doctor"], ["doctor", "--json"]])
@pytest.mark.parametrize("url", [
    "smtps://user:{}@[", "ftp://user:{}@mail.example.se", "smtps://user:{}@mail example.se", "smtps://user:{}%@host",
    "smtp://user:{}@host?tls=none", "smtps://user:{}/x@host",
])
def test_a_wrong_url_is_said_without_its_password(tmp_path, command, url):
    values = {"BREVLADA_MAIL_SMTP": url.format("sesam123"), "BREVLADA_MAIL_FROM": "a@example.se",
              "BREVLADA_MAIL_TO": "b@example.se", "PORT": 0}
    done = run(*command, cwd=tmp_path, **values)
    assert done.returncode in (1, 2)
    assert "BREVLADA_MAIL_SMTP" in done.stdout + done.stderr
    assert "sesam123" not in done.stdout + done.stderr


def test_a_password_may_come_from_a_file(tmp_path, mail_server):
    peer = mail_server(tls="starttls", auth=True)
    secret = tmp_path / "secret"
    secret.write_text(PASSWORD + "\n")
    url = peer.url.replace(ESCAPED, ESCAPED.split(":")[0])
    settings = peer.settings | {"BREVLADA_MAIL_SMTP": url, "BREVLADA_MAIL_SMTP_PASSWORD_FILE": secret}
    with Brevlada(tmp_path / "data", **settings) as server, server.client() as client:
        post(client, letter(message="by file"))
        [mail] = peer.wait(1)
        assert mail.user and PASSWORD not in server.log


@pytest.mark.linux
def test_a_log_that_nobody_reads_holds_nobody(tmp_path):
    """A stalled collector, `| less`, a terminal after Ctrl-S: its pipe fills up, and all goes on."""
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    values = {"BREVLADA_DATA": tmp_path / "data", "BREVLADA_SITE": SITE, "PORT": 0} | UNLIMITED
    process = subprocess.Popen([binary(), "serve"], env=environment(**values), stderr=writer, stdin=subprocess.DEVNULL)
    os.close(writer)
    try:
        log = ""
        while not (ready := READY.search(log.rpartition("\n")[0].rpartition("\n")[2])):
            log += os.read(reader, 4096).decode()
        with Client("127.0.0.1", int(ready[1]), 20) as client:
            for number in range(200):
                assert post(client, letter(message=f"number {number}")).status == 200
            assert client.get("/health").status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        # What was written before it ended; the rest went with it.
        rest = os.read(reader, 65536).decode()
        assert rest.count("submission stored") > 5 and rest.endswith("\n")
    finally:
        process.kill()
        process.wait()
        os.close(reader)
