# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""HTTP/1.1 at the socket: sends exactly the bytes it is given, and reads answers strictly."""

import json
import socket
from dataclasses import dataclass, field


class Broken(Exception):
    """The peer closed or reset the connection, or sent what is no HTTP."""


@dataclass
class Response:
    status: int
    headers: list = field(default_factory=list)
    body: bytes = b""

    def __getitem__(self, name):
        """The header of that name in any case, repeated ones joined; None when it is missing."""
        values = [value for key, value in self.headers if key == name.lower()]
        return ", ".join(values) if values else None

    @property
    def text(self):
        return self.body.decode("utf-8")

    def json(self):
        assert self["content-type"].startswith("application/json"), self.headers
        return json.loads(self.body)


class Connection:
    """One TCP connection, kept alive, answers read in order."""

    def __init__(self, host, port, timeout=120):
        self.socket = socket.create_connection((host, port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def send(self, data):
        try:
            self.socket.sendall(data)
        except (ConnectionError, BrokenPipeError) as error:
            raise Broken(str(error)) from error

    def read(self, method="POST"):
        """The next answer; `method` is what it answers, since HEAD has no body."""
        while True:
            head = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
            version, _, rest = head[0].partition(" ")
            if version not in ("HTTP/1.1", "HTTP/1.0") or not rest[:3].isdigit():
                raise Broken(f"no status line: {head[0]!r}")
            headers = []
            for line in head[1:-2]:
                name, colon, value = line.partition(":")
                if not colon or not name or name != name.strip():
                    raise Broken(f"no header: {line!r}")
                headers.append((name.lower(), value.strip()))
            response = Response(int(rest[:3]), headers)
            if response.status // 100 != 1:
                break
        if method != "HEAD" and response.status not in (204, 304):
            response.body = self._body(response)
        return response

    def _body(self, response):
        if response["transfer-encoding"] == "chunked":
            chunks = []
            while size := int(self._until(b"\r\n").split(b";")[0], 16):
                chunks.append(self._exactly(size))
                self._until(b"\r\n")
            self._until(b"\r\n")
            return b"".join(chunks)
        if response["content-length"] is None:
            raise Broken(f"an answer of unknown length: {response}")
        return self._exactly(int(response["content-length"]))

    def _until(self, mark):
        while (end := self.buffer.find(mark)) < 0:
            self._receive()
        taken, self.buffer = self.buffer[:end + len(mark)], self.buffer[end + len(mark):]
        return taken

    def _exactly(self, size):
        while len(self.buffer) < size:
            self._receive()
        taken, self.buffer = self.buffer[:size], self.buffer[size:]
        return taken

    def _receive(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionError as error:
            raise Broken(str(error)) from error
        if not data:
            raise Broken("closed")
        self.buffer += data

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def request_bytes(method, target, headers, body=b"", host="127.0.0.1"):
    """A request as it goes over the wire. Host and Content-Length are added unless `headers` names them."""
    names = {name.lower() for name, _ in headers}
    lines = [f"{method} {target} HTTP/1.1"]
    if "host" not in names:
        lines.append(f"Host: {host}")
    lines += [f"{name}: {value}" for name, value in headers]
    if (body or method == "POST") and not names & {"content-length", "transfer-encoding"}:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


class Client:
    """Requests one after the other over one connection, made anew when the server closed it."""

    def __init__(self, host, port, timeout=120):
        self.host, self.port, self.timeout = host, port, timeout
        self.connection = None

    def request(self, method, target, headers=(), body=b""):
        headers = list(headers.items() if isinstance(headers, dict) else headers)
        data = request_bytes(method, target, headers, body, f"{self.host}:{self.port}")
        if self.connection is None:
            self.connection = Connection(self.host, self.port, self.timeout)
        try:
            try:
                self.connection.send(data)
            except Broken:
                pass  # An answer that came before all was sent is still there to read.
            response = self.connection.read(method)
        except (Broken, TimeoutError):
            self.close()
            raise
        if (response["connection"] or "").lower() == "close":
            self.close()
        return response

    def get(self, target, **headers):
        return self.request("GET", target, _named(headers))

    def post(self, target, body=b"", **headers):
        return self.request("POST", target, _named(headers), body)

    def close(self):
        if self.connection:
            self.connection.close()
            self.connection = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def _named(headers):
    """Keyword arguments as headers: content_type is Content-Type."""
    return [(name.replace("_", "-").title(), value) for name, value in headers.items()]
