# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Reads IAM policies: lists where IAM allows a single value, and whose policy it is."""

from dataclasses import dataclass

TRUST, ROLE, RESOURCE = "trust", "role", "resource"


def as_list(value):
    return value if isinstance(value, list) else [] if value is None else [value]


@dataclass(frozen=True)
class Grant:
    """One statement of one policy."""

    # The resource of the template that has the policy.
    owner: str
    kind: str
    policy: str
    sid: str
    effect: str
    actions: tuple
    resources: tuple
    # What a condition says, flat: (operator, key) to values.
    conditions: dict
    principal: object

    @property
    def allows(self):
        return self.effect == "Allow"

    @property
    def services(self):
        return as_list(self.principal.get("Service")) if isinstance(self.principal, dict) else []

    @property
    def is_public(self):
        named = self.principal.get("AWS") if isinstance(self.principal, dict) else self.principal
        return "*" in as_list(named)

    def values(self, key):
        """What any condition demands of a key."""
        return [value for (_, named), values in self.conditions.items() if named == key for value in values]


def grants_of(document, owner, kind, policy=""):
    for index, one in enumerate(as_list(document.get("Statement", []))):
        conditions = {
            (operator, key): as_list(values)
            for operator, keys in one.get("Condition", {}).items()
            for key, values in keys.items()
        }
        yield Grant(
            owner,
            kind,
            policy,
            one.get("Sid", f"statement {index + 1}"),
            one.get("Effect", ""),
            tuple(as_list(one.get("Action"))),
            tuple(as_list(one.get("Resource"))),
            conditions,
            one.get("Principal"),
        )


_RESOURCE_POLICIES = {
    "AWS::S3::BucketPolicy": "PolicyDocument",
    "AWS::SQS::QueuePolicy": "PolicyDocument",
    "AWS::SNS::TopicPolicy": "PolicyDocument",
    "AWS::KMS::Key": "KeyPolicy",
    "AWS::SecretsManager::ResourcePolicy": "ResourcePolicy",
    "AWS::Logs::ResourcePolicy": "PolicyDocument",
}


def role_policies(stack):
    """(role, name of the policy, document) for every policy of every role."""
    for role in stack.of_type("AWS::IAM::Role"):
        for policy in role.get("Policies", []):
            yield role.name, policy["PolicyName"], policy["PolicyDocument"]
    for policy in stack.of_type("AWS::IAM::RolePolicy"):
        yield policy.get("RoleName").strip("${}"), policy.get("PolicyName"), policy.get("PolicyDocument")


def grants(stack):
    """Every statement of every policy in the stack."""
    # A frozen stack never changes, and a dozen statements ask.
    if "_grants" not in stack.__dict__:
        stack.__dict__["_grants"] = list(_grants(stack))
    return stack.__dict__["_grants"]


def _grants(stack):
    for role in stack.of_type("AWS::IAM::Role"):
        yield from grants_of(role.get("AssumeRolePolicyDocument", {}), role.name, TRUST)
    for role, name, document in role_policies(stack):
        yield from grants_of(document, role, ROLE, name)
    for type_, key in _RESOURCE_POLICIES.items():
        for resource in stack.of_type(type_):
            yield from grants_of(resource.get(key, {}), resource.name, RESOURCE)


def grants_for(stack, owner, policy=None):
    return [one for one in grants(stack) if one.owner == owner and policy in (None, one.policy)]
