# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""WSGI applications on ports of loopback."""

import threading
from wsgiref.types import WSGIApplication

from werkzeug.serving import WSGIRequestHandler, make_server


class QuietHandler(WSGIRequestHandler):
    """HTTP/1.1 with kept connections, and no line for each request."""

    protocol_version = "HTTP/1.1"

    def log(self, *_):
        pass


class Listener:
    """One application on one port, served by a thread for each connection, until `close`."""

    def __init__(self, application: WSGIApplication, port: int = 0, handler=QuietHandler):
        try:
            self._server = make_server("127.0.0.1", port, application, threaded=True, request_handler=handler)
        except SystemExit:  # werkzeug has told which port, and would end the process
            raise OSError(f"port {port} is in use; set PORT to a free one") from None
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, name=f"port {self.port}", daemon=True)
        self._thread.start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
