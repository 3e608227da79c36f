# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Plays a rule of EventBridge with a rate: calls its targets each time the rate is over, or when asked to."""

import json
import logging
import re
import threading

from ..account import Account, now
from ..records import Record
from .pool import Outcome

log = logging.getLogger("rehearsal.schedule")

_LAST_CALL = 5  # seconds that one is waited for at the end
_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}


def seconds_of(expression: str) -> float:
    found = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression)
    if not found:
        raise ValueError(f"schedule {expression!r} is not played here; use rate(…)")
    return int(found[1]) * _SECONDS[found[2]]


class Schedule:
    def __init__(self, account: Account, record: Record):
        self._account, self._record = account, record
        self._every = seconds_of(record.properties["ScheduleExpression"])
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="schedule", daemon=True)
        self._thread.start()

    def close(self):
        self._stop.set()
        self._thread.join(_LAST_CALL)

    def _run(self):
        while not self._stop.wait(self._every):
            if self._record.properties.get("State", "ENABLED") == "ENABLED":
                self.fire()

    def fire(self) -> list[Outcome]:
        """Calls every target now; what each gave."""
        outcomes = []
        for target in self._record.properties.get("Targets", []):
            name = target["Arn"].rpartition(":")[2]
            function = self._account.records.get("AWS::Lambda::Function", name)
            if function is None:
                continue
            event = target.get("Input") or json.dumps({
                "version": "0", "source": "aws.events", "detail-type": "Scheduled Event", "account": self._account.id,
                "time": now().strftime("%Y-%m-%dT%H:%M:%SZ"), "region": self._account.region,
                "resources": [self._record.attributes["Arn"]], "detail": {},
            })
            outcome = function.running.invoke(event.encode())
            if outcome.error:
                log.warning("a scheduled call failed function=%s", name)
            outcomes.append(outcome)
        return outcomes
