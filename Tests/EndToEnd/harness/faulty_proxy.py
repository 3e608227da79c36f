# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""A proxy before AWS's stand-in that records what passes, and spoils what it is told to."""

import http.client
import json
import socket
import struct
import threading
import time
from collections import deque
from dataclasses import dataclass, field

THROTTLED = {
    "__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
    "message": "The level of configured provisioned throughput for the table was exceeded.",
}
INTERNAL = {"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError", "message": "Internal server error"}

# What may happen to one call. Those marked * reach the service: the write is done and its answer is lost.
FAULTS = [
    "throttle", "500", "503-html", "reset", "reset-after*", "close", "truncate*", "malformed*", "empty*", "delay",
]


@dataclass
class Exchange:
    method: str
    path: str
    headers: list
    body: bytes
    fault: str | None
    # What the service itself said, when the call reached it.
    status: int | None = None
    answer: bytes = field(default=b"", repr=False)

    @property
    def operation(self):
        """`PutItem`, `SendEmail` and so on."""
        target = dict((name.lower(), value) for name, value in self.headers).get("x-amz-target")
        return target.rpartition(".")[2] if target else "SendEmail" if "outbound-emails" in self.path else self.path


class FaultyProxy:
    """Faults are taken from `plan` one a request, or from `decide(exchange)` when that is set."""

    def __init__(self, target_port):
        self.target_port = target_port
        self.plan = deque()
        self.decide = None
        self.exchanges = []
        self.delay = 0.3
        self._lock = threading.Lock()
        self._server = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self._open = set()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def stop(self):
        self._server.close()
        with self._lock:
            connections, self._open = self._open, set()
        for connection in connections:
            connection.close()

    def clear(self):
        with self._lock:
            self.plan.clear()
            self.exchanges.clear()
        self.decide = None
        self.delay = 0.3

    def drop_connections(self):
        """Closes what is kept open, as a freeze of some minutes does."""
        with self._lock:
            connections, self._open = self._open, set()
        for connection in connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _accept(self):
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with self._lock:
                self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            with connection, connection.makefile("rb") as reader:
                while self._exchange(connection, reader):
                    pass
        except OSError:
            pass
        finally:
            with self._lock:
                self._open.discard(connection)

    def _exchange(self, connection, reader):
        line = reader.readline().decode("latin-1").split()
        if len(line) < 3:
            return False
        headers = []
        while (header := reader.readline().decode("latin-1").rstrip("\r\n")):
            name, _, value = header.partition(":")
            headers.append((name, value.strip()))
        length = int(dict((name.lower(), value) for name, value in headers).get("content-length", 0))
        exchange = Exchange(line[0], line[1], headers, reader.read(length), None)
        with self._lock:
            exchange.fault = self.decide(exchange) if self.decide else self.plan.popleft() if self.plan else None
            self.exchanges.append(exchange)
        return self._answer(connection, exchange)

    def _answer(self, connection, exchange):
        fault = (exchange.fault or "pass").rstrip("*")
        match fault:
            case "throttle": return self._send(connection, 400, json.dumps(THROTTLED).encode())
            case "500": return self._send(connection, 500, json.dumps(INTERNAL).encode())
            case "503-html": return self._send(connection, 503, b"<html>busy</html>", "text/html")
            case "reset": return self._reset(connection)
            case "close": return False
            case "delay": time.sleep(self.delay)
            case "hang":
                time.sleep(self.delay)
                return False
        status, kind, answer = self._forward(exchange)
        match fault:
            case "reset-after": return self._reset(connection)
            case "empty": return False
            case "truncate":
                head = self._head(status, kind, len(answer) + 40)
                connection.sendall(head + answer)
                return False
            case "malformed": return self._send(connection, 200, b'{"Attributes": [<oops', kind)
        return self._send(connection, status, answer, kind)

    def _forward(self, exchange):
        upstream = http.client.HTTPConnection("127.0.0.1", self.target_port, timeout=30)
        upstream.putrequest(exchange.method, exchange.path, skip_host=True, skip_accept_encoding=True)
        for name, value in exchange.headers:
            if name.lower() != "connection":
                upstream.putheader(name, value)
        upstream.endheaders(exchange.body)
        response = upstream.getresponse()
        answer = response.read()
        upstream.close()
        exchange.status, exchange.answer = response.status, answer
        return response.status, response.getheader("Content-Type", "application/x-amz-json-1.0"), answer

    @staticmethod
    def _head(status, kind, length):
        return f"HTTP/1.1 {status} -\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n".encode()

    def _send(self, connection, status, body, kind="application/x-amz-json-1.0"):
        connection.sendall(self._head(status, kind, len(body)) + body)
        return True

    @staticmethod
    def _reset(connection):
        # Closing with a linger of zero seconds sends RST.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
        return False
