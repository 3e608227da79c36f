# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The checkers that others wrote are asked rightly, and what they say is passed on."""

import pytest

import mutations
from checks import gates
from checks.__main__ import stacks_of

ROLE = "AddContactInfoRole/Policies/0/PolicyDocument/Statement/0"


def stacks_with(template, *edits):
    return stacks_of(mutations.M("a seed", "", "", *edits).of(template))[:1]


def test_parliament_finds_an_action_on_the_wrong_kind_of_resource(template):
    found = list(gates.parliament(stacks_with(template, mutations.put(ROLE + "/Resource", "arn:aws:s3:::a-bucket"))))
    assert [(fault.resource, "RESOURCE_MISMATCH" in fault.problem) for fault in found] == [("AddContactInfoRole", True)]


def test_parliament_finds_an_action_that_does_not_exist(template):
    found = list(gates.parliament(stacks_with(template, mutations.put(ROLE + "/Action", "dynamodb:PutItems"))))
    assert [(fault.resource, "UNKNOWN_ACTION" in fault.problem) for fault in found] == [("AddContactInfoRole", True)]


def test_cloudsplaining_finds_a_way_to_more_rights(template):
    seed = mutations.put(ROLE, {"Effect": "Allow", "Action": "iam:CreatePolicyVersion", "Resource": "*"})
    assert {fault.resource for fault in gates.cloudsplaining(stacks_with(template, seed))} == {"AddContactInfoRole"}


@pytest.mark.parametrize(("change", "says"), [("more", "add it with its reason"), ("less", "has no such fault")])
def test_checkovs_findings_must_equal_the_list_in_both_directions(stacks, monkeypatch, change, says):
    some = [stacks["default"]]
    found = {key: dict.fromkeys(names, "x") for key, names in gates.expected_by_checkov(some).items() if names}
    monkeypatch.setattr(gates, "run_checkov", lambda _: found)
    assert list(gates.checkov(some)) == []
    if change == "more":
        found["default", "CKV_AWS_999"] = {"Table": "x"}
    else:
        del found["default", "CKV_AWS_116"]["AddContactInfo"]
    (fault,) = gates.checkov(some)
    assert says in f"{fault.problem}; {fault.remedy}"
