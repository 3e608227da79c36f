# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The choices of parameters that every check is made with. Together they take every branch of every condition."""

from dataclasses import dataclass

ACCOUNT = "123456789012"
STACK_NAME = "hallskar"
STACK_ID = "2f6c1b7a-9d3e-4b58-8c21-5e0f7a94d613"

# What has no default, as a person would fill it in.
_NEEDED = {
    "MailFromAddress": "form@example.com",
    "MailTo": "owner@example.com,partner@example.com",
    "OwnerEmail": "owner@example.com",
    "CodeBucket": "code-of-example",
    "AddContactInfoKey": "hallskar/AddContactInfo-1.zip",
    "SendContactInfoEmailKey": "hallskar/SendContactInfoEmail-1.zip",
}
_KEY = f"arn:aws:kms:{{}}:{ACCOUNT}:key/0a1b2c3d-0000-4000-8000-000000000000"
_VERSION = "11111111-2222-4333-8444-555555555555"


@dataclass(frozen=True)
class Variant:
    name: str
    region: str
    parameters: dict

    @property
    def pseudo(self):
        return {
            "AWS::AccountId": ACCOUNT,
            "AWS::Partition": "aws",
            "AWS::Region": self.region,
            "AWS::StackName": STACK_NAME,
            "AWS::StackId": f"arn:aws:cloudformation:{self.region}:{ACCOUNT}:stack/{STACK_NAME}/{STACK_ID}",
            "AWS::URLSuffix": "amazonaws.com",
        }


def _variant(name, region, **parameters):
    return Variant(name, region, _NEEDED | parameters)


VARIANTS = [
    # As it comes.
    _variant("default", "eu-north-1"),
    # The owner's base: a public website and nothing else.
    _variant("website", "eu-west-1", Hosting="S3Website", Alarms="false", Dashboard="false", ApiLoggingRole="Existing"),
    # The public website, with all that goes with it.
    _variant(
        "website-guarded",
        "eu-west-1",
        Hosting="S3Website",
        AllowedSourceIps="203.0.113.0/24,2001:db8::/32",
        AllowedOrigins="https://shop.example.com,https://www.example.com",
        Language="sv",
        EncryptionKey="CustomerManaged",
        Waf="true",
        Trail="Management",
        VisitorLogs="true",
        OwnerAccess="Iam",
        ReadContactInfoKey="hallskar/ReadContactInfo-1.zip",
        PipelineSource="GitHubToken",
        GitHubRepository="example/site",
        GitHubSecretName="hallskar-github",
    ),
    # Everything that can be had at once, in the Region that has it all.
    _variant(
        "everything",
        "us-east-1",
        DomainName="www.example.com",
        AlternateDomainName="example.com",
        HostedZoneId="Z0123456789ABCDEFGHIJ",
        PriceClass="PriceClass_All",
        AllowedOrigins="https://shop.example.com",
        Language="sv",
        Forms='{"offert":{"to":["sales@example.com"]}}',
        Spam='{"threshold":120}',
        ChallengeKind="turnstile",
        ChallengeSecretName="hallskar-challenge",
        ChallengeSecretVersion=_VERSION,
        MailFromName="Verkstaden",
        FormRecipients="sales@example.com",
        MailIdentity="Domain",
        MailHostedZoneId="Z0123456789ABCDEFGHIJ",
        EncryptionKey="CustomerManaged",
        Tracing="true",
        AddContactInfoConcurrency=100,
        SendContactInfoEmailConcurrency=10,
        WarmWriteUnits=20000,
        BodyKilobytes=32,
        ReplicaRegion="eu-north-1",
        ReplicaKeyArn=_KEY.format("eu-north-1"),
        SecondReplicaRegion="ap-southeast-2",
        SecondReplicaKeyArn=_KEY.format("ap-southeast-2"),
        OwnerAccess="Cognito",
        ReadContactInfoKey="hallskar/ReadContactInfo-1.zip",
        Waf="true",
        PipelineSource="GitHubToken",
        GitHubRepository="example/site",
        GitHubSecretName="hallskar-github",
        GitHubSecretVersion=_VERSION,
        AlertWebhookSecretName="hallskar-alerts",
        AlertWebhookSecretVersion=_VERSION,
        MonthlyBudget=25,
        Trail="Data",
        VisitorLogs="true",
    ),
    # A distribution from another Region: what must be in us-east-1 is brought along.
    _variant(
        "abroad",
        "eu-north-1",
        DomainName="example.com",
        CertificateArn=f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/0a1b2c3d-0000-4000-8000-000000000000",
        SiteWebAclArn=(
            f"arn:aws:wafv2:us-east-1:{ACCOUNT}:global/webacl/mine/0a1b2c3d-0000-4000-8000-000000000000"
        ),
        ContentSecurityPolicy="default-src 'self'; img-src *",
        AlertWebhookSecretName="hallskar-alerts",
        ChallengeKind="hcaptcha",
        ChallengeSecretName="hallskar-challenge",
        MailIdentity="Existing",
        Architecture="x86_64",
        Waf="true",
        DeletionProtection="false",
        ReplicaRegion="eu-west-1",
        OwnerAccess="Iam",
        ReadContactInfoKey="hallskar/ReadContactInfo-1.zip",
        PipelineSource="CodeConnections",
        GitHubRepository="example/site",
    ),
    # Signing in without an own name, and a connection that is there already.
    _variant(
        "signed-in",
        "eu-north-1",
        MailIdentity="Domain",
        OwnerAccess="Cognito",
        OwnerMfa="OPTIONAL",
        ReadContactInfoKey="hallskar/ReadContactInfo-1.zip",
        PipelineSource="CodeConnections",
        GitHubRepository="example/site",
        ConnectionId="0a1b2c3d-0000-4000-8000-000000000000",
        Trail="Management",
    ),
    # An own key without alarms and a pipeline; the firewall on the distribution, without an own name.
    _variant(
        "own-key",
        "us-east-1",
        Language="sv",
        EncryptionKey="CustomerManaged",
        Waf="true",
        Alarms="false",
        AllowedOrigins="https://shop.example.com",
        ChallengeKind="hcaptcha",
        ChallengeSecretName="hallskar-challenge",
    ),
]
