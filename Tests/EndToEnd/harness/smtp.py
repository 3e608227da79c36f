# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The mail server on the other side: `smtp_server.py` as a process, and what it has accepted."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from harness.mail import header, parse
from harness.waiting import until

PROGRAM = Path(__file__).resolve().parent.parent / "smtp_server.py"
CERTIFICATES = Path(__file__).resolve().parents[2] / "SMTPTests" / "Fixtures"
CHECKED = 100  # mails of a server are read for defects, whether their test asks what they say or not
USER, PASSWORD = "form@example.se", "hemligt/ord%&@"
ESCAPED = "form%40example.se:hemligt%2Ford%25%26%40"


def settings(url):
    """What makes Brevlåda send its mail there, one mail a message."""
    return {
        "BREVLADA_MAIL_SMTP": url,
        "BREVLADA_MAIL_FROM": "Brevlåda <form@example.se>",
        "BREVLADA_MAIL_TO": "owner@example.se",
        "BREVLADA_MAIL_DIGEST_BATCH": 10_000,
        "BREVLADA_MAIL_DIGEST_PER_HOUR": 100_000,
    }


def plain_url(port):
    return f"smtp://localhost:{port}?tls=none"


@dataclass(frozen=True)
class Accepted:
    """One mail that the server has taken responsibility for, with its envelope."""

    name: str
    sender: str
    recipients: list
    user: str
    tls: str
    connection: int
    octets: bytes

    @cached_property
    def message(self):
        return parse(self.octets)

    @property
    def id(self):
        return header(self.octets, "Message-ID")


class MailServer:
    """Lives on a free port until `stop`; `rules` say what it fails at (see smtp_server.py)."""

    def __init__(self, folder, tls="none", auth=False, certificate="server.pem", rules=(), port=0, options=()):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.dump = self.folder / "mails"
        self.tls, self.auth, self.port = tls, auth, port
        self.fail(*rules)
        command = [sys.executable, PROGRAM, "--port", str(port), "--tls", tls, "--dump", self.dump,
                   "--script", self._script, *options]
        if tls != "none":
            command += ["--cert", CERTIFICATES / certificate, "--key", CERTIFICATES / "server.key"]
        if auth:
            command += ["--auth", f"{USER}:{PASSWORD}"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
        line = self.process.stdout.readline()
        assert line, "the mail server did not start"
        self.port = json.loads(line)["port"]

    @property
    def _script(self):
        return self.folder / "faults.json"

    def fail(self, *rules):
        """Takes effect with the next command."""
        new = self._script.with_suffix(".new")
        new.write_text(json.dumps({"rules": list(rules)}))
        new.rename(self._script)

    @property
    def url(self):
        account = f"{ESCAPED}@" if self.auth else ""
        scheme = "smtps" if self.tls == "implicit" else "smtp"
        option = "tls=none" if self.tls == "none" else f"ca={CERTIFICATES / 'ca.pem'}"
        return f"{scheme}://{account}localhost:{self.port}?{option}"

    @property
    def settings(self):
        return settings(self.url)

    def names(self):
        return sorted(path.stem for path in self.dump.glob("[0-9]*.json"))

    def mails(self):
        """All that was accepted, in order."""
        accepted = [self._read(name) for name in self.names()]
        for mail in accepted[:CHECKED]:
            assert mail.message
        return accepted

    def _read(self, name):
        envelope = json.loads((self.dump / f"{name}.json").read_text())
        octets = (self.dump / f"{name}.eml").read_bytes()
        return Accepted(name, envelope["sender"], envelope["recipients"], envelope["user"], envelope["tls"],
                        envelope["connection"], octets)

    def wait(self, count, timeout=120):
        """Waits for that many mails and returns all there are."""
        until(lambda: len(self.names()) >= count, timeout, f"mail number {count}")
        return self.mails()

    def events(self, kind=None):
        path = self.dump / "events.jsonl"
        events = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        return [event for event in events if kind in (None, event["event"])]

    def stop(self):
        if self.process.poll() is None:
            os.kill(self.process.pid, 15)
            self.process.wait(60)
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
