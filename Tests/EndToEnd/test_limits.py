# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""One visitor cannot take the form from the others: not by many messages, and not by slow ones."""

import contextlib
import socket
import time
import uuid

import pytest

from harness.brevlada import Brevlada
from harness.forms import letter, post
from harness.inbox import set_password
from harness.store import submissions
from harness.wire import Broken, Connection, request_bytes

# Three, and then a minute for each further one, which no test takes.
BURST = {"BREVLADA_LIMITS_PER_ADDRESS_PER_MINUTE": 1, "BREVLADA_LIMITS_PER_ADDRESS_BURST": 3}


def message():
    return letter(message=f"limit {uuid.uuid4()}")


@pytest.fixture
def server(tmp_path):
    with Brevlada(tmp_path / "data", BREVLADA_TRUSTED_PROXIES="127.0.0.1", **BURST) as server:
        yield server


def test_too_many_are_told_when_to_come_back_and_keep_their_text(server, client):
    answers = [post(client, message(), Origin="http://localhost:3000") for _ in range(5)]
    assert [answer.status for answer in answers[:3]] == [200] * 3
    late = answers[-1]
    assert late.status == 429
    assert 1 <= int(late["retry-after"]) <= 60
    assert late.json()["ok"] is False and late.json()["errors"][0]["code"] == "TOO_MANY_REQUESTS"
    assert late["access-control-expose-headers"] == "Retry-After", "or a script could not read it"
    fields = message()
    page = post(client, fields, accept="text/html")
    assert page.status == 429 and page["retry-after"]
    assert fields["message"] in page.text
    assert client.get("/").status == 200, "the site itself is not limited"
    assert len(submissions(server.database)) == 3


def test_the_place_comes_back_after_the_time_that_was_said(tmp_path):
    with Brevlada(tmp_path / "data", **BURST | {"BREVLADA_LIMITS_PER_ADDRESS_PER_MINUTE": 30}) as server:
        with server.client() as client:
            while (answer := post(client, message())).status == 200:
                pass
            time.sleep(int(answer["retry-after"]))
            assert post(client, message()).status == 200


@pytest.mark.parametrize("proxies, warnings", [("192.0.2.0/24", 1), ("127.0.0.1", 0)])
def test_a_proxy_that_is_named_nowhere_is_warned_of_once(tmp_path, proxies, warnings):
    with Brevlada(tmp_path / "data", BREVLADA_TRUSTED_PROXIES=proxies) as server:
        with server.client() as client:
            for number in range(3):
                assert post(client, message(), X_Forwarded_For=f"198.51.100.{number}").status == 200
        server.stop()
        assert server.log.count("not in trusted_proxies") == warnings
        assert "198.51.100." not in server.log


@pytest.mark.parametrize("first, second, shared", [
    ("192.0.2.1", "192.0.2.2", False),
    ("2001:db8:1:2::1", "2001:db8:1:2:ffff::2", True),
    ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
    ("192.0.2.7", "::ffff:192.0.2.7", True),
])
def test_visitors_behind_a_proxy_are_told_apart_ipv6_by_network(server, client, first, second, shared):
    while post(client, message(), X_Forwarded_For=first).status == 200:
        pass
    assert post(client, message(), X_Forwarded_For=second).status == (429 if shared else 200)


def test_a_visitor_cannot_take_the_address_of_another(tmp_path):
    """Without trusted proxies the header is only what the visitor says."""
    with Brevlada(tmp_path / "data", **BURST) as server, server.client() as client:
        statuses = [post(client, message(), X_Forwarded_For=f"192.0.2.{i}").status for i in range(6)]
    assert statuses.count(429) == 3


def test_a_whole_form_has_a_limit_too(tmp_path):
    limits = {"BREVLADA_LIMITS_PER_FORM_PER_MINUTE": 1, "BREVLADA_LIMITS_PER_FORM_BURST": 4,
              "BREVLADA_TRUSTED_PROXIES": "127.0.0.1"}
    with Brevlada(tmp_path / "data", **limits) as server, server.client() as client:
        statuses = [post(client, message(), X_Forwarded_For=f"192.0.2.{i}").status for i in range(7)]
    assert statuses == [200] * 4 + [429] * 3


def test_a_network_of_ipv6_has_a_limit_and_takes_nobody_elses(tmp_path):
    """The /64s of one /56 send four times what one of them may, and what is no message closes the form to nobody."""
    with Brevlada(tmp_path / "data", BREVLADA_TRUSTED_PROXIES="127.0.0.1", **BURST | {
        "BREVLADA_LIMITS_PER_FORM_PER_MINUTE": 1, "BREVLADA_LIMITS_PER_FORM_BURST": 5,
    }) as server, server.client() as client:
        statuses = [post(client, {"x": "y"}, X_Forwarded_For=f"2001:db8:0:{number:x}::1").status for number in range(20)]
        assert statuses == [422] * 12 + [429] * 8
        for address in ["192.0.2.1", "2001:db8:1::1"]:
            assert post(client, message(), X_Forwarded_For=address).status == 200
    assert len(submissions(server.database)) == 2


SLOW = {"BREVLADA_LIMITS_HEAD_SECONDS": 1, "BREVLADA_LIMITS_BODY_SECONDS": 1, "BREVLADA_LIMITS_IDLE_SECONDS": 1}
HEAD = request_bytes("POST", "/api/contact", [("Content-Type", "application/json"), ("Content-Length", "100")])


@pytest.mark.parametrize("name, data", [
    ("nothing at all", b""), ("half a request line", b"GET / HT"), ("half a head", b"GET / HTTP/1.1\r\nHost: x\r\n"),
    ("no body", HEAD), ("half a body", HEAD + b'{"a":'),
])
def test_a_slow_visitor_is_let_go(tmp_path, name, data):
    with Brevlada(tmp_path / "data", **SLOW) as server:
        with socket.create_connection(("127.0.0.1", server.port), 120) as connection:
            connection.sendall(data)
            # Ends, with or without a 408; a TimeoutError here is the failure.
            while connection.recv(4096):
                pass
        with server.client() as client:
            assert client.get("/").status == 200


@pytest.mark.parametrize("path", ["/api/contact", "/api/session"])
def test_a_body_that_is_announced_too_large_is_not_waited_for(tmp_path, path):
    """RFC 9110 section 10.1.1: no 100, the answer at once, and no request is looked for in what comes next."""
    with Brevlada(tmp_path / "data", BREVLADA_LIMITS_BODY_SECONDS=100) as server:
        set_password(server.data)
        head = request_bytes("POST", path, [
            ("Content-Type", "application/json"), ("Content-Length", "300000"), ("Expect", "100-continue"),
            ("Host", f"127.0.0.1:{server.port}"), ("Origin", f"http://127.0.0.1:{server.port}"),
        ])
        with socket.create_connection(("127.0.0.1", server.port), 60) as connection:
            connection.sendall(head)
            answer = b""
            while piece := connection.recv(65_536):
                answer += piece
        assert answer.startswith(b"HTTP/1.1 413 ") and answer.count(b"HTTP/1.1 ") == 1
        assert b"connection: close" in answer.partition(b"\r\n\r\n")[0].lower()


def test_a_visitor_that_drips_is_let_go_as_well(tmp_path):
    """One byte now and then renews no time limit."""
    with Brevlada(tmp_path / "data", **SLOW) as server:
        with socket.create_connection(("127.0.0.1", server.port), 120) as connection:
            connection.settimeout(0.2)
            deadline = time.monotonic() + 120
            connection.sendall(b"GET / HTTP/1.1\r\nX-Drip: ")
            while True:
                assert time.monotonic() < deadline, "still connected after many times the limit"
                try:
                    connection.sendall(b"a")
                    if connection.recv(4096) == b"":
                        break
                except TimeoutError:
                    continue
                except OSError:
                    break


def test_slow_visitors_do_not_keep_others_out(tmp_path):
    patient = {"BREVLADA_LIMITS_HEAD_SECONDS": 600, "BREVLADA_LIMITS_BODY_SECONDS": 600}
    with Brevlada(tmp_path / "data", **patient) as server:
        slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(200)]
        for connection in slow:
            connection.sendall(HEAD + b"{")
        with server.client() as client:
            assert post(client, message()).status == 200
        for connection in slow:
            connection.close()


def test_connections_have_a_limit_and_come_back(tmp_path):
    limits = {name: 600 for name in SLOW} | {"BREVLADA_LIMITS_MAX_CONNECTIONS": 5}
    with Brevlada(tmp_path / "data", **limits) as server, contextlib.ExitStack() as held:
        def ask():
            connection = held.enter_context(Connection("127.0.0.1", server.port))
            connection.send(request_bytes("GET", "/", []))
            return connection

        # One after the other: of those that come at the same moment up to four are let in together.
        within = []
        for _ in range(5):
            within.append(ask())
            assert within[-1].read("GET").status == 200
        beyond = ask()
        beyond.socket.settimeout(1)
        with pytest.raises(TimeoutError):
            beyond.read("GET")
        within[0].close()
        beyond.socket.settimeout(120)
        assert beyond.read("GET").status == 200


def test_idle_connections_are_let_go_and_make_room(tmp_path):
    with Brevlada(tmp_path / "data", BREVLADA_LIMITS_MAX_CONNECTIONS=5, **SLOW) as server, contextlib.ExitStack() as held:
        for _ in range(8):
            held.enter_context(socket.create_connection(("127.0.0.1", server.port)))
        with server.client() as client:
            assert client.get("/").status == 200


@pytest.mark.parametrize("head", [
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nX-Big: " + b"a" * 200_000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-Many: a\r\n" * 20_000 + b"\r\n",
])
def test_a_head_has_a_limit(tmp_path, head):
    with Brevlada(tmp_path / "data") as server:
        with Connection("127.0.0.1", server.port) as connection:
            try:
                connection.send(head)
                assert connection.read("GET").status in (400, 414, 431)
            except Broken:
                pass  # Closing without a word is an answer too.
        with server.client() as client:
            assert client.get("/").status == 200
