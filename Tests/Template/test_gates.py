# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The checkers that others wrote are asked rightly, and what they say is passed on."""

import json
import subprocess

import pytest

import mutations
from checks import __main__ as command
from checks import gates
from checks.__main__ import own_faults, stacks_of
from checks.source import ROOT
from checks.statement import Fault

ROLE = "AddContactInfoRole/Policies/0/PolicyDocument/Statement/0"
PLATFORM = "AddContactInfoRole/Policies/1/PolicyDocument/Statement/0"


def stacks_with(template, *edits):
    return stacks_of(mutations.M("a seed", "", "", *edits).of(template))[:1]


def test_parliament_finds_an_action_on_the_wrong_kind_of_resource(template):
    found = list(gates.parliament(stacks_with(template, mutations.put(ROLE + "/Resource", "arn:aws:s3:::a-bucket"))))
    assert [(fault.resource, "RESOURCE_MISMATCH" in fault.problem) for fault in found] == [("AddContactInfoRole", True)]


def test_parliament_finds_an_action_that_does_not_exist(template):
    found = list(gates.parliament(stacks_with(template, mutations.put(ROLE + "/Action", "dynamodb:PutItems"))))
    assert [(fault.resource, "UNKNOWN_ACTION" in fault.problem) for fault in found] == [("AddContactInfoRole", True)]


@pytest.mark.parametrize(
    ("action", "risk"),
    [
        ("iam:CreatePolicyVersion", "allows privilege escalation"),
        ("s3:PutBucketPolicy", "permissions management without constraints"),
        ("s3:GetObject", "allows data exfiltration actions"),
        ("sts:AssumeRole", "credentials exposure"),
        ("dynamodb:*", "service wildcard"),
    ],
)
def test_cloudsplaining_finds_each_risk(template, action, risk):
    seed = mutations.put(ROLE, {"Effect": "Allow", "Action": action, "Resource": "*"})
    found = list(gates.cloudsplaining(stacks_with(template, seed)))
    assert {fault.resource for fault in found} == {"AddContactInfoRole"}
    assert any(f" {risk}: " in fault.problem for fault in found), [str(fault) for fault in found]


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


GATES = ["cfn_lint", "parliament", "cloudsplaining", "checkov"]


@pytest.mark.parametrize("finding", GATES)
def test_the_command_says_what_any_of_them_finds(monkeypatch, capsys, finding):
    for gate in GATES:
        said = [Fault("Table", f"is not what {gate} takes", "mend it", gate)] if gate == finding else []
        monkeypatch.setattr(gates, gate, lambda _, said=said: said)
    monkeypatch.setattr(command, "own_faults", lambda _: [])
    monkeypatch.setattr("sys.argv", ["check-template"])
    with pytest.raises(SystemExit) as end:
        command.main()
    assert end.value.code == 1
    assert capsys.readouterr().out == f"template.yaml: Table: is not what {finding} takes; mend it [{finding}]\n"


@pytest.mark.soak
@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (mutations.put("AddContactInfoLogs/Tags", [{"Key": "a"}]),
         "AddContactInfoLogs: Properties.Tags.0: 'Value' is a required property"),
        (mutations.put(PLATFORM + "/Action", ["logs:PutLogEvents", "s3:PutObject"]),
         "AddContactInfoRole: has in its policy Platform RESOURCE_MISMATCH"),
    ],
    ids=["cfn-lint", "parliament"],
)
def test_the_whole_command_fails_by_one_of_them_alone(template, tmp_path, edit, says):
    mutant = mutations.M("a seed", "", "", edit).of(template)
    assert own_faults(mutant) == []
    path = tmp_path / "template.json"
    path.write_text(json.dumps(mutant))
    result = subprocess.run([ROOT / "scripts/check-template", path], capture_output=True, text=True)
    assert result.returncode == 1
    lines = result.stdout.splitlines()
    assert lines and all(line.startswith(f"template.json: {says}") for line in lines), lines
