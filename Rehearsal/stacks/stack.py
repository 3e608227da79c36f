# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""A stack, its events and its change sets, as CloudFormation tells of them."""

import threading
import uuid
from dataclasses import dataclass, field
from datetime import datetime

from ..account import Account, now
from .changes import Change

IN_PROGRESS = "_IN_PROGRESS"


@dataclass
class Member:
    """A resource of the stack as it is now: what it was made from, and what became of it."""

    logical_id: str
    type: str
    physical_id: str
    # Resolved, with references as ${Name.Attribute}, which is what the next update is compared with.
    declared: object
    status: str
    reason: str = ""
    at: datetime = field(default_factory=now)


@dataclass
class ChangeSet:
    name: str
    id: str
    kind: str  # CREATE or UPDATE
    text: str
    template: dict
    parameters: dict[str, str]
    tags: list[dict]
    capabilities: list[str]
    description: str = ""
    role: str = ""
    status: str = "CREATE_COMPLETE"
    reason: str = ""
    execution: str = "AVAILABLE"
    changes: list[Change] = field(default_factory=list)
    at: datetime = field(default_factory=now)


class Stack:
    def __init__(self, name: str, account: Account):
        self.name = name
        self.uuid = str(uuid.uuid4())
        self.id = f"arn:aws:cloudformation:{account.region}:{account.id}:stack/{name}/{self.uuid}"
        self.lock = threading.RLock()
        self.status = ""
        self.reason = ""
        self.protected = False
        self.token = ""
        self.made = now()
        self.updated: datetime | None = None
        self.deleted: datetime | None = None
        self.text = ""
        self.template: dict = {}
        self.parameters: dict[str, str] = {}
        self.tags: list[dict] = []
        self.capabilities: list[str] = []
        # The role that CloudFormation acts as, whoever asks; once given it stays.
        self.role = ""
        self.outputs: dict[str, tuple[str, str]] = {}  # name: (value, description)
        self.members: dict[str, Member] = {}
        self.events: list[dict] = []
        self.change_sets: list[ChangeSet] = []
        self.pseudo = {
            "AWS::AccountId": account.id, "AWS::Partition": "aws", "AWS::Region": account.region,
            "AWS::StackName": name, "AWS::StackId": self.id, "AWS::URLSuffix": "amazonaws.com",
        }

    @property
    def busy(self) -> bool:
        return self.status.endswith(IN_PROGRESS) and self.status != "REVIEW_IN_PROGRESS"

    @property
    def physical_ids(self) -> dict[str, str]:
        return {name: one.physical_id for name, one in self.members.items()}

    def turn(self, status: str, reason: str = ""):
        """The stack's own status, and the event that says so."""
        with self.lock:
            self.status, self.reason = status, reason
            self.tell(self.name, "AWS::CloudFormation::Stack", self.id, status, reason)

    def tell(self, logical_id: str, type: str, physical_id: str, status: str, reason: str = ""):
        event = {
            "StackId": self.id, "StackName": self.name, "EventId": f"{logical_id}-{status}-{uuid.uuid4()}",
            "LogicalResourceId": logical_id, "PhysicalResourceId": physical_id, "ResourceType": type, "Timestamp": now(),
            "ResourceStatus": status,
        }
        event |= {"ResourceStatusReason": reason} if reason else {}
        event |= {"ClientRequestToken": self.token} if self.token else {}
        with self.lock:
            self.events.insert(0, event)
