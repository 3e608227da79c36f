# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What each type of resource has to know: how one is made, changed and removed."""

import random
import string
from dataclasses import dataclass

from ..account import Account
from ..records import Record


class Failed(Exception):
    """A resource can't be made, changed or removed; the sentence becomes the event's reason."""


@dataclass(frozen=True)
class Making:
    """A resource that is about to be made."""

    account: Account
    type: str
    logical_id: str
    properties: dict
    stack_name: str
    stack_id: str

    def name(self, most: int = 64, lower: bool = False) -> str:
        """The name that CloudFormation gives: stack, resource and twelve characters of chance."""
        end = "".join(random.choices(string.ascii_uppercase + string.digits, k=12))
        name = f"{self.stack_name}-{self.logical_id}"[: most - 13] + f"-{end}"
        return name.lower() if lower else name

    def arn(self, service: str, resource: str, region: bool = True, account: bool = True) -> str:
        where = self.account.region if region else ""
        return f"arn:aws:{service}:{where}:{self.account.id if account else ''}:{resource}"


class Kind:
    """A type of which a record is kept and nothing else made: nothing that the rehearsal plays looks at it.

    `create` gives the physical id and the attributes that Fn::GetAtt asks for. `update` gives the attributes anew; the
    record has the new properties by then. A type with more to it overrides what it needs.
    """

    def create(self, making: Making) -> tuple[str, dict[str, str]]:
        id = making.name()
        service = making.type.split("::")[1].lower()
        return id, {"Arn": making.arn(service, id)}

    def made(self, account: Account, record: Record):
        """The record is there and can be found by others."""

    def update(self, account: Account, record: Record, old: dict) -> dict[str, str]:
        return record.attributes

    def delete(self, account: Account, record: Record):
        pass
