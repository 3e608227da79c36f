# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Arbitrary bytes at the socket: no crash, no hang, no 5xx for what a client did, memory stays as it is."""

import random
import re
import socket
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from harness.forms import JSON, encode, letter, post
from harness.mutation import mutate

CONTENT_TYPE, BODY = encode(letter(), JSON)
SEEDS = [
    b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    b"GET /style.css HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-9,20-\r\nIf-None-Match: \"x\"\r\n"
    b"Accept-Encoding: gzip;q=0, br\r\nConnection: close\r\n\r\n",
    b"GET /a/../../b%2f%00?x=%zz#y HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    b"HEAD /_mail/x HTTP/1.0\r\n\r\n",
    b"OPTIONS /api/contact HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"
    b"Access-Control-Request-Method: POST\r\nConnection: close\r\n\r\n",
    b"POST /api/contact HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
    b"Content-Length: " + str(len(BODY)).encode() + b"\r\n\r\n" + BODY,
    b"POST /api/contact HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n3;x=y\r\n:1}\r\n0\r\nTrailer: x\r\n\r\n",
    b"POST /api/contact HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 9999999999\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"EHLO brevlada\r\n",
]
STATUS = re.compile(rb"^HTTP/1\.[01] (\d\d\d) ", re.MULTILINE)
PATIENCE = 120
WORKERS = 16
# 501: a method or encoding that nobody knows; 505: another version of HTTP.
ALLOWED = {501, 505}


def stream(rng):
    if rng.random() < 0.1:
        return rng.randbytes(rng.randint(1, 400))
    data = mutate(rng, rng.choice(SEEDS))
    return data + rng.choice(SEEDS) if rng.random() < 0.1 else data


def speak(port, data):
    """Sends the bytes, says that no more will come, and reads to the end. The statuses that came back."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
        answer = b""
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while received := connection.recv(65536):
                answer += received
        except (ConnectionResetError, BrokenPipeError):
            pass
        # TimeoutError is not caught: a server that neither answers nor closes hangs.
        return [int(status) for status in STATUS.findall(answer)]


def run(server, seed, count):
    """Many visitors at once, each with its own part of the seed."""
    def visit(worker):
        rng = random.Random(f"{seed} {worker}")
        seen = Counter()
        for _ in range(count // WORKERS):
            data = stream(rng)
            for status in speak(server.port, data) or [0]:
                seen[status] += 1
                assert status < 500 or status in ALLOWED, (status, data)
        return seen

    with ThreadPoolExecutor(WORKERS) as pool:
        return sum(pool.map(visit, range(WORKERS)), Counter())


def test_any_bytes_leave_the_server_as_it_was(start, counts):
    server = start(BREVLADA_SPAM_THRESHOLD=1, BREVLADA_LOG_LEVEL="warning")
    run(server, "warm up", min(counts.raw_streams, 5_000))
    before = server.rss
    seen = run(server, "raw", counts.raw_streams)
    grown = server.rss - before
    assert seen[200] and seen[400], seen
    assert grown < 8 << 20, f"{grown / (1 << 20):.1f} MiB more after {counts.raw_streams} streams"
    assert server.process.poll() is None
    with server.client() as client:
        assert post(client, letter(message=f"still there {uuid.uuid4()}")).status == 200
        assert client.get("/").status == 200
    assert server.stop() == 0
    assert "Fatal error" not in server.log
