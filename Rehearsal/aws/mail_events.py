# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What SES tells of a mail after it took it, as it publishes it, and which addresses of its own have it tell something.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

import re
import time
import uuid
from datetime import datetime

from ..account import Account, now
from ..mailbox import Mail

_MOST = 10 * 1024  # octets of headers that an event repeats; the rest is left out

# With labels, such as bounce+form@: https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html
_SIMULATOR = re.compile(r"(bounce|suppressionlist|complaint|ooto|success)(\+.*)?@simulator\.amazonses\.com", re.IGNORECASE)

_SUPPRESSED = (
    "Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address."
)
# bounceSubType and diagnosticCode.
_BOUNCES = {"bounce": ("General", "smtp; 550 5.1.1 user unknown"), "suppressionlist": ("Suppressed", _SUPPRESSED)}


def new_id() -> str:
    """An id as SES gives them to mails and to what it tells of them."""
    return f"0110{int(time.time() * 1000):012x}-{uuid.uuid4()}-000000"


def simulated(address: str) -> str | None:
    """What the mailbox simulator plays at an address; None for any other address."""
    found = _SIMULATOR.fullmatch(address)
    return found[1].lower() if found else None


def event(account: Account, mail: Mail, identity: str, kind: str, recipient: str) -> dict | None:
    """What is published when a mail meets what the simulator calls `kind`.

    None for success and ooto: both are deliveries, which no destination here asks for. An automatic reply goes as a mail to the
    sender, and is no event.
    """
    at = _moment(now())
    if kind in _BOUNCES:
        subtype, diagnosis = _BOUNCES[kind]
        type, what = "Bounce", {
            "feedbackId": new_id(), "bounceType": "Permanent", "bounceSubType": subtype,
            "bouncedRecipients": [
                {"emailAddress": recipient, "action": "failed", "status": "5.1.1", "diagnosticCode": diagnosis}
            ],
            "timestamp": at, "reportingMTA": "dns; rehearsal.smtp-out.amazonses.com",
        }
    elif kind == "complaint":
        type, what = "Complaint", {
            "feedbackId": new_id(), "complaintSubType": None, "complainedRecipients": [{"emailAddress": recipient}],
            "timestamp": at, "userAgent": "Amazon SES Mailbox Simulator", "complaintFeedbackType": "abuse", "arrivalDate": at,
        }
    else:
        return None
    return {"eventType": type, type.lower(): what, "mail": _mail(account, mail, identity)}


def _mail(account: Account, mail: Mail, identity: str) -> dict:
    message = mail.message
    headers, truncated = _headers(mail)
    common = {
        "from": _listed(message["From"]), "date": message["Date"], "to": _listed(message["To"]),
        "messageId": mail.message_id, "subject": message["Subject"],
    }
    return {
        "timestamp": _moment(mail.at), "source": mail.sender,
        "sourceArn": f"arn:aws:ses:{account.region}:{account.id}:identity/{identity}", "sendingAccountId": account.id,
        "messageId": mail.message_id, "destination": mail.recipients, "headersTruncated": truncated, "headers": headers,
        "commonHeaders": {name: value for name, value in common.items() if value},
        "tags": {
            "ses:configuration-set": [mail.configuration_set], "ses:source-ip": ["127.0.0.1"],
            "ses:from-domain": [mail.sender.rpartition("@")[2]],
        },
    }


def _headers(mail: Mail) -> tuple[list[dict], bool]:
    """As the mail had them, but for the folds; and whether some are left out."""
    kept, size = [], 0
    for name, value in mail.message.raw_items():
        value = re.sub(r"\r?\n[ \t]+", " ", str(value))
        size += len(name.encode()) + len(value.encode(errors="replace"))
        if size > _MOST:
            return kept, True
        kept.append({"name": name, "value": value})
    return kept, False


def _listed(header) -> list[str]:
    return [str(one) for one in header.addresses] if header else []


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
