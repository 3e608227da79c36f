# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What the stacks have made, by type and physical id: what the front, the poller and the API's answers read."""

import threading
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Record:
    type: str
    id: str
    properties: dict
    stack: str
    logical_id: str
    attributes: dict[str, str] = field(default_factory=dict)
    # What only the running rehearsal has: a listener, a pool of emulators, a thread.
    running: Any = None

    def get(self, path: str, default=None):
        """The property at a path like "Integration.Type", or the default."""
        value = self.properties
        for key in path.split("."):
            if not isinstance(value, dict) or key not in value:
                return default
            value = value[key]
        return value


class Records:
    def __init__(self):
        self._lock = threading.RLock()
        # Two stacks may each have a stage "api", or an owner of the same name.
        self._all: dict[tuple[str, str], list[Record]] = {}

    def put(self, record: Record):
        with self._lock:
            self._all.setdefault((record.type, record.id), []).append(record)

    def remove(self, record: Record):
        with self._lock:
            self._all[record.type, record.id].remove(record)

    def get(self, type: str, id: str, stack: str | None = None) -> Record | None:
        """The record of a stack, or of any."""
        with self._lock:
            return next((one for one in self._all.get((type, id), []) if stack in (None, one.stack)), None)

    def of(self, type: str, **properties) -> list[Record]:
        """Every record of a type that has these properties."""
        with self._lock:
            found = [one for (kind, _), records in self._all.items() if kind == type for one in records]
        return [one for one in found if all(one.properties.get(name) == value for name, value in properties.items())]

    def by_attribute(self, type: str, name: str, value: str) -> Record | None:
        return next((one for one in self.of(type) if one.attributes.get(name) == value), None)
