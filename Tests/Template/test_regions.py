# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""A Region that does not know a type refuses the choice that needs it in words of ours, and refuses nothing else.

What each Region knows are CloudFormation's own schemas, as cfn-lint has them.
"""

import re

import pytest
from cfnlint.helpers import REGIONS
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

from checks.resolver import Resolver
from checks.rules import Rules
from checks.source import ROOT
from checks.variants import Variant, VARIANTS

NEEDED = VARIANTS[0].parameters
PIPELINE = {"GitHubRepository": "a/b"}
CHOICES = {
    "default": {},
    "budget": {"MonthlyBudget": 25},
    "connection": {**PIPELINE, "PipelineSource": "CodeConnections"},
    "connection-of-yours": {**PIPELINE, "PipelineSource": "CodeConnections", "ConnectionId": "0a1b2c3d-0000-4000-8000-000000000000"},
    "token": {**PIPELINE, "PipelineSource": "GitHubToken", "GitHubSecretName": "github"},
    "sign-in": {"OwnerAccess": "Cognito", "ReadContactInfoKey": "x.zip"},
    "own-key": {"EncryptionKey": "CustomerManaged", "Waf": "true", "Trail": "Data", "OwnerAccess": "Iam", "ReadContactInfoKey": "x.zip"},
}


def unknown(template, region, chosen):
    """The types of a stack that the Region does not know."""
    variant = Variant("x", region, NEEDED | chosen)
    made = Resolver(template, variant.parameters, variant.pseudo).stack("x")
    return {one.type for one in made.resources.values()} - set(PROVIDER_SCHEMA_MANAGER.get_resource_types(region))


@pytest.fixture(scope="module")
def regions(template):
    """Those that have what every stack needs, SES above all: docs/deploying.md."""
    return [region for region in REGIONS if not unknown(template, region, {})]


def test_the_regions_are_those_that_send_mail(regions):
    assert {"eu-north-1", "us-east-1", "eu-central-1"} <= set(regions)
    assert not {"ap-east-1", "eu-south-2", "mx-central-1"} & set(regions)


@pytest.mark.parametrize("choice", CHOICES)
def test_what_a_region_does_not_know_is_refused_beforehand(template, regions, choice):
    chosen = NEEDED | CHOICES[choice]
    for region in regions:
        missing = unknown(template, region, CHOICES[choice])
        said = Rules(template, region, chosen).refusals()
        if choice == "connection-of-yours":
            # CloudFormation makes no connection for it, but where it can't there is none to name.
            missing |= unknown(template, region, CHOICES["connection"])
        assert bool(missing) == bool(said), (region, missing, said)


def lists(rule):
    """Each list of Regions that a rule holds."""
    if isinstance(rule, list):
        return [found for one in rule for found in lists(one)]
    if isinstance(rule, dict):
        return [rule["Fn::Contains"][0]] if "Fn::Contains" in rule else [found for one in rule.values() for found in lists(one)]
    return []


@pytest.mark.parametrize(
    ("rule", "index", "kind"),
    [("BudgetIsKnownHere", 0, "AWS::Budgets::Budget"), ("PipelineIsKnownHere", 0, "AWS::CodeConnections::Connection"),
     ("PipelineIsKnownHere", 1, "AWS::CodePipeline::Webhook")],
)
def test_a_list_has_each_region_that_does_not_know_the_type(template, rule, index, kind):
    """Those too that lack SES today: they may get it before the other."""
    without = sorted(region for region in REGIONS if kind not in PROVIDER_SCHEMA_MANAGER.get_resource_types(region))
    ours = lists(template["Rules"][rule])[index]
    assert ours == sorted(ours)
    # Of AWS's closed partitions cfn-lint knows some, and nobody deploys this there.
    assert [region for region in without if not re.match("us-iso|eu-iso|eusc", region)] == ours


def test_the_page_names_each_region_without_budgets(template):
    page = (ROOT / "docs/options/alarms.md").read_text(encoding="utf-8")
    (paragraph,) = [one for one in page.split("\n\n") if "makes no budgets" in one]
    assert re.findall(r"`([a-z]{2}(?:-[a-z]+)+-[0-9])`", paragraph) == lists(template["Rules"]["BudgetIsKnownHere"])[0]
