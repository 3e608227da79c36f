# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What must stay with the owner does so on a site that strangers reach, and what was deleted is nowhere."""

import os
import select
import shutil
import socket
import sqlite3
import time
from contextlib import ExitStack, closing

import pytest

from harness.brevlada import SITE, Brevlada, run
from harness.forms import letter, post
from harness.inbox import set_password, signed_in
from harness.store import statuses
from harness.waiting import until

SITE_URL = {"BREVLADA_SITE_URL": "https://www.example.com"}
PROXY = {"BREVLADA_TRUSTED_PROXIES": "127.0.0.1"}
SECRET = "hemlig-4711"


def captured(server):
    """The captured mails that tell the secret."""
    mails = (server.data / "mail").glob("*.eml")
    return sorted(mail.name for mail in mails if SECRET.encode() in mail.read_bytes())


def files(server):
    """All that is on the disk."""
    return b"".join(path.read_bytes() for path in server.data.rglob("*") if path.is_file())


def send(server, count=1):
    """Sends so many messages that hold the secret, each from an address of its own, and waits for their mails."""
    before = len(captured(server))
    with server.client() as client:
        for number in range(before, before + count):
            assert post(client, letter(email=f"asa{number}@example.se", message=f"{SECRET} {number}")).status == 200
    until(lambda: len(captured(server)) == before + count, 30, "captured mail")


@pytest.mark.parametrize("settings", [SITE_URL, PROXY, SITE_URL | PROXY], ids=["site_url", "trusted_proxies", "both"])
def test_captured_mail_is_not_shown_on_a_public_site_whatever_host_is_named(tmp_path, settings):
    with Brevlada(tmp_path / "data") as server:
        send(server)
    # It stays where it is when the site goes public.
    with Brevlada(tmp_path / "data", **settings) as server:
        [name] = captured(server)
        with server.client() as client:
            for host in ["localhost", "127.0.0.1", f"localhost:{server.port}", "[::1]", "www.example.com"]:
                for more in [{}, {"X-Forwarded-For": "198.51.100.66", "X-Forwarded-Proto": "https"}]:
                    for path in ["/_mail", "/_mail/", f"/_mail/{name}", f"/_mail/{name}/raw"]:
                        answer = client.request("GET", path, {"Host": host} | more)
                        assert answer.status == 404 and SECRET not in answer.text, (host, path)
        assert "/_mail" not in server.log
        assert "mail   waits until mail.smtp is set" in server.log
        doctor = run("doctor", check=1, BREVLADA_DATA=server.data, BREVLADA_SITE=SITE, PORT=0, **settings)
    assert "✗ mail.smtp is not set: the site is public, and mail waits until it is" in doctor.stdout
    assert "shown at /_mail" not in doctor.stdout


def test_on_a_public_site_mail_waits_for_a_mail_server_and_then_goes_out(tmp_path, mail_server):
    with Brevlada(tmp_path / "data", **SITE_URL) as server:
        with server.client() as client:
            for number in range(3):
                assert post(client, letter(email=f"asa{number}@example.se", message=f"{SECRET} {number}")).status == 200
        # Longer than the worker sleeps.
        time.sleep(3)
        assert statuses(server.database) == {"received": 3} and captured(server) == []
        assert "mail sent" not in server.log
    peer = mail_server()
    with Brevlada(tmp_path / "data", **SITE_URL, **peer.settings) as server:
        peer.wait(3)
        until(lambda: statuses(server.database) == {"notified": 3}, 30, "mailed")


@pytest.mark.parametrize("field", [
    "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "Via", "X-Real-IP",
])
def test_captured_mail_is_not_shown_through_a_tunnel_that_nobody_configured(server, field):
    with server.client() as client:
        assert client.request("GET", "/_mail/", {"Host": "localhost"}).status == 200
        assert client.request("GET", "/_mail/", {"Host": "localhost", field: "1.2.3.4"}).status == 404


def test_what_expires_takes_its_captured_mail_along(tmp_path):
    with Brevlada(tmp_path / "data") as server:
        send(server, 3)
        until(lambda: statuses(server.database) == {"notified": 3}, 30, "mailed")
        server.stop()
        with closing(sqlite3.connect(server.database)) as connection, connection:
            connection.execute("UPDATE submission SET expires_at = ? WHERE number < 3", (int(time.time() * 1000) - 1000,))
        server.start()
        until(lambda: statuses(server.database) == {"notified": 1}, 30, "expired")
        left = captured(server)
        assert len(left) == 1
        with server.client() as client:
            assert client.get("/_mail/").text.count("<li>") == 1
        # Looking may hold up the overwriting, which is then done within seconds.
        until(lambda: b"asa0@example.se" not in files(server), 30, "overwritten")
        assert b"asa1@example.se" not in files(server) and b"asa2@example.se" in files(server)


def test_mail_captured_before_a_mail_server_was_set_goes_with_its_message(tmp_path, mail_server):
    with Brevlada(tmp_path / "data") as server:
        set_password(server.data)
        send(server, 4)
        until(lambda: statuses(server.database) == {"notified": 4}, 30, "mailed")
        server.stop()
        server.values |= mail_server().settings
        server.start()
        with signed_in(server) as owner:
            assert "capturedMail" not in owner.client.get("/inbox/config.json").json()
            assert owner.request("POST", "/erasure", {"email": "asa0@example.se"}).json()["erased"] == 1
            assert len(captured(server)) == 3
            [found] = owner.submissions(q="asa1@example.se")
            assert owner.request("DELETE", f"/submissions/{found['id']}").status == 204
            assert len(captured(server)) == 2
        server.stop()
        with closing(sqlite3.connect(server.database)) as connection, connection:
            connection.execute("UPDATE submission SET expires_at = 1 WHERE email = 'asa2@example.se'")
        server.start()
        until(lambda: len(captured(server)) == 1, 30, "expired")


@pytest.mark.parametrize("links, data, said", [
    ({"site": "real"}, "real/data", "data is"),
    ({"site": "real", "data": "real/deep"}, "data", "data is"),
    ({"site": "real", "brevlada.yaml": "real/brevlada.yaml"}, "data", "site is"),
])
def test_links_publish_neither_messages_nor_passwords(tmp_path, links, data, said):
    shutil.copytree(SITE, tmp_path / "real")
    (tmp_path / "real/deep").mkdir()
    (tmp_path / "real/brevlada.yaml").write_text("language: sv\n")
    for link, target in links.items():
        os.symlink(target, tmp_path / link)
    config = ["--config", tmp_path / "brevlada.yaml"] if "brevlada.yaml" in links else []
    settings = {"BREVLADA_SITE": tmp_path / "site", "BREVLADA_DATA": tmp_path / data, "PORT": 0}
    refused = run("serve", *config, cwd=tmp_path, **settings)
    assert refused.returncode == 2, refused
    assert refused.stderr.startswith("brevlada: " + said) or said in refused.stderr
    assert not (tmp_path / "real/data").exists()
    doctor = run("doctor", *config, cwd=tmp_path, **settings)
    assert doctor.returncode == 1 and said in doctor.stdout


def test_a_password_in_a_file_of_the_site_is_refused(tmp_path):
    shutil.copytree(SITE, tmp_path / "site")
    (tmp_path / "site/smtp.txt").write_text("hemligt")
    settings = {
        "BREVLADA_MAIL_SMTP": "smtps://form@mail.example.se", "BREVLADA_MAIL_SMTP_PASSWORD_FILE": tmp_path / "site/smtp.txt",
        "BREVLADA_MAIL_FROM": "form@example.se", "BREVLADA_MAIL_TO": "owner@example.se", "PORT": 0,
    }
    refused = run("serve", cwd=tmp_path, check=2, **settings)
    assert f'the secret in "{tmp_path}/site/smtp.txt" lies inside the site\'s folder' in refused.stderr
    assert not (tmp_path / "data").exists()


def test_messages_are_not_written_into_the_site(tmp_path):
    shutil.copytree(SITE, tmp_path / "site")
    settings = {"BREVLADA_SITE": tmp_path / "site"}
    with Brevlada(tmp_path / "data", **settings) as server:
        send(server)
        before = sorted((tmp_path / "site").rglob("*"))
        for command in (["backup"], ["inbox", "export", "--format", "csv", "--output"]):
            refused = run(*command, "site/copy", cwd=tmp_path, check=2, **server.values)
            assert f'inside the site\'s folder "{tmp_path}/site"' in refused.stderr and "name a file elsewhere" in refused.stderr
            run(*command, command[0], cwd=tmp_path, check=0, **server.values)
        assert sorted((tmp_path / "site").rglob("*")) == before


def test_bodies_that_never_end_hold_little_memory_and_keep_nobody_out(tmp_path):
    head = (b"POST /api/contact HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            b"Accept: application/json\r\nContent-Length: 262144\r\n\r\n")
    with Brevlada(tmp_path / "data", BREVLADA_LIMITS_BODY_SECONDS=600) as server, ExitStack() as stack:
        before = server.rss
        held = [stack.enter_context(socket.create_connection(("127.0.0.1", server.port), 60)) for _ in range(900)]
        for connection in held:
            connection.sendall(head)
            connection.sendall(b"a" * 262_000)
        # 132 of them fill the 32 MiB; the others are answered without being waited for.
        waiting = select.poll()
        for connection in held:
            waiting.register(connection, select.POLLIN)
        answered = until(lambda: len(found := waiting.poll(0)) >= 900 - 132 and found, 30, "answers")
        answer = os.read(answered[0][0], 4096)
        assert b" 503 " in answer.split(b"\r\n", 1)[0] and b"\r\nRetry-After: 10\r\n" in answer
        assert b'"code":"UNAVAILABLE"' in answer
        assert server.rss - before < 110 * 2**20
        with server.client() as client:
            assert post(client, letter(message="Hej. " * 1000)).status == 200
            for connection in held:
                connection.close()
            # What they held is there again.
            large = letter(**{f"f{number}": "a" * 19_000 for number in range(12)})
            until(lambda: post(client, large).status == 200, 30, "room")


def test_clients_that_read_nothing_of_a_large_file_hold_little_memory(tmp_path):
    shutil.copytree(SITE, tmp_path / "site")
    with open(tmp_path / "site/film.mp4", "wb") as film:
        film.truncate(24 * 2**20)
    with Brevlada(tmp_path / "data", BREVLADA_SITE=tmp_path / "site") as server, ExitStack() as stack:
        before = server.rss
        held = [stack.enter_context(socket.create_connection(("127.0.0.1", server.port), 60)) for _ in range(60)]
        for connection in held:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            connection.sendall(b"GET /film.mp4 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        last, steady = -1, 0
        while steady < 5:
            time.sleep(0.1)
            steady, last = (steady + 1, last) if abs(server.rss - last) < 2**20 else (0, server.rss)
        # Without a pace each held several.
        assert server.rss - before < 45 * 2**20
        # And the film comes whole.
        with server.client() as client:
            assert len(client.get("/film.mp4").body) == 24 * 2**20
