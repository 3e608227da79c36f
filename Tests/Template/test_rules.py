# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What a person may fill in: wrong values and wrong combinations are refused, right ones are not."""

import re

import pytest

from checks.rules import Rules
from checks.variants import ACCOUNT, VARIANTS

NEEDED = VARIANTS[0].parameters


SECRET = "hallskar/challenge"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/0a1b2c3d-0000-4000-8000-000000000000"
CERTIFICATE = f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/0a1b2c3d-0000-4000-8000-000000000000"
ACL = f"arn:aws:wafv2:us-east-1:{ACCOUNT}:global/webacl/mine/0a1b2c3d-0000-4000-8000-000000000000"
ZONE = "Z0123456789ABCDEFGHIJ"
TOKEN = {"PipelineSource": "GitHubToken", "GitHubRepository": "a/b"}

# (the rule, what is chosen, in which Region)
REFUSED = [
    ("DomainIsForCloudFront", {"Hosting": "S3Website", "DomainName": "example.com", "CertificateArn": CERTIFICATE}),
    ("DomainIsForCloudFront", {"Hosting": "S3Website", "SiteWebAclArn": ACL}),
    ("DomainIsForCloudFront", {"Hosting": "S3Website", "OwnerAccess": "Cognito", "ReadContactInfoKey": "x.zip"}),
    ("AddressesAreForS3Website", {"AllowedSourceIps": "203.0.113.0/24"}),
    ("DomainHasCertificate", {"DomainName": "example.com"}),
    ("DomainHasCertificate", {"DomainName": "example.com", "HostedZoneId": ZONE}),
    ("DomainHasCertificate", {"DomainName": "example.com", "region": "us-east-1"}),
    ("AlternateNeedsDomain", {"AlternateDomainName": "example.com"}),
    ("AlternateNeedsDomain",
     {"DomainName": "example.com", "AlternateDomainName": "example.com", "CertificateArn": CERTIFICATE}),
    ("ZoneNeedsDomain", {"HostedZoneId": ZONE}),
    ("ChallengeIsWhole", {"ChallengeKind": "turnstile"}),
    ("ChallengeIsWhole", {"ChallengeSecretName": SECRET}),
    ("MailZoneNeedsDomainIdentity", {"MailHostedZoneId": ZONE}),
    ("ReplicasAreElsewhere", {"ReplicaRegion": "eu-north-1"}),
    ("ReplicasAreElsewhere", {"ReplicaRegion": "eu-west-1", "EncryptionKey": "CustomerManaged"}),
    ("SecondReplicaIsElsewhere", {"SecondReplicaRegion": "eu-west-1"}),
    ("SecondReplicaIsElsewhere", {"ReplicaRegion": "eu-west-1", "SecondReplicaRegion": "eu-west-1"}),
    ("SecondReplicaIsElsewhere", {"ReplicaRegion": "eu-west-1", "SecondReplicaRegion": "eu-north-1"}),
    ("SecondReplicaIsElsewhere",
     {"ReplicaRegion": "eu-west-1", "ReplicaKeyArn": KEY, "SecondReplicaRegion": "eu-west-2",
      "EncryptionKey": "CustomerManaged"}),
    *(("VisitorLogsReachTheirBucket", {"VisitorLogs": "true", "region": region})
      for region in ("af-south-1", "ap-east-1", "eu-south-1", "me-south-1")),
    *(("BudgetIsKnownHere", {"MonthlyBudget": 25, "region": region}) for region in ("eu-north-1", "af-south-1", "us-gov-west-1")),
    ("PipelineIsKnownHere", {"PipelineSource": "CodeConnections", "GitHubRepository": "a/b", "region": "eu-south-2"}),
    ("PipelineIsKnownHere", {**TOKEN, "GitHubSecretName": SECRET, "region": "ca-west-1"}),
    ("OwnerAccessHasCode", {"OwnerAccess": "Iam"}),
    ("OneFirewallForTheSite", {"Waf": "true", "SiteWebAclArn": ACL, "region": "us-east-1"}),
    ("PipelineHasRepository", {"PipelineSource": "CodeConnections"}),
    ("TokenOrConnection", {"GitHubSecretName": SECRET}),
    ("TokenOrConnection", TOKEN),
    ("TokenOrConnection", {**TOKEN, "GitHubSecretName": SECRET, "ConnectionId": "0a1b2c3d-0000-4000-8000-000000000000"}),
]


@pytest.mark.parametrize(("rule", "chosen"), REFUSED, ids=lambda value: value if isinstance(value, str) else "-".join(value))
def test_a_wrong_combination_is_refused(template, rule, chosen):
    region = chosen.get("region", "eu-north-1")
    refusals = Rules(template, region, {**NEEDED, **chosen}).refusals()
    assert [name for name, _ in refusals] == [rule]
    assert ";" in refusals[0][1], "says what is wrong; then what to set"


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_a_right_combination_is_not(template, variant):
    assert Rules(template, variant.region, variant.parameters).refusals() == []


def test_a_public_website_logs_its_visitors_anywhere(template):
    assert Rules(template, "eu-south-1", {**NEEDED, "Hosting": "S3Website", "VisitorLogs": "true"}).refusals() == []


def test_every_assertion_refuses_something(template):
    said = {
        text
        for _, chosen in REFUSED
        for _, text in Rules(template, chosen.get("region", "eu-north-1"), {**NEEDED, **chosen}).refusals()
    }
    declared = {one["AssertDescription"] for rule in template["Rules"].values() for one in rule["Assertions"]}
    assert declared - said == set()


# (parameter, what fits, what does not)
VALUES = [
    ("DomainName", ["", "example.com", "www.xn--hallskr-9za.se"], ["https://example.com", "Example.com", "example", "a..b"]),
    ("AllowedOrigins", ["", "https://shop.example.com", "http://localhost:8080"], ["https://a.example/", "*", "a.example"]),
    ("AllowedSourceIps", ["", "203.0.113.0/24", "2001:db8::/32"], ["203.0.113.1", "everybody"]),
    ("MailFromAddress", ["form@example.com", "a.b+c@xn--hallskr-9za.se"], ["", "form", "A <form@example.com>", "å@example.com"]),
    ("MailTo", ["you@example.com"], ["", "you@", "you@example"]),
    ("MailFromName", ["", "Hallskär båtvarv, AB"], ['"x"', "a\nb", "<x>"]),
    ("OwnerEmail", ["you@example.com"], ["", "you"]),
    ("Forms", ["", "{}", '{"a":{"to":["b@example.com"]}}'], ["[]", "{\n}", "yes"]),
    ("Spam", ["", '{"threshold":120}'], ["120"]),
    ("ContentSecurityPolicy", ["", "default-src 'self'"], ["script-src *", "default-src 'self'\r\nX: y"]),
    ("CodeBucket", ["code-of-example"], ["", "Code", "a"]),
    ("AddContactInfoKey", ["site/AddContactInfo-1a2b.zip"], ["", "a b"]),
    ("CertificateArn", ["", CERTIFICATE], [CERTIFICATE.replace("us-east-1", "eu-north-1")]),
    ("ReplicaRegion", ["", "eu-west-1", "us-gov-west-1"], ["Ireland", "eu-west"]),
    ("ReplicaKeyArn", ["", KEY], ["alias/mine"]),
    ("GitHubRepository", ["", "a/b.c"], ["https://github.com/a/b", "a"]),
    ("GitHubBranch", ["main", "release/1.0"], ["", "a b"]),
    ("BuildImage", ["public.ecr.aws/docker/library/swift:6.3-amazonlinux2023"], ["swift:6.3", "swift:6.3-noble"]),
    ("ConnectionId", ["", "0a1b2c3d-0000-4000-8000-000000000000"], ["x"]),
    ("SiteWebAclArn", ["", ACL], [ACL.replace("global", "regional")]),
    ("HostedZoneId", ["", ZONE], ["example.com"]),
    ("ChallengeSecretName", ["", SECRET], ["arn:aws:secretsmanager:eu-north-1:1:secret:x"]),
    ("AlertWebhookSecretName", ["", SECRET], ["arn:aws:secretsmanager:eu-north-1:1:secret:x"]),
    ("AlertWebhookSecretVersion", ["", "11111111-2222-4333-8444-555555555555"], ["AWSCURRENT"]),
    ("ChallengeSecretVersion", ["", "11111111-2222-4333-8444-555555555555"], ["AWSCURRENT"]),
]


@pytest.mark.parametrize(("name", "right", "wrong"), VALUES, ids=lambda value: value if isinstance(value, str) else "")
def test_a_pattern_takes_what_fits_and_nothing_else(template, name, right, wrong):
    pattern = re.compile(template["Parameters"][name]["AllowedPattern"])
    # CloudFormation matches the whole value.
    assert [value for value in right if not pattern.fullmatch(value)] == []
    assert [value for value in wrong if pattern.fullmatch(value)] == []


def test_every_default_fits_its_own_pattern(template):
    for name, declared in template["Parameters"].items():
        default = str(declared.get("Default", ""))
        if "Default" in declared and "AllowedPattern" in declared:
            assert re.fullmatch(declared["AllowedPattern"], default), name
        if "Default" in declared and "AllowedValues" in declared:
            assert default in [str(value) for value in declared["AllowedValues"]], name
        if "Default" in declared and "MinValue" in declared:
            assert declared["MinValue"] <= int(default) <= declared["MaxValue"], name
