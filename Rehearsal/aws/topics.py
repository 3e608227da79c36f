# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""SNS: what is published goes to the functions that a topic's stack subscribed. moto, which has all other topics, would run
them in containers.
"""

import logging
import uuid

from ..account import Account, now
from ..front import policy
from ..functions.asynchronous import call_later
from ..records import Record

log = logging.getLogger("rehearsal.topics")


class SNS:
    def __init__(self, account: Account):
        self._account = account

    @property
    def operations(self) -> dict:
        return {
            ("sns", "Publish"): self.publish,
            ("sns", "ListSubscriptionsByTopic"): self.list_subscriptions,
        }

    def publish(self, asked: dict) -> dict | None:
        topic = self._account.records.get("AWS::SNS::Topic", asked.get("TopicArn", ""))
        if topic is None or not any(one["Protocol"] == "lambda" for one in _subscriptions(topic)):
            return None
        return {"MessageId": self._hand_out(topic, asked.get("Subject"), asked["Message"])}

    def publish_as(self, service: str, source: str, arn: str, subject: str, message: str):
        """What a service publishes for the sake of the resource `source`, if the topic's policy lets it."""
        request = policy.Request("sns:Publish", arn, service, {
            "aws:SourceArn": source, "aws:SourceAccount": self._account.id, "aws:SecureTransport": "true",
        })
        policies = [one for one in self._account.records.of("AWS::SNS::TopicPolicy") if arn in one.properties["Topics"]]
        topic = self._account.records.get("AWS::SNS::Topic", arn)
        if topic is None or not any(policy.allows(one.properties["PolicyDocument"], request) for one in policies):
            log.warning("a topic does not let itself be published to topic=%s by=%s", arn, source)
            return
        self._hand_out(topic, subject, message)

    def _hand_out(self, topic: Record, subject: str | None, message: str) -> str:
        """One event for each function: https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html"""
        id, at = str(uuid.uuid4()), now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        for one in _subscriptions(topic):
            if one["Protocol"] != "lambda":
                continue
            name = one["Endpoint"].rpartition(":")[2]
            function = self._account.records.get("AWS::Lambda::Function", name)
            if function is None or not policy.may_call(self._account, name, "sns.amazonaws.com", topic.id):
                log.warning("a topic may not call its function topic=%s function=%s", topic.id, name)
                continue
            call_later(self._account, function, {"Records": [{
                "EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": _arn(topic, one),
                "Sns": {
                    "Type": "Notification", "MessageId": id, "TopicArn": topic.id, "Subject": subject, "Message": message,
                    "Timestamp": at, "SignatureVersion": "1", "Signature": "of-the-rehearsal",
                    "SigningCertUrl": f"https://sns.{self._account.region}.amazonaws.com/SimpleNotificationService-0.pem",
                    "UnsubscribeUrl": f"https://sns.{self._account.region}.amazonaws.com/?Action=Unsubscribe",
                    "MessageAttributes": {},
                },
            }]})
        return id

    def list_subscriptions(self, asked: dict) -> dict | None:
        """By mail they wait to be confirmed, which moto does not do, unless addresses count as verified at once."""
        topic = self._account.records.get("AWS::SNS::Topic", asked["TopicArn"])
        if topic is None:
            return None
        confirmed = self._account.limits.verifies_at_once
        return {"Subscriptions": [
            {"SubscriptionArn": _arn(topic, one) if confirmed or one["Protocol"] == "lambda" else "PendingConfirmation",
             "Owner": self._account.id, "Protocol": one["Protocol"], "Endpoint": one["Endpoint"], "TopicArn": topic.id}
            for one in _subscriptions(topic)
        ]}


def _subscriptions(topic: Record) -> list[dict]:
    return topic.properties.get("Subscription", [])


def _arn(topic: Record, subscription: dict) -> str:
    return f"{topic.id}:{uuid.uuid5(uuid.NAMESPACE_URL, subscription['Endpoint'])}"
