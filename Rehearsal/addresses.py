# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Which port of loopback stands for which host name of AWS.

A stack's names are AWS's own (d1234.cloudfront.net). Where somebody goes by one, the rehearsal's own address takes its
place: in a stack's outputs, a function's variables, the headers that a browser gets, and where a sign-in sends back to.
The function's own origin is thus the one that the browser has. Everywhere else a name stays AWS's.
"""

import re
import threading


class Addresses:
    def __init__(self):
        self._lock = threading.Lock()
        self._places: dict[str, str] = {}

    def put(self, host: str, port: int):
        with self._lock:
            self._places[host] = f"http://localhost:{port}"

    def forget(self, host: str):
        with self._lock:
            self._places.pop(host, None)

    def url(self, host: str) -> str | None:
        with self._lock:
            return self._places.get(host)

    def local(self, value):
        """The value with every URL of a known host on loopback; lists and dictionaries through and through."""
        if isinstance(value, dict):
            return {key: self.local(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.local(one) for one in value]
        if not isinstance(value, str) or "://" not in value:
            return value
        return re.sub(r"https?://([A-Za-z0-9.-]+)", lambda found: self.url(found[1]) or found[0], value)
