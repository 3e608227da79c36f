# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Stacks, resources and events in the shapes that CloudFormation answers with."""

import re

from ..stacks.stack import Stack

_PAGE = 100  # events


def events_page(events: list[dict], token: str | None) -> dict:
    """Newest first. The token counts the older ones, so that a page stays the same while new events come."""
    left = int(token) if token else len(events)
    older = events[len(events) - left:]
    page, rest = older[:_PAGE], max(0, left - _PAGE)
    return {"StackEvents": page} | ({"NextToken": str(rest)} if rest else {})


def lossy(text: str) -> str:
    """A text as CloudFormation gives it back: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/814"""
    return re.sub(r"[^\x00-\x7f]", "?", text)


def pairs(values: dict[str, str]) -> list[dict]:
    return [{"ParameterKey": name, "ParameterValue": lossy(value)} for name, value in values.items()]


def resource(member) -> dict:
    return {
        "LogicalResourceId": member.logical_id, "PhysicalResourceId": member.physical_id, "ResourceType": member.type,
        "ResourceStatus": member.status, "ResourceStatusReason": member.reason,
        "DriftInformation": {"StackResourceDriftStatus": "NOT_CHECKED"},
    }


def described(stack: Stack) -> dict:
    with stack.lock:
        told = {
            "StackId": stack.id, "StackName": stack.name, "Description": lossy(stack.template.get("Description", "")),
            "Parameters": pairs(stack.parameters), "CreationTime": stack.made, "StackStatus": stack.status,
            "DisableRollback": False, "NotificationARNs": [], "Capabilities": stack.capabilities, "Tags": stack.tags,
            "EnableTerminationProtection": stack.protected, "DriftInformation": {"StackDriftStatus": "NOT_CHECKED"},
            "Outputs": [
                {"OutputKey": name, "OutputValue": lossy(value), "Description": lossy(description)}
                for name, (value, description) in stack.outputs.items()
            ],
        }
        told |= {"RoleARN": stack.role} if stack.role else {}
        told |= {"StackStatusReason": stack.reason} if stack.reason else {}
        told |= {"LastUpdatedTime": stack.updated} if stack.updated else {}
        told |= {"DeletionTime": stack.deleted} if stack.deleted else {}
        return told
