# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Lambda's Runtime API and DynamoDB's PutItem, as small and quick as they can be played: what is measured is the function.

Both keep connections open and answer at once. DynamoDB runs in a process of its own, so that the two do not wait for one
another.
"""

import multiprocessing
import selectors
import socket
import time
import zlib


class Connection:
    """The requests of one kept connection."""

    def __init__(self, sock):
        self.socket = sock
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def requests(self):
        """What has arrived whole: (request line, body). Raises ConnectionError when the peer is gone."""
        data = self.socket.recv(1 << 16)
        if not data:
            raise ConnectionError
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end].lower()
            start = head.find(b"content-length:")
            length = int(head[start + 15:].split(b"\r\n", 1)[0]) if start >= 0 else 0
            if len(self.buffer) < end + 4 + length:
                return
            line = self.buffer[:self.buffer.index(b"\r\n")].decode()
            body = self.buffer[end + 4:end + 4 + length]
            self.buffer = self.buffer[end + 4 + length:]
            yield line, body


def serve_dynamodb(listener, counter):
    checksum = zlib.crc32(b"{}")
    answer = (
        b"HTTP/1.1 200 OK\r\nServer: Server\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: 2\r\n"
        b"Connection: keep-alive\r\nx-amzn-RequestId: V0IPMS3H\r\nx-amz-crc32: %d\r\n\r\n{}" % checksum
    )
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ, None)
    while True:
        for key, _ in selector.select():
            if key.data is None:
                peer, _ = listener.accept()
                selector.register(peer, selectors.EVENT_READ, Connection(peer))
                continue
            try:
                for _, body in key.data.requests():
                    # Only what is a whole, conditional write is counted: a function that stores nothing is found out.
                    if b'"ConditionExpression"' in body and b'"submission"' in body:
                        counter.value += 1
                    key.fileobj.sendall(answer)
            except OSError:
                selector.unregister(key.fileobj)
                key.fileobj.close()


class DynamoDB:
    def __init__(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self.stored = multiprocessing.get_context("fork").Value("q", 0)
        self.process = multiprocessing.get_context("fork").Process(
            target=serve_dynamodb, args=(listener, self.stored), daemon=True
        )
        self.process.start()
        listener.close()

    def stop(self):
        self.process.kill()
        self.process.join()


class RuntimeAPI:
    """Hands events to one function, one at a time."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.connection = None
        self.number = 0
        self._pending = []

    def wait_for_poll(self, timeout=30):
        """Returns when the function asks for an event."""
        line, _ = self._request(timeout)
        if not line.startswith("GET /2018-06-01/runtime/invocation/next"):
            raise RuntimeError(f"the function does not ask for an event: {line}")

    def invoke(self, event):
        """Answers the poll that waits with an event; returns (seconds until the answer came, the answer)."""
        self.number += 1
        name = f"8476a536-e9f4-11e8-9739-{self.number:012x}"
        head = (
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            f"Lambda-Runtime-Aws-Request-Id: {name}\r\n"
            f"Lambda-Runtime-Deadline-Ms: {int(time.time() * 1000) + 10_000}\r\n"
            "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-north-1:012345678912:function:AddContactInfo\r\n"
            "Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1\r\n"
            f"Content-Length: {len(event)}\r\n\r\n"
        )
        begin = time.perf_counter()
        self.connection.socket.sendall(head.encode() + event)
        line, answer = self._request(30)
        taken = time.perf_counter() - begin
        if f"/invocation/{name}/response" not in line:
            raise RuntimeError(f"the function failed: {line} {answer[:300]}")
        self.connection.socket.sendall(
            b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"status\":\"OK\"}\n"
        )
        self.wait_for_poll()
        return taken, answer

    def _request(self, timeout):
        while not self._pending:
            if self.connection is None:
                self.listener.settimeout(timeout)
                self.connection = Connection(self.listener.accept()[0])
                self.connection.socket.settimeout(timeout)
            try:
                self._pending = list(self.connection.requests())
            except ConnectionError:
                self.connection = None
        return self._pending.pop(0)

    def stop(self):
        self.listener.close()
        if self.connection:
            self.connection.socket.close()
