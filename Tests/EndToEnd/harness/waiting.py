# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Waiting for what only looking can tell: a row in a database, a file in a folder."""

import time


def until(look, timeout=30, what="it"):
    """What `look` returns as soon as that is true; looks twenty times a second."""
    deadline = time.monotonic() + timeout
    while not (seen := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not happen within {timeout} s; last seen: {seen!r}")
        time.sleep(0.05)
    return seen
