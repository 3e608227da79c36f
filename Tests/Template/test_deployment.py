# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""A deployment of the API is made anew whenever what it pictures has changed, and only then."""

import copy
import re

import pytest

from checks.__main__ import own_faults
from checks.source import DEPLOYMENT, api_hash, load, renamed


def deployments(template):
    return sorted(name for name in template["Resources"] if DEPLOYMENT.match(name))


def changed(text, name, what):
    """The template's text with one line of a resource changed."""
    start = text.index(f"\n  {name}:\n")
    before, after = text[:start], text[start:]
    assert what[0] in after
    return before + after.replace(what[0], what[1], 1)


# A resource that a deployment pictures, and a change to it.
PICTURED = [
    ("Api", ("BinaryMediaTypes: ['*/*']", "BinaryMediaTypes: [image/png]")),
    ("ContactResource", ("PathPart: contact", "PathPart: kontakt")),
    ("ContactPost", ("TimeoutInMillis: 15000", "TimeoutInMillis: 14000")),
    ("AuditGet", ("HttpMethod: GET", "HttpMethod: PUT")),
    ("OwnerAuthorizer", ("Name: owner", "Name: owners")),
    ("TooManyRequests", ("'429'", "'430'")),
]


@pytest.mark.parametrize(("name", "what"), PICTURED, ids=lambda value: value if isinstance(value, str) else "")
def test_a_change_of_the_api_makes_every_deployment_anew(text, name, what):
    mutant = changed(text, name, what)
    assert any("scripts/check-template --rename" in fault.remedy for fault in own_faults(load(mutant), 32))
    mended = renamed(mutant)
    before, after = deployments(load(text)), deployments(load(mended))
    assert len(before) == len(after) == 6
    assert not set(before) & set(after)
    assert own_faults(load(mended), 32) == []


def test_every_method_is_pictured(template):
    """Whichever method is changed, the hash is another."""
    now = api_hash(template)
    methods = [name for name, one in template["Resources"].items() if one["Type"] == "AWS::ApiGateway::Method"]
    assert len(methods) == 18
    for name in methods:
        mutant = copy.deepcopy(template)
        mutant["Resources"][name]["Properties"]["HttpMethod"] = "HEAD"
        assert api_hash(mutant) != now, name


@pytest.mark.parametrize(
    "what", [("MemorySize: !Ref MemorySize", "MemorySize: 512"), ("rate(5 minutes)", "rate(10 minutes)"),
             ("ThrottlingRateLimit: !Ref ApiRate", "ThrottlingRateLimit: 1")]
)
def test_a_change_elsewhere_leaves_the_deployments_alone(text, what):
    assert deployments(load(renamed(text.replace(*what)))) == deployments(load(text))


def test_renaming_what_is_true_changes_nothing(text):
    assert renamed(text) == text


def test_each_way_of_owner_access_and_each_language_shows_a_deployment_of_its_own(stacks):
    """Otherwise a change of OwnerAccess would add routes that are never live, and one of Language words that are never heard."""
    shown = {}
    for stack in stacks.values():
        name = re.match(r"\$\{(\w+?)[0-9a-f]{8}\}", stack["Stage"].get("DeploymentId"))[1]
        shown.setdefault((stack.parameters["OwnerAccess"], stack.parameters["Language"]), set()).add(name)
    assert shown == {
        ("None", "en"): {"PublicDeployment"}, ("None", "sv"): {"SwedishPublicDeployment"},
        ("Cognito", "en"): {"CognitoDeployment"}, ("Cognito", "sv"): {"SwedishCognitoDeployment"},
        ("Iam", "en"): {"IamDeployment"}, ("Iam", "sv"): {"SwedishIamDeployment"},
    }
