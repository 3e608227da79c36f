# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Plays Lambda's queue of events that nobody waits for: each is tried until the function takes it, or is given up.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

import json
import logging
import threading
import time

from ..account import Account
from ..records import Record

log = logging.getLogger("rehearsal.functions")

_PAUSES = (0.5, 1)  # seconds after the first try and after the second; a minute and two on AWS


def call_later(account: Account, function: Record, event: dict):
    name = f"event of {function.id}"
    threading.Thread(target=_call, args=(account, function, json.dumps(event).encode()), name=name, daemon=True).start()


def _call(account: Account, function: Record, event: bytes):
    since, tries = time.monotonic(), 0
    while function.running.invoke(event).error:
        tries += 1
        # Read each time: what an update of the stack changes holds for what waits too.
        declared = next(iter(account.records.of("AWS::Lambda::EventInvokeConfig", FunctionName=function.id)), None)
        settings = declared.properties if declared else {}
        if tries > int(settings.get("MaximumRetryAttempts", 2)):
            return log.warning("an event is given up function=%s tries=%d", function.id, tries)
        time.sleep(_PAUSES[tries - 1])
        if time.monotonic() - since > float(settings.get("MaximumEventAgeInSeconds", 21_600)):
            return log.warning("an event is too old function=%s tries=%d", function.id, tries)
