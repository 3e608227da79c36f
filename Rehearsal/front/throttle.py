# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""API Gateway's token buckets: so many requests at once, refilled at so many a second."""

import threading
import time


class Throttle:
    def __init__(self):
        self._lock = threading.Lock()
        self._buckets: dict[tuple, tuple[float, float]] = {}

    def admits(self, key, rate: float, burst: float) -> bool:
        with self._lock:
            moment = time.monotonic()
            left, since = self._buckets.get(key, (burst, moment))
            left = min(burst, left + (moment - since) * rate)
            admitted = left >= 1
            self._buckets[key] = (left - 1 if admitted else left, moment)
            return admitted


def settings(stage: dict, resource: str, method: str) -> tuple[str, float, float] | None:
    """(which, rate, burst) of the stage's method settings that hold for a method: its own, or those of all."""
    best = None
    for one in stage.get("MethodSettings", []):
        path = one["ResourcePath"].lstrip("/").replace("~1", "/")
        if "ThrottlingRateLimit" not in one:
            continue
        found = (f"{path} {one['HttpMethod']}", float(one["ThrottlingRateLimit"]), float(one["ThrottlingBurstLimit"]))
        if path == resource and one["HttpMethod"] == method:
            return found
        if path == "*" and one["HttpMethod"] == "*":
            best = found
    return best
