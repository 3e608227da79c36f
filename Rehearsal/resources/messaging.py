# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Mail, queues and topics, in moto."""

import json

from ..account import Account
from ..records import Record
from .kind import Kind, Making


class EmailIdentity(Kind):
    """Verified at once, or when somebody follows the link on the mail page, as the account says."""

    def create(self, making: Making):
        account, name = making.account, making.properties["EmailIdentity"]
        account.client("sesv2").create_email_identity(EmailIdentity=name)
        tokens = [f"{letter * 8}rehearsal" for letter in "abc"]
        dkim = {}
        for number, token in enumerate(tokens, 1):
            dkim[f"DkimDNSTokenName{number}"] = f"{token}._domainkey.{name}"
            dkim[f"DkimDNSTokenValue{number}"] = f"{token}.dkim.amazonses.com"
        return name, dkim

    def delete(self, account: Account, record: Record):
        account.client("sesv2").delete_email_identity(EmailIdentity=record.id)


class ConfigurationSet(Kind):
    def create(self, making: Making):
        name = making.properties.get("Name") or making.name()
        making.account.client("sesv2").create_configuration_set(ConfigurationSetName=name)
        return name, {}

    def delete(self, account: Account, record: Record):
        account.client("sesv2").delete_configuration_set(ConfigurationSetName=record.id)


class Queue(Kind):
    def create(self, making: Making):
        name = making.properties.get("QueueName") or making.name(80)
        url = making.account.client("sqs").create_queue(QueueName=name, Attributes=_attributes(making.properties))["QueueUrl"]
        return url, {"Arn": making.arn("sqs", name), "QueueName": name, "QueueUrl": url}

    def update(self, account: Account, record: Record, old: dict):
        account.client("sqs").set_queue_attributes(QueueUrl=record.id, Attributes=_attributes(record.properties))
        return record.attributes

    def delete(self, account: Account, record: Record):
        account.client("sqs").delete_queue(QueueUrl=record.id)


def _attributes(properties: dict) -> dict[str, str]:
    kept = ("MessageRetentionPeriod", "VisibilityTimeout", "KmsMasterKeyId")
    return {name: str(properties[name]) for name in kept if name in properties}


class QueuePolicy(Kind):
    def create(self, making: Making):
        self._put(making.account, making.properties)
        return making.name(), {}

    @staticmethod
    def _put(account: Account, properties: dict):
        for url in properties["Queues"]:
            account.client("sqs").set_queue_attributes(
                QueueUrl=url, Attributes={"Policy": json.dumps(properties["PolicyDocument"])}
            )

    def update(self, account: Account, record: Record, old: dict):
        self._put(account, record.properties)
        return record.attributes


class Topic(Kind):
    """Its subscriptions by mail wait to be confirmed, as they do on AWS."""

    def create(self, making: Making):
        name = making.properties.get("TopicName") or making.name(256)
        sns = making.account.client("sns")
        arn = sns.create_topic(Name=name)["TopicArn"]
        for one in making.properties.get("Subscription", []):
            sns.subscribe(TopicArn=arn, Protocol=one["Protocol"], Endpoint=one["Endpoint"])
            if one["Protocol"] == "email":
                making.account.mailbox.write(
                    "no-reply@sns.amazonaws.com", one["Endpoint"], "AWS Notification - Subscription Confirmation",
                    f"You have chosen to subscribe to the topic:\n{arn}\n\nThe rehearsal leaves it waiting.\n",
                )
        return arn, {"TopicArn": arn, "TopicName": name}

    def delete(self, account: Account, record: Record):
        account.client("sns").delete_topic(TopicArn=record.id)


class TopicPolicy(Kind):
    def create(self, making: Making):
        for arn in making.properties["Topics"]:
            making.account.client("sns").set_topic_attributes(
                TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(making.properties["PolicyDocument"])
            )
        return making.name(), {}
