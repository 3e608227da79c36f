# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""A network between visitor and server that can break."""

import socket
import threading


class Proxy:
    """Passes bytes on both ways. While `cut_answers` is above 0, a POST reaches the server whole, and the connection
    is closed as soon as the answer has arrived here: the visitor never sees it.
    """

    def __init__(self, port):
        self.target = port
        self.cut_answers = 0
        self.cuts = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def _accept(self):
        while True:
            try:
                visitor, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(visitor,), daemon=True).start()

    def _serve(self, visitor):
        with visitor, socket.create_connection(("127.0.0.1", self.target)) as server:
            state = {"post": False}
            back = threading.Thread(target=self._pump_back, args=(server, visitor, state), daemon=True)
            back.start()
            try:
                while data := visitor.recv(65536):
                    if data.startswith(b"POST "):
                        state["post"] = True
                    server.sendall(data)
                server.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            back.join()

    def _pump_back(self, server, visitor, state):
        try:
            while data := server.recv(65536):
                with self._lock:
                    cut = state["post"] and self.cut_answers > 0
                    if cut:
                        self.cut_answers -= 1
                        self.cuts += 1
                state["post"] = False
                if cut:
                    break
                visitor.sendall(data)
        except OSError:
            pass
        for each in (visitor, server):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.close()
