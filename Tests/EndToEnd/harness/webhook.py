# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""A receiver of webhooks that checks their signatures as Standard Webhooks has it."""

import base64
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from harness.waiting import until

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()


class Receiver:
    """Takes calls as a receiver of Standard Webhooks does, and refuses the first `refusals`."""

    def __init__(self, refusals=0):
        self.calls, self.refusals = [], refusals
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                assert self.path == "/hook?code=s3cret", self.path
                receiver.calls.append((dict(self.headers.items()), body))
                self.send_response(500 if len(receiver.calls) <= receiver.refusals else 204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.settings = {
            "BREVLADA_ALERTS_WEBHOOK": f"http://127.0.0.1:{self.server.server_port}/hook?code=s3cret",
            "BREVLADA_ALERTS_SECRET": SECRET,
        }

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def wait(self, count):
        until(lambda: len(self.calls) >= count, 60, f"call number {count}")
        return [self.read(*call) for call in self.calls]

    @staticmethod
    def read(headers, body):
        """The body, once the signature is right and the time is now."""
        headers = {name.lower(): value for name, value in headers.items()}
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        wanted = "v1," + base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
        assert hmac.compare_digest(headers["webhook-signature"], wanted)
        assert abs(time.time() - int(headers["webhook-timestamp"])) < 300
        assert headers["content-type"] == "application/json" and headers["user-agent"] == "brevlada"
        return headers["webhook-id"], json.loads(body)
