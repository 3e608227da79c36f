# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""A template as CloudFormation takes it: its parameters checked, its rules held, and resolved for one choice of them.

The reading and resolving is the one that scripts/check-template proves the template with.
"""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Tests" / "Template"))

from checks.resolver import Resolver, Stack  # noqa: E402
from checks.rules import Rules  # noqa: E402
from checks.source import TemplateError, load  # noqa: E402

from ..aws.protocol import AWSError  # noqa: E402

# CloudFormation asks for a person's consent before it grants rights.
_GRANTS = {"AWS::IAM::Role", "AWS::IAM::RolePolicy", "AWS::IAM::Policy", "AWS::IAM::User", "AWS::IAM::Group"}


def refused(message: str) -> AWSError:
    return AWSError("ValidationError", message)


def read(text: str) -> dict:
    if not text.strip():
        raise refused("Template format error: unsupported structure.")
    try:
        template = load(text)
    except TemplateError as error:
        raise refused(f"Template format error: {error}") from error
    for name, resource in template["Resources"].items():
        if not isinstance(resource, dict) or "Type" not in resource:
            raise refused(f"Template format error: [/Resources/{name}] Every Resources object must contain a Type member.")
    return template


def capabilities(template: dict) -> tuple[list[str], str]:
    """What must be consented to, and CloudFormation's reason."""
    granting = {one["Type"] for one in template["Resources"].values()} & _GRANTS
    if not granting:
        return [], ""
    named = any(
        {"RoleName", "PolicyName", "UserName", "GroupName", "ManagedPolicyName"} & one.get("Properties", {}).keys()
        for one in template["Resources"].values() if one["Type"] in granting - {"AWS::IAM::RolePolicy"}
    )
    needed = "CAPABILITY_NAMED_IAM" if named else "CAPABILITY_IAM"
    return [needed], f"The following resource(s) require capabilities: [{', '.join(sorted(granting))}]"


def require_capabilities(template: dict, given: list[str]):
    needed, _ = capabilities(template)
    # Consent to names is consent to what has none.
    if needed and not {needed[0], "CAPABILITY_NAMED_IAM"} & set(given):
        raise AWSError("InsufficientCapabilitiesException", f"Requires capabilities : [{needed[0]}]")


def chosen(template: dict, given: list[dict], previous: dict[str, str] | None) -> dict[str, str]:
    """Every parameter's value as text: what was given, what the stack had, or its default."""
    declared = template.get("Parameters", {})
    if unknown := [one["ParameterKey"] for one in given if one["ParameterKey"] not in declared]:
        raise refused(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    values = {name: str(one["Default"]) for name, one in declared.items() if "Default" in one}
    for one in given:
        name = one["ParameterKey"]
        if not one.get("UsePreviousValue"):
            values[name] = str(one.get("ParameterValue", ""))
        elif previous is None or name not in previous:
            raise refused(f"Invalid input for parameter key {name}. Cannot specify usePreviousValue as true for a parameter key not in the previous template")
        else:
            values[name] = previous[name]
    if missing := [name for name in declared if name not in values]:
        raise refused(f"Parameters: [{', '.join(missing)}] must have values")
    for name, value in values.items():
        _check(name, declared[name], value)
    return values


def _check(name: str, declared: dict, value: str):
    def fail(sentence):
        told = declared.get("ConstraintDescription")
        raise refused(f"Parameter {name} failed to satisfy constraint: {told}" if told else sentence)

    if "AllowedValues" in declared and value not in [str(one) for one in declared["AllowedValues"]]:
        fail(f"Parameter '{name}' must be one of AllowedValues")
    if declared["Type"] == "Number":
        try:
            number = float(value)
        except ValueError:
            raise refused(f"Parameter '{name}' must be a number.") from None
        if number < float(declared.get("MinValue", number)):
            fail(f"Parameter '{name}' must be a number not less than {declared['MinValue']}")
        if number > float(declared.get("MaxValue", number)):
            fail(f"Parameter '{name}' must be a number not greater than {declared['MaxValue']}")
    for one in value.split(",") if declared["Type"] == "CommaDelimitedList" else [value]:
        if "AllowedPattern" in declared and not re.search(f"(?:{declared['AllowedPattern']})", one):
            fail(f"Parameter '{name}' must match pattern {declared['AllowedPattern']}")
    if len(value) > int(declared.get("MaxLength", len(value))):
        fail(f"Parameter '{name}' must contain at most {declared['MaxLength']} characters")
    if len(value) < int(declared.get("MinLength", 0)):
        fail(f"Parameter '{name}' must contain at least {declared['MinLength']} characters")


def resolved(template: dict, parameters: dict[str, str], pseudo: dict[str, str]) -> Stack:
    """The template with nothing left to decide; what a resource will only know when it is made stays as ${Name.Attribute}."""
    refusals = Rules({"Rules": {}, "Parameters": {}} | template, pseudo["AWS::Region"], parameters).refusals()
    if refusals:
        raise refused("Template constraint violated: " + "; ".join(f"{sentence} ({rule})" for rule, sentence in refusals))
    try:
        return Resolver(template, parameters, pseudo).stack("stack")
    except TemplateError as error:
        raise refused(f"Template error: {error}") from error
