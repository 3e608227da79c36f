# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Every variant resolves in another engine than ours, moto's, and comes to the same stack."""

import json
import re

import boto3
import pytest
from moto import mock_aws

from checks.rendering import rendered
from checks.resolver import Resolver
from checks.variants import STACK_NAME, VARIANTS
from stand_ins import stand_ins


def client_in(region):
    return boto3.client("cloudformation", region, aws_access_key_id="testing", aws_secret_access_key="testing")


def deployed(template, variant):
    """What moto makes of the template with a variant's parameters: (status, outputs, stand-ins)."""
    with mock_aws(), stand_ins(template) as made:
        client = client_in(variant.region)
        client.create_stack(
            StackName=STACK_NAME,
            # In JSON: moto reads the short form !Condition as Fn::Condition, which is always false.
            TemplateBody=json.dumps(template),
            Capabilities=["CAPABILITY_IAM"],
            Parameters=[
                {"ParameterKey": name, "ParameterValue": str(value)} for name, value in variant.parameters.items()
            ],
        )
        stack = client.describe_stacks(StackName=STACK_NAME)["Stacks"][0]
        outputs = {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}
        return stack["StackStatus"], outputs, list(made)


@pytest.fixture(scope="module", params=VARIANTS, ids=lambda variant: variant.name)
def variant(request):
    return request.param


@pytest.fixture(scope="module")
def theirs(template, variant):
    return deployed(template, variant)


def test_a_variant_resolves_completely(theirs, stacks, variant):
    status, outputs, made = theirs
    ours = stacks[variant.name]

    assert status == "CREATE_COMPLETE"
    assert {one.logical_id for one in made} == set(ours.resources)
    assert set(outputs) == set(ours.outputs)
    for one in made:
        text = json.dumps(one.properties)
        # A deployed secret's dynamic reference is AWS's to resolve; everything else is resolved.
        left = re.findall(r'"(?:Fn::\w+|Ref|Condition)": |\$\{[A-Za-z.]+\}', text.replace("${OwnName}", ""))
        assert [found for found in left if not _is_policy_condition(found, one)] == [], one.logical_id
    for name, value in outputs.items():
        assert value and "${" not in str(value), name


def _is_policy_condition(found, one):
    return found == '"Condition": ' and (
        "Policy" in one.kind or one.kind in ("AWS::IAM::Role", "AWS::KMS::Key")
    )


def test_our_resolver_and_the_other_engine_agree(theirs, stacks, variant):
    """The stack that our statements are about, written back as a template, comes to the same resources in moto."""
    ours = rendered(stacks[variant.name])
    from_theirs = {one.logical_id: one.properties for one in theirs[2]}
    from_ours = {one.logical_id: one.properties for one in deployed_without_parameters(ours, variant)}
    for name in from_theirs:
        assert comparable(from_theirs[name]) == comparable(from_ours[name]), name


def deployed_without_parameters(template, variant):
    with mock_aws(), stand_ins(template) as made:
        client = client_in(variant.region)
        client.create_stack(
            StackName=STACK_NAME, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_IAM"]
        )
        return list(made)


def comparable(value):
    """The value without what differs by nature: stack id (moto makes one), numbers as text, and what is NoValue."""
    text = json.dumps(value, sort_keys=True)
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "STACK", text)
    text = re.sub(r"\b[0-9a-f]{12}\b", "PART", text)
    return _as_text(json.loads(text))


def _as_text(value):
    if isinstance(value, dict):
        return {key: _as_text(one) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [_as_text(one) for one in value if one is not None]
    return str(value)


def test_every_branch_of_every_condition_is_taken(template):
    """The variants would prove little if a condition were always true."""
    truths = {}
    for variant in VARIANTS:
        for name, holds in Resolver(template, variant.parameters, variant.pseudo).conditions.items():
            truths.setdefault(name, set()).add(holds)
    assert [name for name, seen in truths.items() if seen != {True, False}] == []


def test_every_resource_is_made_in_some_variant(template, stacks):
    made = {name for stack in stacks.values() for name in stack.resources}
    assert template["Resources"].keys() - made == set()
