# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""SES: the account's state and quota, identities that wait to be verified, and every mail as it was given."""

import base64
import time

from ..account import Account
from .protocol import AWSError


class SES:
    def __init__(self, account: Account):
        self._account = account
        self._waiting: set[str] = set()
        self._sent: list[float] = []

    @property
    def operations(self) -> dict:
        return {
            ("sesv2", "GetAccount"): self.get_account,
            ("sesv2", "CreateEmailIdentity"): self.create_email_identity,
            ("sesv2", "GetEmailIdentity"): self.get_email_identity,
            ("sesv2", "SendEmail"): self.send_email,
        }

    def get_account(self, _) -> dict:
        limits, day = self._account.limits, time.time() - 86_400
        self._sent = [moment for moment in self._sent if moment > day]
        return {
            "DedicatedIpAutoWarmupEnabled": False, "EnforcementStatus": "HEALTHY", "SendingEnabled": True,
            "ProductionAccessEnabled": not limits.sandbox,
            "SendQuota": {
                "Max24HourSend": 200 if limits.sandbox else limits.sends_per_day,
                "MaxSendRate": 1 if limits.sandbox else limits.sends_per_second, "SentLast24Hours": len(self._sent),
            },
            "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
        }

    # -- Identities

    def create_email_identity(self, asked: dict) -> None:
        name = asked["EmailIdentity"]
        if not self._account.limits.verifies_at_once:
            self._waiting.add(name)
            self._account.mailbox.write(
                "no-reply-aws@amazon.com", name if "@" in name else f"postmaster@{name}",
                "Amazon Web Services – Email Address Verification Request",
                f"Verify {name} on the rehearsal's page of mails, where SES would have you follow a link or make DNS records.\n",
            )
        return None  # moto keeps it

    @property
    def waiting(self) -> list[str]:
        return sorted(self._waiting)

    def verify(self, name: str):
        self._waiting.discard(name)

    def get_email_identity(self, asked: dict) -> dict | None:
        name = asked["EmailIdentity"]
        if name not in self._waiting:
            return None  # as moto has it: there and verified, or not there
        return {
            "IdentityType": "EMAIL_ADDRESS" if "@" in name else "DOMAIN", "FeedbackForwardingStatus": True,
            "VerifiedForSendingStatus": False, "VerificationStatus": "PENDING",
            "DkimAttributes": {"SigningEnabled": False, "Status": "NOT_STARTED"},
        }

    def _verified(self, address: str) -> bool:
        sesv2 = self._account.client("sesv2")
        for name in (address, address.rpartition("@")[2]):
            if name in self._waiting:
                continue
            try:
                sesv2.get_email_identity(EmailIdentity=name)
                return True
            except sesv2.exceptions.ClientError:
                continue
        return False

    # -- Sending

    def send_email(self, asked: dict) -> dict | None:
        raw = asked.get("Content", {}).get("Raw", {}).get("Data")
        if raw is None:
            return None  # a simple mail, which the functions never send
        octets = raw if isinstance(raw, bytes) else base64.b64decode(raw)
        destination = asked.get("Destination", {})
        recipients = [one for kind in ("ToAddresses", "CcAddresses", "BccAddresses") for one in destination.get(kind, [])]
        sender = _bare(asked.get("FromEmailAddress", ""))
        unverified = [one for one in [sender] if not self._verified(one)]
        if self._account.limits.sandbox:
            unverified += [one for one in map(_bare, recipients) if not self._verified(one)]
        if unverified:
            region = self._account.region.upper()
            raise AWSError(
                "MessageRejected",
                f"Email address is not verified. The following identities failed the check in region {region}: {', '.join(unverified)}",
            )
        quota = self.get_account({})["SendQuota"]
        if quota["SentLast24Hours"] >= quota["Max24HourSend"]:
            raise AWSError("LimitExceededException", "Daily message quota exceeded.")
        self._sent.append(time.time())
        number = f"0110{int(time.time() * 1000):012x}-{len(self._sent):08x}-rehearsal-000000"
        self._account.mailbox.deliver(sender, recipients, octets, number, asked.get("ConfigurationSetName", ""))
        return {"MessageId": number}


def _bare(address: str) -> str:
    """form@example.com of "The form" <form@example.com>."""
    return address.rpartition("<")[2].rstrip("> ") if "<" in address else address.strip()
