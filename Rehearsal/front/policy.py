# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Decides what a resource's policy allows, for the conditions that the template uses.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import ipaddress
import re
from dataclasses import dataclass, field

from ..account import Account


@dataclass(frozen=True)
class Request:
    action: str
    resource: str
    # A service such as cloudfront.amazonaws.com; empty for anybody, without a signature.
    service: str = ""
    context: dict[str, str] = field(default_factory=dict)


def allows(policy: dict, request: Request) -> bool:
    """Whether a statement allows it and none denies it."""
    applying = [one["Effect"] for one in policy.get("Statement", []) if _applies(one, request)]
    return "Allow" in applying and "Deny" not in applying


def may_call(account: Account, function: str, service: str, source: str) -> bool:
    """Whether a permission, a statement of the function's policy, lets the service call it for the sake of `source`."""
    return any(
        one.properties["Principal"] == service and _like(one.properties.get("SourceArn", "*"), source)
        for one in account.records.of("AWS::Lambda::Permission") if function in one.properties["FunctionName"]
    )


def _applies(statement: dict, request: Request) -> bool:
    return (
        _is_principal(statement.get("Principal"), request.service)
        and any(_like(one, request.action, ignore_case=True) for one in _list(statement["Action"]))
        and any(_like(one, request.resource) for one in _list(statement["Resource"]))
        and all(
            _holds(operator, key, _list(values), request.context.get(key))
            for operator, pairs in statement.get("Condition", {}).items() for key, values in pairs.items()
        )
    )


def _is_principal(principal, service: str) -> bool:
    if principal == "*" or (isinstance(principal, dict) and "*" in _list(principal.get("AWS", []))):
        return True
    return bool(service) and isinstance(principal, dict) and service in _list(principal.get("Service", []))


def _holds(operator: str, key: str, values: list[str], found: str | None) -> bool:
    if found is None:
        return False
    match operator:
        case "StringEquals":
            return found in values
        case "StringLike" | "ArnLike" | "ArnEquals":
            return any(_like(one, found) for one in values)
        case "Bool":
            return found.lower() in [str(one).lower() for one in values]
        case "IpAddress":
            address = ipaddress.ip_address(found)
            networks = [ipaddress.ip_network(one, strict=False) for one in values]
            return any(one.version == address.version and address in one for one in networks)
    raise ValueError(f"condition operator {operator} is not played here; teach Rehearsal/front/policy.py")


def _like(pattern: str, text: str, ignore_case: bool = False) -> bool:
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, text, re.DOTALL | (re.IGNORECASE if ignore_case else 0)) is not None


def _list(value) -> list:
    return value if isinstance(value, list) else [value]
