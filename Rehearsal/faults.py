# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What is to go wrong: calls that AWS refuses or fails, and resources that can't be made."""

import base64
import json
import threading
from dataclasses import dataclass


@dataclass
class Fault:
    """Calls of `service` and `operation` ("*": of any) get this answer instead of their own."""

    service: str
    operation: str = "*"
    status: int = 500
    code: str = "InternalFailure"
    message: str = "The request processing has failed because of an unknown error."
    # How many calls; None is all until it is cleared.
    times: int | None = None
    # Only calls with this text in their body, or in the mail that it has: one poisonous message among others.
    containing: str = ""

    def concerns(self, service: str, operation: str, body: bytes) -> bool:
        if self.service != service or self.operation not in ("*", operation):
            return False
        if not self.containing:
            return True
        return self.containing.encode() in body or self.containing.encode() in _mail(body)


def _mail(body: bytes) -> bytes:
    try:
        return base64.b64decode(json.loads(body)["Content"]["Raw"]["Data"])
    except (ValueError, KeyError, TypeError):
        return b""


class Faults:
    def __init__(self):
        self._lock = threading.Lock()
        self._calls: list[Fault] = []
        self._resources: dict[str, str] = {}

    def add(self, fault: Fault):
        with self._lock:
            self._calls.append(fault)

    def fail_resource(self, logical_id: str, reason: str):
        """The next creation or change of the resource fails with the reason."""
        with self._lock:
            self._resources[logical_id] = reason

    def clear(self):
        with self._lock:
            self._calls.clear()
            self._resources.clear()

    def of_call(self, service: str, operation: str, body: bytes) -> Fault | None:
        with self._lock:
            for fault in self._calls:
                if fault.concerns(service, operation, body):
                    if fault.times is not None:
                        fault.times -= 1
                        if fault.times == 0:
                            self._calls.remove(fault)
                    return fault
        return None

    def of_resource(self, logical_id: str) -> str | None:
        with self._lock:
            return self._resources.pop(logical_id, None)
