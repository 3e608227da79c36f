# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Ports of this machine that are not lost between choosing and using them."""

import socket


class KeptPort:
    """A port of loopback at which nobody listens, and which the system gives to nobody else until `close`.

    Whoever asks for it by its number, with SO_REUSEADDR as every server does, may listen there meanwhile.
    """

    def __init__(self, number=0):
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind(("127.0.0.1", number))
        except OSError:
            self._socket.close()
            raise
        self.number = self._socket.getsockname()[1]

    def close(self):
        self._socket.close()

    # A server that lives as long as its module may be stopped by no one.
    __del__ = close

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
