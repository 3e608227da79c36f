# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""SES: the account's state and quota, identities that wait to be verified, every mail as it was given, and what came of it."""

import base64
import json
import threading
import time

from ..account import Account
from ..mailbox import Mail
from .mail_events import event, new_id, simulated
from .protocol import AWSError
from .topics import SNS

_RETURN = 0.5  # seconds until the simulator's answer is told of, after the mail was taken


class SES:
    def __init__(self, account: Account, sns: SNS):
        self._account, self._sns = account, sns
        self._lock = threading.Lock()
        # Whether each is verified.
        self._identities: dict[str, bool] = {}
        self._sent: list[float] = []

    @property
    def operations(self) -> dict:
        return {
            ("sesv2", "GetAccount"): self.get_account,
            ("sesv2", "CreateEmailIdentity"): self.create_email_identity,
            ("sesv2", "GetEmailIdentity"): self.get_email_identity,
            ("sesv2", "DeleteEmailIdentity"): self.delete_email_identity,
            ("sesv2", "ListEmailIdentities"): self.list_email_identities,
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

    def create_email_identity(self, asked: dict) -> dict:
        name = asked["EmailIdentity"]
        with self._lock:
            if name in self._identities:
                raise AWSError("AlreadyExistsException", f"Email identity {name} already exist.")
            self._identities[name] = self._account.limits.verifies_at_once
        if not self._identities[name]:
            self._account.mailbox.write(
                "no-reply-aws@amazon.com", name if "@" in name else f"postmaster@{name}",
                "Amazon Web Services – Email Address Verification Request",
                f"Verify {name} on the rehearsal's page of mails, where SES would have you follow a link or make DNS records.\n",
            )
        return self._described(name)

    def get_email_identity(self, asked: dict) -> dict:
        if asked["EmailIdentity"] not in self._identities:
            raise AWSError("NotFoundException", f"Email identity {asked['EmailIdentity']} does not exist.")
        return self._described(asked["EmailIdentity"])

    def delete_email_identity(self, asked: dict) -> dict:
        self._identities.pop(asked["EmailIdentity"], None)
        return {}

    def list_email_identities(self, _) -> dict:
        return {"EmailIdentities": [
            {"IdentityType": _type(name), "IdentityName": name, "SendingEnabled": verified,
             "VerificationStatus": "SUCCESS" if verified else "PENDING"}
            for name, verified in sorted(self._identities.items())
        ]}

    def _described(self, name: str) -> dict:
        verified = self._identities[name]
        return {
            "IdentityType": _type(name), "FeedbackForwardingStatus": True, "VerifiedForSendingStatus": verified,
            "VerificationStatus": "SUCCESS" if verified else "PENDING",
            "DkimAttributes": {"SigningEnabled": verified, "Status": "SUCCESS" if verified else "NOT_STARTED"},
        }

    @property
    def waiting(self) -> list[str]:
        return sorted(name for name, verified in self._identities.items() if not verified)

    def verify(self, name: str):
        """As if its owner had followed the link; an address of nobody becomes an identity too, as for a sandbox's recipient."""
        self._identities[name] = True

    def _identity(self, address: str) -> str | None:
        """The verified identity that stands for an address: its own before its domain's."""
        return next((name for name in (address, address.rpartition("@")[2]) if self._identities.get(name)), None)

    # -- Sending

    def send_email(self, asked: dict) -> dict | None:
        raw = asked.get("Content", {}).get("Raw", {}).get("Data")
        if raw is None:
            return None  # a simple mail, which the functions never send
        octets = raw if isinstance(raw, bytes) else base64.b64decode(raw)
        destination = asked.get("Destination", {})
        recipients = [one for kind in ("ToAddresses", "CcAddresses", "BccAddresses") for one in destination.get(kind, [])]
        sender = _bare(asked.get("FromEmailAddress", ""))
        # The simulator's addresses need no verification and count for no quota:
        # https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html
        real = [one for one in map(_bare, recipients) if not simulated(one)]
        unverified = [one for one in [sender] if not self._identity(one)]
        if self._account.limits.sandbox:
            unverified += [one for one in real if not self._identity(one)]
        if unverified:
            region = self._account.region.upper()
            raise AWSError(
                "MessageRejected",
                f"Email address is not verified. The following identities failed the check in region {region}: {', '.join(unverified)}",
            )
        quota = self.get_account({})["SendQuota"]
        if real and quota["SentLast24Hours"] >= quota["Max24HourSend"]:
            raise AWSError("LimitExceededException", "Daily message quota exceeded.")
        if real:
            self._sent.append(time.time())
        mail = self._account.mailbox.deliver(sender, recipients, octets, new_id(), asked.get("ConfigurationSetName", ""))
        for recipient in map(_bare, recipients):
            if kind := simulated(recipient):
                later = threading.Timer(_RETURN, self._tell, (mail, kind, recipient))
                later.daemon = True
                later.start()
        return {"MessageId": mail.message_id}

    # -- What came of it

    def bounce(self, mail: Mail):
        """As if its recipients' mail server had sent it back after all."""
        for recipient in map(_bare, mail.recipients):
            self._tell(mail, "bounce", recipient)

    def _tell(self, mail: Mail, kind: str, recipient: str):
        """Publishes it to each topic that the mail's configuration set names for such an event."""
        told = event(self._account, mail, self._identity(mail.sender) or mail.sender, kind, recipient)
        if told is None:
            return
        mail.events.append(told)
        name = mail.configuration_set
        source = f"arn:aws:ses:{self._account.region}:{self._account.id}:configuration-set/{name}"
        for one in self._account.records.of("AWS::SES::ConfigurationSetEventDestination", ConfigurationSetName=name):
            declared = one.properties["EventDestination"]
            asked_for = told["eventType"].lower() in [type.lower() for type in declared["MatchingEventTypes"]]
            if declared.get("Enabled") in (True, "true") and asked_for and "SnsDestination" in declared:
                self._sns.publish_as(
                    "ses.amazonaws.com", source, declared["SnsDestination"]["TopicARN"], "Amazon SES Email Event Notification",
                    # With a line's end, as SES writes it.
                    json.dumps(told) + "\n",
                )


def _bare(address: str) -> str:
    """form@example.com of "The form" <form@example.com>."""
    return address.rpartition("<")[2].rstrip("> ") if "<" in address else address.strip()


def _type(name: str) -> str:
    return "EMAIL_ADDRESS" if "@" in name else "DOMAIN"
