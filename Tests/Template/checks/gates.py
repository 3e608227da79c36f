# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The checkers that others wrote: cfn-lint, checkov, parliament and cloudsplaining."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

import yaml

from .policies import role_policies
from .rendering import rendered
from .source import ROOT, TemplateError
from .statement import Fault

SKIPS = Path(__file__).resolve().parent / "checkov-skips.yaml"
CHECKOV = ROOT / ".venv-checkov" / "bin" / "checkov"


def cfn_lint(path):
    """Every finding of cfn-lint, warnings included; none is ignored."""
    from cfnlint.api import lint_file

    for match in lint_file(Path(path)):
        # Resources/Table/Properties/…: the resource is what a reader looks for.
        place = [str(part) for part in getattr(match, "path", None) or []]
        resource = place[1] if len(place) > 1 else f"line {match.linenumber}"
        where = ".".join(place[2:]) or "its declaration"
        yield Fault(
            resource,
            f"{where}: {match.message}",
            f"mend it at line {match.linenumber}; {match.rule.description.rstrip('.').lower()}",
            f"cfn-lint {match.rule.id}",
        )


def expected_by_checkov(stacks):
    """What checkov may find in these stacks, by (variant, check): the resources."""
    expected = {}
    for skip in yaml.safe_load(SKIPS.read_text(encoding="utf-8")):
        if not skip.get("reason"):
            raise TemplateError(f"{SKIPS.name}: {skip['check']} has no reason; write it")
        for stack in stacks:
            if all(stack.parameters[name] == value for name, value in skip.get("when", {}).items()):
                there = {name for name in skip["resources"] if name in stack}
                expected.setdefault((stack.variant, skip["check"]), set()).update(there)
    return expected


def run_checkov(stacks):
    """What checkov finds, by (variant, check): the resources. One run for all stacks."""
    if not CHECKOV.exists():
        raise TemplateError(f"{CHECKOV} is not installed; run scripts/setup template")
    with tempfile.TemporaryDirectory() as folder:
        for stack in stacks:
            Path(folder, f"{stack.variant}.json").write_text(json.dumps(rendered(stack)))
        result = subprocess.run(
            [
                CHECKOV, "--directory", folder, "--framework", "cloudformation", "--output", "json", "--compact",
                "--quiet",
                # It would ask a server of its vendor for explanations.
                "--skip-download",
            ],
            capture_output=True,
            text=True,
            env={**os.environ, "CHECKOV_RUN_SCA_PACKAGE_SCAN_V2": "false", "LOG_LEVEL": "CRITICAL"},
        )
    try:
        report = json.loads(result.stdout)
    except ValueError as error:
        raise TemplateError(f"checkov gave no report; it said {result.stderr[-500:]!r}") from error
    report = report[0] if isinstance(report, list) else report
    found = {}
    for one in report["results"].get("failed_checks", []):
        variant = Path(one["file_path"]).stem
        found.setdefault((variant, one["check_id"]), {})[one["resource"].split(".")[-1]] = one["check_name"]
    return found


def checkov(stacks):
    """Where checkov's findings are not exactly the committed list, in both directions."""
    found = run_checkov(stacks)
    expected = expected_by_checkov(stacks)
    for variant, check in sorted(found.keys() | expected.keys()):
        resources = found.get((variant, check), {})
        skipped = expected.get((variant, check), set())
        for resource in sorted(resources.keys() - skipped):
            problem, remedy = resources[resource], f"mend it, or add it with its reason to {SKIPS.name}"
            yield Fault(resource, problem, remedy, f"checkov {check}", (variant,))
        for resource in sorted(skipped - resources.keys()):
            problem, remedy = "is skipped and has no such fault", f"take it out of {SKIPS.name}"
            yield Fault(resource, problem, remedy, f"checkov {check}", (variant,))


# Findings of parliament that are about its age, not about the policy.
_UNKNOWN_TO_PARLIAMENT = {"codeconnections:UseConnection", "lambda:GetFunctionRecursionConfig"}


def parliament(stacks):
    """What parliament finds in the policies of the roles."""
    from parliament import analyze_policy_string

    seen = set()
    for stack in stacks:
        for role, name, document in role_policies(stack):
            text = json.dumps(concrete(document, stack))
            if (role, text) in seen:
                continue
            seen.add((role, text))
            for finding in analyze_policy_string(text).findings:
                if finding.issue == "UNKNOWN_ACTION" and any(one in str(finding) for one in _UNKNOWN_TO_PARLIAMENT):
                    continue
                yield Fault(
                    role, f"has in its policy {name} {finding.issue}: {finding.detail}",
                    "name actions, resources and conditions that fit each other", "parliament", (stack.variant,)
                )


RISKS = (
    "allows_privilege_escalation", "permissions_management_without_constraints", "allows_data_exfiltration_actions",
    "credentials_exposure", "service_wildcard",
)


def cloudsplaining(stacks):
    """What cloudsplaining calls a risk in the policies of the roles."""
    from cloudsplaining.scan.policy_document import PolicyDocument

    seen = set()
    for stack in stacks:
        for role, name, document in role_policies(stack):
            text = json.dumps(concrete(document, stack))
            if (role, text) in seen:
                continue
            seen.add((role, text))
            policy = PolicyDocument(json.loads(text))
            for risk in RISKS:
                found = getattr(policy, risk)
                if found:
                    yield Fault(
                        role, f"has in its policy {name} {risk.replace('_', ' ')}: {found}",
                        "name the resources, or take the actions away", "cloudsplaining", (stack.variant,)
                    )


def concrete(document, stack):
    """The policy with ARNs where the template has references, for readers that know ARNs only."""
    region, account = stack.pseudo["AWS::Region"], stack.pseudo["AWS::AccountId"]
    arns = {
        "${Table.Arn}": f"arn:aws:dynamodb:{region}:{account}:table/hallskar-Table-1",
        "${Table.StreamArn}": f"arn:aws:dynamodb:{region}:{account}:table/hallskar-Table-1/stream/2026-01-01T00.00.00.000",
        "${FailureQueue.Arn}": f"arn:aws:sqs:{region}:{account}:hallskar-FailureQueue-1",
        "${DataKey.Arn}": f"arn:aws:kms:{region}:{account}:key/0a1b2c3d-0000-4000-8000-000000000000",
        "${Connection}": f"arn:aws:codeconnections:{region}:{account}:connection/0a1b2c3d-0000-4000-8000-000000000000",
    }
    for resource in stack.resources.values():
        arn = f"${{{resource.name}.Arn}}"
        if resource.type == "AWS::S3::Bucket":
            arns[arn] = f"arn:aws:s3:::hallskar-{resource.name.lower()}-1"
        elif resource.type == "AWS::Logs::LogGroup":
            arns[arn] = f"arn:aws:logs:{region}:{account}:log-group:hallskar-{resource.name}-1:*"
        elif resource.type == "AWS::CodeBuild::Project":
            arns[arn] = f"arn:aws:codebuild:{region}:{account}:project/{resource.name}-1"
        elif resource.type == "AWS::Lambda::Function":
            arns[arn] = f"arn:aws:lambda:{region}:{account}:function:hallskar-{resource.name}-1"
        elif resource.type == "AWS::IAM::Role":
            arns[arn] = f"arn:aws:iam::{account}:role/hallskar-{resource.name}-1"
    arns["${Distribution}"] = "E123456789ABCD"
    arns["${MailConfiguration}"] = "MailConfiguration-1"

    def replaced(value):
        if isinstance(value, list):
            return [replaced(one) for one in value]
        if isinstance(value, dict):
            return {key: replaced(one) for key, one in value.items()}
        if isinstance(value, str):
            for reference, arn in arns.items():
                value = value.replace(reference, arn)
        return value

    return replaced(document)
