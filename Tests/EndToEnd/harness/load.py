# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Visitors who do not give up: each sends message after message, and each message until it is answered."""

import threading
import time
import uuid
from dataclasses import dataclass, field

from harness.forms import JSON, letter, post
from harness.wire import Broken, Client


@dataclass
class Visitors:
    """Threads that post unique messages. `answered` maps each message that was accepted to the id it was given."""

    port: int
    count: int = 8
    html: bool = False
    # Further fields of every message.
    fields: dict = field(default_factory=dict)
    answered: dict = field(default_factory=dict)
    # Answers that were neither success nor a plea to try again.
    strange: list = field(default_factory=list)
    retried: int = 0

    def __post_init__(self):
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._patience = True
        self._threads = [threading.Thread(target=self._visit, args=(number,), daemon=True)
                         for number in range(self.count)]

    def start(self):
        for thread in self._threads:
            thread.start()
        return self

    def stop(self, timeout=60):
        """Lets everybody finish the message they are at."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout)
            assert not thread.is_alive(), "a visitor still waits for an answer"

    def give_up(self):
        """Lets nobody try again: for a server that will not come back."""
        self._patience = False
        self.stop()

    def _visit(self, number):
        # Every second visitor sends a token and its time, as the site's script does; the others rely on their text alone.
        client = Client("127.0.0.1", self.port, timeout=10)
        while not self._stop.is_set():
            fields = letter(message=f"visitor {number}: {uuid.uuid4()}", **self.fields)
            if number % 2 == 0:
                fields |= {"_id": uuid.uuid4().hex, "_started": str(int(time.time() * 1000) - 60_000)}
            self._send_until_answered(client, fields)
        client.close()

    def _send_until_answered(self, client, fields):
        accept = "text/html" if self.html else JSON
        while self._patience or not self._stop.is_set():
            try:
                answer = post(client, fields, accept=accept)
            except (Broken, OSError):
                with self._lock:
                    self.retried += 1
                # Refused at once while the program is down; anything gentler would be a sleep.
                self._stop.wait(0.01)
                continue
            if answer.status in (429, 503):
                self._stop.wait(0.05)
                continue
            with self._lock:
                if answer.status == 200:
                    self.answered[fields["message"]] = answer.json()["id"]
                elif answer.status == 303:
                    self.answered[fields["message"]] = None
                else:
                    self.strange.append(answer)
            return
