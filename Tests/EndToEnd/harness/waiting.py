# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Waiting for what only looking can tell: a row in a database, a file in a folder."""

import time


# Seconds in which a message without a token is the same message when it comes again: the window in its id.
WINDOW = 600


def in_one_window(seconds):
    """Returns when there are so many seconds left in which a repeat is the same message; waits for the next window else.

    A message that is sent on both sides of the edge is stored twice, as it should be.
    """
    while (left := WINDOW - time.time() % WINDOW) < seconds:
        time.sleep(left)


def until(look, timeout=120, what="it"):
    """What `look` returns as soon as that is true; looks twenty times a second."""
    deadline = time.monotonic() + timeout
    while not (seen := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not happen within {timeout} s; last seen: {seen!r}")
        time.sleep(0.05)
    return seen
