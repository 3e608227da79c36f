# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""A challenge service that takes each token that begins with "solved" once, as Turnstile does, and at its address alone."""

import http.server
import json
import threading
from urllib.parse import parse_qs

PATH = "/turnstile/v0/siteverify"


class Siteverify:
    """Listens on loopback while the block runs; `asked` has the forms that came."""

    def __init__(self):
        self.asked = []
        used = set()
        asked = self.asked

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                if self.path != PATH:
                    return self.send_error(404)
                asked.append(form)
                [token] = form["response"]
                if token in used:
                    answer = {"success": False, "error-codes": ["timeout-or-duplicate"]}
                elif token.startswith("solved"):
                    used.add(token)
                    answer = {"success": True, "error-codes": []}
                else:
                    answer = {"success": False, "error-codes": ["invalid-input-response"]}
                body = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.settings = {
            "BREVLADA_CHALLENGE_KIND": "turnstile", "BREVLADA_CHALLENGE_SECRET": "0x4AAA",
            "BREVLADA_CHALLENGE_ENDPOINT": f"http://127.0.0.1:{self._server.server_port}{PATH}",
        }

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
