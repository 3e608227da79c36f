# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Makes, changes and removes the resources of one stack, with their properties resolved by what is there already."""

import json
import logging
import re

from botocore.exceptions import ClientError

from ..account import Account
from ..records import Record
from ..resources.kind import Failed, Making
from ..resources.types import kind_of
from .references import filled
from .replacement import ALWAYS_NEW, recreation
from .stack import Member, Stack

log = logging.getLogger("rehearsal.stacks")

_SECRET = re.compile(r"\{\{resolve:secretsmanager:([^:}]+):SecretString:([^:}]*):[^:}]*:?([^}]*)\}\}")


class Workshop:
    def __init__(self, account: Account, stack: Stack):
        self.account = account
        self._stack = stack

    def record(self, member: Member) -> Record | None:
        return self.account.records.get(member.type, member.physical_id, self._stack.id)

    def resolved(self, value):
        """The value with every reference and secret in its place."""
        return self._with_secrets(filled(value, self._stack.members.keys(), self._known))

    def _known(self, name: str, attribute: str | None) -> str:
        member = self._stack.members[name]
        if attribute is None:
            return member.physical_id
        record = self.record(member)
        if record is None or attribute not in record.attributes:
            raise Failed(f"Requested attribute {attribute} does not exist in schema for {member.type}")
        return record.attributes[attribute]

    def _with_secrets(self, value):
        if isinstance(value, dict):
            return {key: self._with_secrets(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._with_secrets(one) for one in value]
        return _SECRET.sub(self._secret, value) if isinstance(value, str) else value

    def _secret(self, found) -> str:
        version = {"VersionId": found[3]} if found[3] else {}
        text = self.account.client("secretsmanager").get_secret_value(SecretId=found[1], **version)["SecretString"]
        try:
            return json.loads(text)[found[2]] if found[2] else text
        except (ValueError, KeyError):
            raise Failed(f"Could not find a value associated with JSONKey in SecretString: {found[2]}") from None

    def make(self, declared) -> Member:
        properties = self.resolved(declared.properties)
        self._fail_if_asked(declared.name)
        kind = kind_of(declared.type)
        id, attributes = kind.create(
            Making(self.account, declared.type, declared.name, properties, self._stack.name, self._stack.id)
        )
        record = Record(declared.type, id, properties, self._stack.id, declared.name, dict(attributes))
        self.account.records.put(record)
        kind.made(self.account, record)
        return Member(declared.name, declared.type, id, declared, "")

    def change(self, member: Member, properties: dict):
        record = self.record(member)
        self._fail_if_asked(member.logical_id)
        old, record.properties = record.properties, properties
        try:
            record.attributes = kind_of(member.type).update(self.account, record, old)
        except Exception:
            record.properties = old
            raise

    def unmake(self, member: Member):
        if record := self.record(member):
            kind_of(member.type).delete(self.account, record)
            self.account.records.remove(record)

    def needs_another(self, member: Member, declared, properties: dict) -> bool:
        """Whether what is asked for can't be had by changing the resource that is there."""
        old = self.record(member).properties
        return member.type != declared.type or any(
            recreation(member.type, name, old, properties) == ALWAYS_NEW
            for name in old.keys() | properties.keys() if old.get(name) != properties.get(name)
        )

    def _fail_if_asked(self, logical_id: str):
        if reason := self.account.faults.of_resource(logical_id):
            raise Failed(reason)


def reason_of(error: Exception) -> str:
    """The reason as CloudFormation's events have it."""
    if isinstance(error, Failed):
        return str(error)
    if isinstance(error, ClientError):
        told, status = error.response["Error"], error.response["ResponseMetadata"]["HTTPStatusCode"]
        return f"{told['Message']} (Operation: {error.operation_name}, Status Code: {status}, Error Code: {told['Code']})"
    log.error("a resource failed in the rehearsal itself", exc_info=error)
    return f"Internal Failure: {type(error).__name__}: {error}"
