# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The mails that SES took, with the very bytes that the function gave it."""

import email
import email.policy
import threading
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage


@dataclass(frozen=True)
class Mail:
    number: int
    at: datetime
    sender: str
    recipients: list[str]
    raw: bytes
    # Of SES; empty for what the rehearsal wrote itself, in the place of a service of AWS.
    message_id: str = ""
    configuration_set: str = ""
    # What SES told of it after, oldest first.
    events: list[dict] = field(default_factory=list)

    @property
    def message(self) -> EmailMessage:
        if self.raw.isascii():
            return email.message_from_bytes(self.raw, policy=email.policy.default)
        # RFC 6532: the package reads UTF-8 in headers from text only.
        return email.message_from_string(self.raw.decode(errors="replace"), policy=email.policy.default.clone(utf8=True))


class Mailbox:
    def __init__(self, clock):
        self._clock = clock
        self._lock = threading.Lock()
        self._mails: list[Mail] = []

    def deliver(self, sender, recipients, raw: bytes, message_id="", configuration_set="") -> Mail:
        with self._lock:
            mail = Mail(len(self._mails) + 1, self._clock(), sender, recipients, raw, message_id, configuration_set)
            self._mails.append(mail)
        return mail

    def write(self, sender: str, recipient: str, subject: str, text: str):
        """A mail that a service of AWS sends by itself, such as Cognito's with a first password."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, recipient, subject
        message.set_content(text)
        self.deliver(sender, [recipient], message.as_bytes(policy=email.policy.SMTP))

    @property
    def mails(self) -> list[Mail]:
        with self._lock:
            return list(self._mails)
