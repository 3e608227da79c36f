# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Faults to seed in the template, one at a time, and who must say so: the resource that is named, and the statement.

Paths are of the template's resources, without "Properties": "Table/BillingMode". Other sections begin with @.
"""

import copy
import json
import pickle
from dataclasses import dataclass

from checks.source import DEPLOYMENT

_ATTRIBUTES = {"Type", "Condition", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "Metadata"}


@dataclass(frozen=True)
class Mutation:
    title: str
    edit: callable
    # What the fault must name.
    resource: str
    # Who must find it: the number of a statement, or a tool.
    by: object

    def of(self, template):
        # A copy of all of it, and some ten times as fast as copy.deepcopy.
        mutant = pickle.loads(pickle.dumps(template))
        self.edit(mutant)
        assert mutant != template, f"{self.title}: changes nothing"
        return mutant

    @property
    def source(self):
        return f"statement {self.by}" if isinstance(self.by, int) else self.by


def _steps(path):
    first, *rest = path.split("/")
    if first.startswith("@"):
        return [first[1:], *rest]
    if rest and rest[0] in _ATTRIBUTES:
        return ["Resources", first, *rest]
    return ["Resources", first, "Properties", *rest] if rest else ["Resources", first]


def _at(template, path):
    value = template
    *steps, last = _steps(path)
    for step in steps:
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value, int(last) if isinstance(value, list) else last


def put(path, new):
    """Sets what is at the path; a function gets what is there."""

    def edit(template):
        holder, key = _at(template, path)
        if callable(new):
            holder[key] = new(holder[key])
        else:
            holder[key] = new

    return edit


def drop(*paths):
    def edit(template):
        for path in paths:
            holder, key = _at(template, path)
            del holder[key]

    return edit


def add(path, item):
    return put(path, lambda there: [*there, item])


def without(path, item):
    return put(path, lambda there: [one for one in there if one != item])


def within(path, old, new):
    """Replaces a text inside what is at the path."""

    def replaced(there):
        text = json.dumps(there)
        assert json.dumps(old)[1:-1] in text, (path, old)
        return json.loads(text.replace(json.dumps(old)[1:-1], json.dumps(new)[1:-1]))

    return put(path, replaced)


def both(*edits):
    def edit(template):
        for one in edits:
            one(template)

    return edit


def gone(*names):
    """Removes resources, and their names from every DependsOn."""

    def edit(template):
        for name in names:
            del template["Resources"][name]
        for resource in template["Resources"].values():
            waits = resource.get("DependsOn")
            if isinstance(waits, list):
                resource["DependsOn"] = [one for one in waits if one not in names]
            elif waits in names:
                del resource["DependsOn"]

    return edit


def copied(name, new, **properties):
    def edit(template):
        resource = copy.deepcopy(template["Resources"][name])
        resource["Properties"].update(properties)
        template["Resources"][new] = resource

    return edit


_CLOUDFRONT = "SiteBucketPolicy/PolicyDocument/Statement/0/Fn::If/1"
_WEBSITE = "SiteBucketPolicy/PolicyDocument/Statement/0/Fn::If/2"
_LIST = "SiteBucketPolicy/PolicyDocument/Statement/1/Fn::If/1"
_SITE = "Distribution/DistributionConfig/DefaultCacheBehavior"
_API = "Distribution/DistributionConfig/CacheBehaviors/0"
_ORIGINS = "Distribution/DistributionConfig/Origins"
_HEADERS = "SiteHeadersPolicy/ResponseHeadersPolicyConfig/SecurityHeadersConfig"
_INBOX = "Distribution/DistributionConfig/CacheBehaviors/1/Fn::If/1"
_INBOX_HEADERS = "InboxHeadersPolicy/ResponseHeadersPolicyConfig/SecurityHeadersConfig"
_LETS_IN = "DataKey/KeyPolicy/Statement/1"
_CODE = "{}Role/Policies/0/PolicyDocument/Statement"
_PLATFORM = "{}Role/Policies/1/PolicyDocument/Statement"
_LOOK = _CODE.format("SendContactInfoEmail") + "/1"
_SEND = _CODE.format("SendContactInfoEmail") + "/2"
_STREAM = _PLATFORM.format("SendContactInfoEmail") + "/1"
_STAR = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": {"Fn::Sub": "${LogBucket.Arn}/*"}}
_EVENTS = {"Sid": "X", "Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sns:Publish"}
_REF_TABLE = {"Fn::GetAtt": ["Table", "Arn"]}


def M(title, resource, by, *edits):
    return Mutation(title, both(*edits), resource, by)


SHAPE = [
    M("too many resources", "Resources", 3,
      lambda t: t["Resources"].update({f"Topic{n}": {"Type": "AWS::SNS::Topic"} for n in range(420)})),
    M("a plain site that is too large", "Resources", 3, put("AddContactInfoLogs/LogGroupName", "site" + "x" * 60_000)),
    M("a site in CloudFront that is too large", "Resources", 3, put("Distribution/DistributionConfig/Comment", "x" * 60_000)),
    M("a website that is too large", "Resources", 3, put("SiteBucket/WebsiteConfiguration/Fn::If/1/ErrorDocument", "x" * 60_000)),
    M("a secret as a parameter", "GitHubToken", 14,
      put("@Parameters/GitHubToken", {"Type": "String", "Description": "x", "AllowedPattern": "^x$", "Default": "x"})),
    M("a token in the template", "template", 14, put("Api/Description", "ghp_" + "a1B2" * 9)),
    M("a token in clear text in the pipeline", "Pipeline", 14,
      put("Pipeline/Stages/0/Actions/0/Fn::If/1/Configuration/OAuthToken", "abcdef")),
    M("a token without a version", "Pipeline", 14,
      within("Pipeline/Stages/0/Actions/0/Fn::If/1/Configuration/OAuthToken", "${GitHubSecretVersion}", "")),
    M("a webhook's secret in clear text", "PipelineWebhook", 14,
      put("PipelineWebhook/AuthenticationConfiguration/SecretToken", "abcdef")),
    M("a challenge's secret in clear text", "AddContactInfo", 14,
      put("AddContactInfo/Environment/Variables/BREVLADA_CHALLENGE_SECRET/Fn::If/1", "0x4AAAA")),
    M("an output gone", "SiteUrl", 60, drop("@Outputs/SiteUrl")),
    M("a DKIM record that nobody is told of", "DkimRecord2", 60, drop("@Outputs/DkimRecord2")),
    M("an output that is empty", "LogBucketName", 60, put("@Outputs/LogBucketName/Value", "")),
    M("an output that nobody asked for", "Colour", 60, put("@Outputs/Colour", {"Value": "blue"})),
    M("a parameter in no group", "Tracing", 61,
      put("@Metadata/AWS::CloudFormation::Interface/ParameterGroups/3/Parameters", lambda names: names[:-1])),
    M("a parameter that is not described", "Waf", 61, drop("@Parameters/Waf/Description")),
    M("a parameter that takes anything", "GitHubBranch", 61, drop("@Parameters/GitHubBranch/AllowedPattern")),
    M("a number without a bound", "MemorySize", 61, drop("@Parameters/MemorySize/MaxValue")),
    M("a number without a lower bound", "MemorySize", 61, drop("@Parameters/MemorySize/MinValue")),
    M("a pattern that nobody explains", "CodeBucket", 61, drop("@Parameters/CodeBucket/ConstraintDescription")),
    M("a parameter grouped and not declared", "Colour", 61,
      add("@Metadata/AWS::CloudFormation::Interface/ParameterGroups/0/Parameters", "Colour")),
    M("a parameter that nothing uses", "PriceClass", 61,
      put("Distribution/DistributionConfig/PriceClass", "PriceClass_All")),
    M("a condition that decides nothing", "Idle", 61, put("@Conditions/Idle", {"Fn::Equals": ["a", "b"]})),
    M("a mapping that nobody looks up", "Idle", 61, put("@Mappings/Idle", {"a": {"b": "c"}})),
    M("a mapping that lacks a value", "LambdaLogLevel", 61, drop("@Mappings/LambdaLogLevel/trace")),
    M("a mapping for anything", "LambdaLogLevel", 61, drop("@Parameters/LogLevel/AllowedValues")),
    M("a bucket with a fixed name", "SiteBucket", 62, put("SiteBucket/BucketName", "my-site")),
    *(M(f"a fixed name for {type_}", "Named", 62, put("Named", {"Type": f"AWS::{type_}", "Properties": properties}))
      for type_, properties in (
          ("DynamoDB::GlobalTable", {"TableName": "mine"}), ("DynamoDB::Table", {"TableName": "mine"}),
          ("Lambda::Function", {"FunctionName": "mine"}), ("IAM::Role", {"RoleName": "mine"}), ("SQS::Queue", {"QueueName": "mine"}),
          ("SNS::Topic", {"TopicName": "mine"}), ("Logs::LogGroup", {"LogGroupName": "mine"}),
          ("SES::ConfigurationSet", {"Name": "mine"}), ("CloudWatch::Alarm", {"AlarmName": "mine"}),
          ("CloudWatch::Dashboard", {"DashboardName": "mine"}), ("CodePipeline::Pipeline", {"Name": "mine"}),
          ("CodeBuild::Project", {"Name": "mine"}), ("Events::Rule", {"Name": "mine"}), ("CloudTrail::Trail", {"TrailName": "mine"}),
          ("WAFv2::WebACL", {"Name": "mine"}), ("KMS::Alias", {"AliasName": "alias/mine"}),
          ("Cognito::UserPoolDomain", {"Domain": "mine"}),
          ("CloudFront::OriginAccessControl", {"OriginAccessControlConfig": {"Name": "mine"}}),
          ("CloudFront::Function", {"Name": "mine"}),
          ("CloudFront::ResponseHeadersPolicy", {"ResponseHeadersPolicyConfig": {"Name": "mine"}}),
          ("CodeConnections::Connection", {"ConnectionName": "mine"}),
      )),
    M("a changed method without a new deployment", "PublicDeployment", 32,
      put("ContactPost/Integration/TimeoutInMillis", 14000)),
    M("a changed answer without a new deployment", "CognitoDeployment", 32, put("TooManyRequests/StatusCode", "430")),
    M("an API that is never deployed", "Api", 32,
      lambda t: [t["Resources"].pop(name) for name in _deployments(t)], put("Stage/DeploymentId", "x")),
]

PERMISSIONS = [
    M("dynamodb:* in a role", "AddContactInfoRole", 6, put(_CODE.format("AddContactInfo") + "/0/Action", "dynamodb:*")),
    M("every resource in a role", "ReadContactInfoRole", 6, put(_CODE.format("ReadContactInfo") + "/0/Resource", "*")),
    M("a role that two functions share", "SendContactInfoEmail", 7,
      put("SendContactInfoEmail/Role", {"Fn::GetAtt": ["AddContactInfoRole", "Arn"]})),
    M("a role that two builds share", "PublishProject", 7,
      put("PublishProject/ServiceRole", {"Fn::GetAtt": ["BuildRole", "Arn"]})),
    M("a pipeline with a build's role", "BuildProject", 7, put("Pipeline/RoleArn", {"Fn::GetAtt": ["BuildRole", "Arn"]})),
    M("a managed policy", "AddContactInfoRole", 7,
      put("AddContactInfoRole/ManagedPolicyArns", ["arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"])),
    M("AddContactInfo may read", "AddContactInfoRole", 8,
      put(_CODE.format("AddContactInfo") + "/0/Action", ["dynamodb:PutItem", "dynamodb:Scan"])),
    M("AddContactInfo may not write", "AddContactInfoRole", 8, put(_CODE.format("AddContactInfo"), [])),
    M("AddContactInfo is refused to write", "AddContactInfoRole", 8, put(_CODE.format("AddContactInfo") + "/0/Effect", "Deny")),
    M("AddContactInfo may read unasked", "AddContactInfoRole", 8,
      put(_CODE.format("AddContactInfo") + "/1", lambda there: there["Fn::If"][1])),
    M("a used-up challenge that can't be looked up", "AddContactInfoRole", 8, drop(_CODE.format("AddContactInfo") + "/1")),
    M("stream actions on the table", "SendContactInfoEmailRole", 9, put(_STREAM + "/Resource", _REF_TABLE)),
    M("a stream action gone", "SendContactInfoEmailRole", 9,
      put(_STREAM + "/Action", ["dynamodb:DescribeStream", "dynamodb:GetRecords"])),
    *(M(f"no {action}", "SendContactInfoEmailRole", 9, without(_STREAM + "/Action", action))
      for action in ("dynamodb:DescribeStream", "dynamodb:GetRecords")),
    M("a stream for another function", "SendContactInfoEmailRole", 9,
      lambda t: t["Resources"]["AddContactInfoRole"]["Properties"]["Policies"][1]["PolicyDocument"]["Statement"].append(
          t["Resources"]["SendContactInfoEmailRole"]["Properties"]["Policies"][1]["PolicyDocument"]["Statement"].pop(1))),
    M("sending without the configuration set", "SendContactInfoEmailRole", 10, drop(_SEND + "/Resource/1")),
    M("sending without the identities", "SendContactInfoEmailRole", 10, drop(_SEND + "/Resource/0")),
    M("sending with our identity alone", "SendContactInfoEmailRole", 10, within(_SEND, "identity/*", "identity/x")),
    M("sending from any address", "SendContactInfoEmailRole", 10, drop(_SEND + "/Condition/StringEqualsIgnoreCase")),
    M("sending to anybody", "SendContactInfoEmailRole", 10, drop(_SEND + "/Condition/ForAllValues:StringEqualsIgnoreCase")),
    M("capitals that make another domain", "SendContactInfoEmailRole", 10,
      put(_SEND + "/Condition/StringEquals", {"ses:FromAddress": {"Ref": "MailFromAddress"}})),
    M("no right to send", "SendContactInfoEmailRole", 10, drop(_SEND)),
    M("a role that any account's service may assume", "AddContactInfoRole", 11,
      drop("AddContactInfoRole/AssumeRolePolicyDocument/Statement/0/Condition")),
    M("a topic that any account's SES may use", "MailEventTopicPolicy", 11,
      drop("MailEventTopicPolicy/PolicyDocument/Statement/0/Condition")),
    M("a topic that any account's alarms may use", "AlarmTopicPolicy", 11,
      drop("AlarmTopicPolicy/PolicyDocument/Statement/0/Condition")),
    M("a topic that any account's EventBridge may tell of mails", "MailEventTopicPolicy", 11,
      add("MailEventTopicPolicy/PolicyDocument/Statement", {**_EVENTS, "Resource": {"Ref": "MailEventTopic"}})),
    M("a topic that any account's EventBridge may subscribe to", "AlarmTopicPolicy", 11,
      put("AlarmTopicPolicy/PolicyDocument/Statement/1/Fn::If/1/Action", ["sns:Publish", "sns:Subscribe"])),
    M("a permission without a source", "ContactPostPermission", 12, drop("ContactPostPermission/SourceArn")),
    M("a permission for the whole API", "ContactPostPermission", 12,
      put("ContactPostPermission/SourceArn", {"Fn::Sub": "arn:aws:execute-api:eu-north-1:1:${Api}/*/*/*"})),
    M("a permission gone", "FormPost", 12, gone("FormPostPermission")),
    M("a build that may pass roles", "BuildRole", 59,
      add("BuildRole/Policies/0/PolicyDocument/Statement",
          {"Sid": "X", "Effect": "Allow", "Action": "iam:PassRole", "Resource": {"Fn::GetAtt": ["PipelineRole", "Arn"]}})),
    *(M(f"a function that may do {action}", "AddContactInfoRole", 59,
        add(_CODE.format("AddContactInfo"),
            {"Sid": "X", "Effect": "Allow", "Action": action, "Resource": "arn:aws:iam::123456789012:role/x"}))
      for action in ("iam:PassRole", "sts:AssumeRole", "organizations:LeaveOrganization")),
    M("a role that the stack would keep", "PipelineRole", 59,
      add("PipelinePolicy/PolicyDocument/Statement",
          {"Sid": "X", "Effect": "Allow", "Action": "iam:PassRole", "Resource": {"Fn::GetAtt": ["UpdateRole", "Arn"]},
           "Condition": {"StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}}})),
    M("another account in a policy", "BuildRole", 13,
      put("BuildRole/Policies/0/PolicyDocument/Statement/0/Resource", "arn:aws:logs:eu-north-1:999999999999:log-group:x:*")),
    M("a policy that does not say what for", "AddContactInfoRole", 13, drop(_CODE.format("AddContactInfo") + "/0/Sid")),
    M("a log bucket that everybody reads", "LogBucketPolicy", 17,
      add("LogBucketPolicy/PolicyDocument/Statement", _STAR)),
    M("a role that another account may assume", "AddContactInfoRole", 17,
      put("AddContactInfoRole/AssumeRolePolicyDocument/Statement/0/Principal", {"AWS": "arn:aws:iam::999999999999:root"})),
    M("a key for every account", "DataKey", 17, drop(_LETS_IN + "/Condition/StringEquals/kms:CallerAccount")),
    M("a key for everybody, whatever for", "DataKey", 17, drop(_LETS_IN + "/Condition/StringEquals/kms:ViaService")),
    M("a key that everybody may hand on", "DataKey", 17, add(_LETS_IN + "/Action", "kms:CreateGrant")),
    M("a topic policy with every action", "AlarmTopicPolicy", 17,
      put("AlarmTopicPolicy/PolicyDocument/Statement/0/Action", "sns:*")),
]

HOSTING = [
    M("s3:* for everybody", "SiteBucketPolicy", 15, put(_WEBSITE + "/Action", "s3:*")),
    M("the bucket itself for everybody", "SiteBucketPolicy", 15,
      put(_WEBSITE + "/Resource", {"Fn::GetAtt": ["SiteBucket", "Arn"]})),
    M("a website that nobody may read", "SiteBucketPolicy", 15, put(_WEBSITE + "/Effect", "Deny")),
    M("a website that is none", "SiteBucket", 15, drop("SiteBucket/WebsiteConfiguration")),
    M("public access lists", "SiteBucket", 16, put("SiteBucket/PublicAccessBlockConfiguration/BlockPublicAcls", False)),
    M("public access lists that count", "SiteBucket", 16, put("SiteBucket/PublicAccessBlockConfiguration/IgnorePublicAcls", False)),
    M("public policies for artifacts", "ArtifactBucket", 17,
      put("ArtifactBucket/PublicAccessBlockConfiguration/BlockPublicPolicy", False)),
    *(M(f"artifacts with {block} off", "ArtifactBucket", 17, put(f"ArtifactBucket/PublicAccessBlockConfiguration/{block}", False))
      for block in ("BlockPublicAcls", "IgnorePublicAcls")),
    M("public policies behind CloudFront", "SiteBucket", 17,
      put("SiteBucket/PublicAccessBlockConfiguration/RestrictPublicBuckets", False)),
    M("the private bucket open to all", "SiteBucketPolicy", 17, put(_CLOUDFRONT + "/Principal", "*")),
    M("any distribution reads", "SiteBucketPolicy", 17, drop(_CLOUDFRONT + "/Condition")),
    M("CloudFront may write", "SiteBucketPolicy", 17, put(_CLOUDFRONT + "/Action", ["s3:GetObject", "s3:PutObject"])),
    M("missing pages are forbidden", "SiteBucketPolicy", 17, put(_LIST + "/Effect", "Deny")),
    M("no page is read", "SiteBucketPolicy", 17, put(_CLOUDFRONT + "/Effect", "Deny")),
    M("addresses are not heeded", "SiteBucketPolicy", 18, drop(_WEBSITE + "/Condition")),
    M("a private bucket without TLS", "SiteBucket", 19, drop("SiteBucketPolicy/PolicyDocument/Statement/2")),
    *(M(f"TLS not asked for by {key}", "LogBucket", 19, put(f"LogBucketPolicy/PolicyDocument/Statement/0/{key}", value))
      for key, value in (
          ("Effect", "Allow"), ("Principal", {"AWS": {"Ref": "AWS::AccountId"}}), ("Action", "s3:PutObject"),
          ("Resource", {"Fn::GetAtt": ["LogBucket", "Arn"]}),
          ("Condition", {"Bool": {"aws:SecureTransport": "true"}}),
      )),
    M("a queue without TLS", "FailureQueue", 19, gone("FailureQueuePolicy")),
    M("a bucket that is not encrypted", "LogBucket", 20, drop("LogBucket/BucketEncryption")),
    M("a bucket without versions", "SiteBucket", 20, put("SiteBucket/VersioningConfiguration/Status", "Suspended")),
    M("a log that CloudFront's ACL locks", "LogBucket", 20,
      put("LogBucket/OwnershipControls/Rules/0/ObjectOwnership", "BucketOwnerEnforced")),
    M("a site that takes ACLs", "SiteBucket", 20,
      put("SiteBucket/OwnershipControls/Rules/0/ObjectOwnership", "BucketOwnerPreferred")),
    M("broken uploads kept", "SiteBucket", 20,
      drop("SiteBucket/LifecycleConfiguration/Rules/0/AbortIncompleteMultipartUpload")),
    M("old versions kept", "LogBucket", 20,
      drop("LogBucket/LifecycleConfiguration/Rules/0/NoncurrentVersionExpiration")),
    M("logs kept for a hundred years", "LogBucket", 20, put("LogBucket/LifecycleConfiguration/Rules/0/ExpirationInDays", 36_500)),
    M("logs kept for years when they are gone", "LogBucket", 20,
      put("LogBucket/LifecycleConfiguration/Rules/0/NoncurrentVersionExpiration/NoncurrentDays", 1000)),
    M("logs kept but for some", "LogBucket", 20, put("LogBucket/LifecycleConfiguration/Rules/0/Prefix", "s3/")),
    M("what was replaced on the site kept for years", "SiteBucket", 20,
      put("SiteBucket/LifecycleConfiguration/Rules/0/NoncurrentVersionExpiration/NoncurrentDays", 30_000)),
    M("a site that forgets its pages", "SiteBucket", 20, put("SiteBucket/LifecycleConfiguration/Rules/0/ExpirationInDays", 30)),
    M("a rule that is off", "ArtifactBucket", 20, put("ArtifactBucket/LifecycleConfiguration/Rules/0/Status", "Disabled")),
    M("a bucket that nobody knows", "Another", 20, copied("LogBucket", "Another")),
    M("cookies logged", "Distribution", 20, put("Distribution/DistributionConfig/Logging/Fn::If/1/IncludeCookies", True)),
    M("visits logged elsewhere", "Distribution", 20,
      put("Distribution/DistributionConfig/Logging/Fn::If/1/Bucket", "logs.example.com.s3.amazonaws.com")),
    M("visits logged unasked", "Distribution", 20, put("Distribution/DistributionConfig/Logging", lambda there: there["Fn::If"][1])),
    M("a bucket that is not logged", "ArtifactBucket", 20, drop("ArtifactBucket/LoggingConfiguration")),
    M("a bucket that logs into itself", "ArtifactBucket", 20, drop("ArtifactBucket/LoggingConfiguration/DestinationBucketName")),
    M("visitors logged unasked", "SiteBucket", 20,
      put("SiteBucket/LoggingConfiguration", {"DestinationBucketName": {"Ref": "LogBucket"}})),
    M("a bucket that goes with the stack", "SiteBucket", 20, drop("SiteBucket/DeletionPolicy")),
    M("a bucket that goes when it is replaced", "SiteBucket", 20, drop("SiteBucket/UpdateReplacePolicy")),
    M("requests to the bucket unsigned", "SiteAccessControl", 21,
      put("SiteAccessControl/OriginAccessControlConfig/SigningBehavior", "never")),
    *(M(f"requests signed by another {key}", "SiteAccessControl", 21,
        put(f"SiteAccessControl/OriginAccessControlConfig/{key}", value))
      for key, value in (("OriginAccessControlOriginType", "lambda"), ("SigningProtocol", "sigv3"))),
    M("an origin without access control", "Distribution", 21, drop(_ORIGINS + "/0/OriginAccessControlId")),
    M("a bucket name that redirects", "Distribution", 21,
      put(_ORIGINS + "/0/DomainName", {"Fn::GetAtt": ["SiteBucket", "DomainName"]})),
    M("the API without TLS", "Distribution", 21,
      put(_ORIGINS + "/1/CustomOriginConfig/OriginProtocolPolicy", "match-viewer")),
    M("no distribution", "Distribution", 22, put("Distribution/Condition", "HasDomain"),
      put("@Outputs/DistributionId/Condition", "HasDomain"), put("@Outputs/DistributionDomainName/Condition", "HasDomain"),
      lambda t: _without_references(t, "Distribution")),
    M("HTTP/1 and 2 only", "Distribution", 22, put("Distribution/DistributionConfig/HttpVersion", "http2")),
    *(M(f"a distribution without {key}", "Distribution", 22, put(f"Distribution/DistributionConfig/{key}", False))
      for key in ("IPV6Enabled", "Enabled")),
    M("old TLS", "Distribution", 22,
      put("Distribution/DistributionConfig/ViewerCertificate/Fn::If/1/MinimumProtocolVersion", "TLSv1.1_2016")),
    M("an address of its own for TLS", "Distribution", 22,
      put("Distribution/DistributionConfig/ViewerCertificate/Fn::If/1/SslSupportMethod", "vip")),
    M("pages over plain HTTP", "Distribution", 22, put(_SITE + "/ViewerProtocolPolicy", "allow-all")),
    M("the API is cached", "Distribution", 22, put(_API + "/CachePolicyId", "658327ea-f89d-4fab-a63d-7e88639e58f6")),
    M("pages are not compressed", "Distribution", 22, put(_SITE + "/Compress", False)),
    M("the API is not on the site", "Distribution", 22, put("Distribution/DistributionConfig/CacheBehaviors", [])),
    M("no post gets through", "Distribution", 22, put(_API + "/AllowedMethods", ["GET", "HEAD"])),
    M("the site's Host goes to the API", "Distribution", 22,
      put(_API + "/OriginRequestPolicyId", "216adef6-5c7f-47e4-b989-5492eafa07d3")),
    M("a stage before the path", "Distribution", 22, put(_ORIGINS + "/1/OriginPath", "/prod")),
    M("a certificate where CloudFront does not look", "Certificate", 22, put("Certificate/Condition", "HasDomain"),
      put("Certificate/DomainValidationOptions", []),),
    M("no security headers", "Distribution", 23, drop(_SITE + "/ResponseHeadersPolicyId")),
    M("no security headers of the gateway's answers", "Distribution", 23, drop(_API + "/ResponseHeadersPolicyId")),
    M("HSTS of a day", "SiteHeadersPolicy", 23,
      put(_HEADERS + "/StrictTransportSecurity/AccessControlMaxAgeSec", 86400)),
    M("browsers guess types", "SiteHeadersPolicy", 23, drop(_HEADERS + "/ContentTypeOptions")),
    M("others may frame the site", "SiteHeadersPolicy", 23, drop(_HEADERS + "/FrameOptions")),
    M("no referrer policy", "SiteHeadersPolicy", 23, drop(_HEADERS + "/ReferrerPolicy")),
    M("an own policy not heeded", "SiteHeadersPolicy", 23,
      put(_HEADERS + "/ContentSecurityPolicy/ContentSecurityPolicy/Fn::If/1", "default-src *"),
      put("SiteBucket/Tags", [{"Key": "x", "Value": {"Ref": "ContentSecurityPolicy"}}])),
    M("a header that a file of the site may have otherwise", "SiteHeadersPolicy", 23,
      put(_HEADERS + "/FrameOptions/Override", False)),
    M("scripts from anywhere", "SiteHeadersPolicy", 23, within(_HEADERS, "script-src 'self'", "script-src *")),
    *(M(f"another {directive}", "SiteHeadersPolicy", 23, within(_HEADERS, f"{directive} '{value}'", f"{directive} *"))
      for directive, value in (
          ("default-src", "none"), ("frame-src", "self"), ("style-src", "self"), ("connect-src", "self"), ("form-action", "self"),
          ("base-uri", "none"), ("frame-ancestors", "self"),
      )),
    M("a challenge that another one's visitors get", "SiteHeadersPolicy", 23, put("@Conditions/IsTurnstile/Fn::Equals/1", "hcaptcha")),
    M("the sign-in can't be reached", "InboxHeadersPolicy", 23, within(_INBOX_HEADERS, "amazoncognito.com", "example.com")),
    M("the site's policy on the owner's page", "Distribution", 23, put(_INBOX + "/ResponseHeadersPolicyId", {"Ref": "SiteHeadersPolicy"})),
    M("no policy for the owner's page", "Distribution", 23, drop("Distribution/DistributionConfig/CacheBehaviors/1")),
    M("an owner's page without its index", "Distribution", 23, drop(_INBOX + "/FunctionAssociations")),
    M("an owner's page from the API", "Distribution", 23, put(_INBOX + "/TargetOriginId", "api")),
    M("an owner's page that takes posts", "Distribution", 23, add(_INBOX + "/AllowedMethods", "POST")),
    M("the site frames the inbox", "InboxHeadersPolicy", 23, put(_INBOX_HEADERS + "/FrameOptions/FrameOption", "SAMEORIGIN")),
    M("searches told to others", "InboxHeadersPolicy", 23,
      put(_INBOX_HEADERS + "/ReferrerPolicy/ReferrerPolicy", "strict-origin-when-cross-origin")),
    M("an inbox without HSTS", "InboxHeadersPolicy", 23, drop(_INBOX_HEADERS + "/StrictTransportSecurity")),
    M("an inbox whose types are guessed", "InboxHeadersPolicy", 23, drop(_INBOX_HEADERS + "/ContentTypeOptions")),
    M("an inbox that may use the camera", "InboxHeadersPolicy", 23,
      drop("InboxHeadersPolicy/ResponseHeadersPolicyConfig/CustomHeadersConfig")),
    M("a website without a 404 page", "SiteBucket", 24, drop("SiteBucket/WebsiteConfiguration/Fn::If/1/ErrorDocument")),
    M("folders without an index", "Distribution", 24, put(_SITE + "/FunctionAssociations", [])),
    M("a size that nobody checks", "Distribution", 24,
      put(_API + "/FunctionAssociations/0/EventType", "viewer-response")),
    M("no 404 page", "Distribution", 24, put("Distribution/DistributionConfig/CustomErrorResponses", [])),
    M("the API's 403 replaced", "Distribution", 24,
      add("Distribution/DistributionConfig/CustomErrorResponses",
          {"ErrorCode": 403, "ResponseCode": 404, "ResponsePagePath": "/404.html"})),
    M("a function at the edge in draft", "SiteRequestFunction", 24, put("SiteRequestFunction/AutoPublish", False)),
    M("the old runtime at the edge", "ApiRequestFunction", 24,
      put("ApiRequestFunction/FunctionConfig/Runtime", "cloudfront-js-1.0")),
    M("a variable not filled in at the edge", "ApiRequestFunction", 24,
      within("ApiRequestFunction/FunctionCode", "${BodyKilobytes}", "${!Limit}")),
    M("an alias gone", "Distribution", 25, drop("Distribution/DistributionConfig/Aliases/Fn::If/1/1")),
    M("no IPv6 record", "SiteRecords", 25, drop("SiteRecords/RecordSets/1")),
    M("no IPv4 record", "SiteRecords", 25, drop("SiteRecords/RecordSets/0")),
    M("a name that the certificate does not cover", "Certificate", 25, drop("Certificate/SubjectAlternativeNames")),
]


def _without_references(template, name):
    """Takes a resource's name out of everything, as far as it takes for the rest to resolve."""
    text = json.dumps(template["Resources"])
    text = text.replace(json.dumps({"Fn::GetAtt": [name, "DomainName"]}), '"d.cloudfront.net"')
    text = text.replace(f"${{{name}.DomainName}}", "d.cloudfront.net").replace(f"${{{name}}}", "E1")
    text = text.replace(json.dumps({"Ref": name}), '"E1"')
    template["Resources"] = json.loads(text)
    outputs = json.dumps(template["Outputs"]).replace(f"${{{name}.DomainName}}", "d.cloudfront.net")
    template["Outputs"] = json.loads(outputs)


_FORMAT = "Stage/AccessLogSetting/Format"
_ANSWER = {
    "ok": False, "success": False, "error": "Not found", "message": "There is no such form.",
    "errors": [{"code": "NOT_FOUND", "message": "There is no such form."}],
}
_SUBMISSIONS = "SubmissionsGet"

API = [
    M("a route gone", "Api", 26, gone("FormPost", "FormPostPermission")),
    M("a mock instead of the function", "ContactPost", 26, put("ContactPost/Integration/Type", "MOCK")),
    M("Lambda called with GET", "ContactPost", 26, put("ContactPost/Integration/IntegrationHttpMethod", "GET")),
    M("a function of elsewhere", "ContactPost", 26,
      put("ContactPost/Integration/Uri", "arn:aws:apigateway:eu-north-1:lambda:path/2015-03-31/functions/x/invocations")),
    M("an integration of 40 seconds", "ContactPost", 26, put("ContactPost/Integration/TimeoutInMillis", 40_000)),
    M("a gateway that gives up first", "ContactPost", 26, put("AddContactInfo/Timeout", 20)),
    M("a form read by the owner's function", "AuditGet", 26,
      within("AuditGet/Integration/Uri", "ReadContactInfo", "AddContactInfo")),
    M("bodies as text", "Api", 26, drop("Api/BinaryMediaTypes")),
    M("ANY on a public route", "ContactGet", 27, put("ContactGet/HttpMethod", "ANY")),
    M("no preflight", "Api", 28, gone("ContactOptions", "ContactOptionsPermission")),
    M("no page of the form", "Api", 28, gone("ContactGet", "ContactGetPermission")),
    M("CloudFront's name unknown beside an own one", "AddContactInfo", 28,
      put("AddContactInfo/Environment/Variables/BREVLADA_ORIGINS", lambda there: there["Fn::If"][2])),
    M("origins that the function does not know", "AddContactInfo", 28,
      put("AddContactInfo/Environment/Variables/BREVLADA_ORIGINS", "*")),
    M("another site's address", "AddContactInfo", 28,
      put("AddContactInfo/Environment/Variables/BREVLADA_SITE_URL", "https://elsewhere.example")),
    M("credentials with *", "Api", 28,
      put("TooManyRequests/ResponseParameters/gatewayresponse.header.Access-Control-Allow-Credentials", "'true'")),
    M("AWS's own words for a throttled request", "Api", 29, gone("TooManyRequests")),
    *(M(f"AWS's own words for {name}", "Api", 29, gone(name))
      for name in ("OtherClientErrors", "NotSignedIn", "NotAllowed", "StoppedByFirewall")),
    M("another status", "BodyTooLarge", 29, put("BodyTooLarge/StatusCode", "400")),
    M("an error without CORS", "OtherServerErrors", 29,
      drop("OtherServerErrors/ResponseParameters/gatewayresponse.header.Access-Control-Allow-Origin")),
    M("no word of when to try again", "TooManyRequests", 29,
      drop("TooManyRequests/ResponseParameters/gatewayresponse.header.Retry-After")),
    M("no word of when the service is back", "OtherServerErrors", 29,
      drop("OtherServerErrors/ResponseParameters/gatewayresponse.header.Retry-After")),
    M("an error that is no JSON", "NoSuchRoute", 29, put("NoSuchRoute/ResponseTemplates", {"application/json": "{"})),
    M("an error in another shape", "NoSuchRoute", 29,
      put("NoSuchRoute/ResponseTemplates", {"application/json": '{"message":"no"}'})),
    *(M(f"an error with {part}", "NoSuchRoute", 29,
        put("NoSuchRoute/ResponseTemplates", {"application/json": json.dumps({**_ANSWER, **part})}))
      for part in (
          {"ok": True}, {"success": True}, {"error": 404}, {"message": "", "errors": [{"code": "NOT_FOUND", "message": ""}]},
          {"errors": [{"code": "", "message": "There is no such form."}]}, {"errors": [{"code": "NOT_FOUND", "message": "No."}]},
      )),
    M("another stage", "Stage", 31, put("Stage/StageName", "prod")),
    M("a stage without throttling", "Stage", 31, drop("Stage/MethodSettings/0/ThrottlingRateLimit")),
    M("a stage that takes any burst", "Stage", 31, drop("Stage/MethodSettings/0/ThrottlingBurstLimit")),
    M("a form without throttling", "Stage", 31, drop("Stage/MethodSettings/2")),
    M("another deployment on the stage", "Stage", 32, put("Stage/DeploymentId", "abc123")),
    M("a deployment that does not wait for a method", "PublicDeployment", 32, lambda t: _waits(t).remove("FormPost")),
    M("a deployment that waits for what is not made", "PublicDeployment", 32, lambda t: _waits(t).append("AuditGet")),
    M("no access log", "Stage", 33, drop("Stage/AccessLogSetting/DestinationArn")),
    M("an access log that is no JSON", "Stage", 33, within(_FORMAT, '"$context.requestId"', "$context.requestId,")),
    M("an access log without a status", "Stage", 33, within(_FORMAT, '"status"', '"state"')),
    *(M(f"an access log without {key}", "Stage", 33, within(_FORMAT, f'"{key}"', '"other"')) for key in ("requestId", "time")),
    M("an access log of several lines", "Stage", 33, within(_FORMAT, '"time"', '\n"time"')),
    M("addresses in the access log", "Stage", 33, within(_FORMAT, "$context.httpMethod", "$context.identity.sourceIp")),
    M("bodies in the log", "Stage", 33, put("Stage/MethodSettings/1/DataTraceEnabled", True)),
    M("no logging role", "ApiAccount", 34, put("ApiAccount/Condition", "HasCognito"),
      put("Stage/Metadata/WaitsFor", "")),
    M("a logging role that goes with the stack", "ApiAccount", 34, drop("ApiAccount/DeletionPolicy")),
    M("a logging role that goes when it is replaced", "ApiAccount", 34, drop("ApiAccount/UpdateReplacePolicy")),
    M("a role for logs that goes with the stack", "ApiLoggingRoleForAccount", 34,
      drop("ApiLoggingRoleForAccount/DeletionPolicy")),
    M("a stage that does not wait for it", "Stage", 34, put("Stage/Metadata/WaitsFor", "")),
    M("an owner's route gone", "Api", 35, gone("AuditGet", "AuditGetPermission")),
    M("an owner's route that is always there", "Leak", 35,
      copied("ContactGet", "Leak", ResourceId={"Ref": "FormsResource"})),
    M("an owner's route that is open", _SUBMISSIONS, 35, put("SubmissionsGet/AuthorizationType", "NONE")),
    M("an owner's route without an authorizer", "AuditGet", 35, drop("AuditGet/AuthorizerId")),
    M("an authorizer beside IAM", "AuditGet", 35, put("AuditGet/AuthorizerId/Fn::If/2", "abc")),
    M("an authorizer of another pool", "OwnerAuthorizer", 35,
      put("OwnerAuthorizer/ProviderARNs", ["arn:aws:cognito-idp:x"])),
    M("a token elsewhere", "OwnerAuthorizer", 35,
      put("OwnerAuthorizer/IdentitySource", "method.request.header.X-Token")),
    M("visitors must sign in", "ContactPost", 35, put("ContactPost/AuthorizationType", "AWS_IAM")),
]


def _deployments(template):
    return [name for name in template["Resources"] if DEPLOYMENT.match(name)]


def _waits(template):
    return template["Resources"][_deployments(template)[0]]["DependsOn"]


FUNCTIONS = [
    M("another runtime", "AddContactInfo", 48, put("AddContactInfo/Runtime", "provided.al2")),
    M("another program", "AddContactInfo", 48, put("AddContactInfo/Handler", "index.handler")),
    M("another processor", "AddContactInfo", 48, put("AddContactInfo/Architectures", ["x86_64"])),
    M("a log in lines of text", "AddContactInfo", 48, put("AddContactInfo/LoggingConfig/LogFormat", "Text")),
    M("a log group that lasts for ever", "AddContactInfo", 48,
      put("AddContactInfo/LoggingConfig/LogGroup", "/aws/lambda/x")),
    M("a log that two share", "SendContactInfoEmail", 48,
      put("SendContactInfoEmail/LoggingConfig/LogGroup", {"Ref": "AddContactInfoLogs"})),
    M("a log that Lambda drops", "ReadContactInfo", 48, drop("ReadContactInfo/LoggingConfig/ApplicationLogLevel")),
    *(M(f"{level} lines that Lambda drops", "AddContactInfo", 48, put("@Parameters/LogLevel/Default", level),
        put(f"@Mappings/LambdaLogLevel/{level}/Passes", "INFO")) for level in ("trace", "debug")),
    M("no timeout", "SendContactInfoEmail", 48, drop("SendContactInfoEmail/Timeout")),
    M("code from elsewhere", "AddContactInfo", 48, put("AddContactInfo/Code/S3Bucket", "elsewhere")),
    M("traces not heeded", "AddContactInfo", 48, drop("AddContactInfo/TracingConfig")),
    M("variables without the own key", "AddContactInfo", 48, drop("AddContactInfo/KmsKeyArn")),
    M("a variable gone", "SendContactInfoEmail", 48,
      drop("SendContactInfoEmail/Environment/Variables/SES_CONFIGURATION_SET")),
    M("a variable that nothing reads", "AddContactInfo", 48,
      put("AddContactInfo/Environment/Variables/COLOUR", "blue")),
    M("a variable that is a number", "AddContactInfo", 48,
      put("AddContactInfo/Environment/Variables/TABLE_SHARDS", {"Ref": "TableShards"})),
    M("too much environment", "AddContactInfo", 48,
      put("AddContactInfo/Environment/Variables/BREVLADA_SPAM", "x" * 5000)),
    M("a variable with another parameter", "SendContactInfoEmail", 48,
      put("SendContactInfoEmail/Environment/Variables/BREVLADA_MAIL_TO", {"Ref": "OwnerEmail"})),
    *(M(f"another {variable}", function, 48, put(f"{function}/Environment/Variables/{variable}", "another"))
      for function, variables in (
          ("AddContactInfo", ("TABLE_NAME", "TABLE_SHARDS", "BREVLADA_LANGUAGE", "BREVLADA_FORMS", "BREVLADA_SPAM",
                              "BREVLADA_LIMITS_BODY_KILOBYTES", "BREVLADA_CHALLENGE_KIND", "LOG_LEVEL")),
          ("SendContactInfoEmail", ("BREVLADA_MAIL_FROM", "BREVLADA_MAIL_DIGEST_BATCH", "BREVLADA_MAIL_DIGEST_PER_HOUR",
                                    "BREVLADA_MAIL_GIVE_UP_AFTER_DAYS", "BREVLADA_MAIL_REMINDER_DAYS", "BREVLADA_ALERTS_SECRET", "SES_CONFIGURATION_SET")),
      ) for variable in variables),
    M("a secret without a challenge", "AddContactInfo", 48,
      put("AddContactInfo/Environment/Variables/BREVLADA_CHALLENGE_SECRET", "")),
    M("a webhook's address in clear text", "SendContactInfoEmail", 48,
      put("SendContactInfoEmail/Environment/Variables/BREVLADA_ALERTS_WEBHOOK", "https://hooks.example.com/x")),
    M("concurrency reserved unasked", "AddContactInfo", 49, put("AddContactInfo/ReservedConcurrentExecutions", 5)),
    M("concurrency of the mail reserved unasked", "SendContactInfoEmail", 49,
      put("SendContactInfoEmail/ReservedConcurrentExecutions", 5)),
]

_MAPPED = "Stream/FilterCriteria/Filters/0/Pattern"

DATA = [
    M("an ordinary table", "Table", 38, put("Table/Type", "AWS::DynamoDB::Table")),
    M("provisioned capacity", "Table", 38, put("Table/BillingMode", "PROVISIONED")),
    M("another attribute for forgetting", "Table", 38, put("Table/TimeToLiveSpecification/AttributeName", "ttl")),
    M("a table that forgets nothing", "Table", 38, put("Table/TimeToLiveSpecification/Enabled", False)),
    M("an own key that is not used", "Table", 38, put("Table/SSESpecification", {"SSEEnabled": False})),
    M("a key that is charged unasked", "Table", 38, put("Table/SSESpecification", {"SSEEnabled": True, "SSEType": "KMS"})),
    M("a table that goes with the stack", "Table", 38, drop("Table/DeletionPolicy")),
    M("a table that goes when it is replaced", "Table", 38, drop("Table/UpdateReplacePolicy")),
    M("recovery gone", "Table", 38, drop("Table/Replicas/0/PointInTimeRecoverySpecification")),
    M("deletion protection gone", "Table", 38, drop("Table/Replicas/0/DeletionProtectionEnabled")),
    M("a replica without its key", "Table", 38, drop("Table/Replicas/1/Fn::If/1/SSESpecification")),
    M("a replica too many", "Table", 39, add("Table/Replicas", {"Region": "sa-east-1"})),
    M("a stream of keys", "Table", 40, put("Table/StreamSpecification/StreamViewType", "KEYS_ONLY")),
    M("the stream off", "Table", 40, drop("Table/StreamSpecification")),
    M("a key attribute that is not defined", "Table", 41, drop("Table/AttributeDefinitions/1")),
    M("a key that is not sharded", "Table", 42, put("Table/KeySchema/0/AttributeName", "form")),
    M("no index of what waits", "Table", 42, put("Table/GlobalSecondaryIndexes", []),
      drop("Table/AttributeDefinitions/2")),
    M("another index", "Table", 42,
      lambda t: t["Resources"]["Table"]["Properties"]["GlobalSecondaryIndexes"].append(
          {**t["Resources"]["Table"]["Properties"]["GlobalSecondaryIndexes"][0], "IndexName": "more"})),
    M("an index with one hot partition", "Table", 42,
      put("Table/GlobalSecondaryIndexes/0/KeySchema/0/AttributeName", "waiting"),
      drop("Table/GlobalSecondaryIndexes/0/KeySchema/1")),
    M("messages copied into the index", "Table", 42,
      put("Table/GlobalSecondaryIndexes/0/Projection", {"ProjectionType": "ALL"})),
    M("two ways to shard", "AddContactInfo", 42, put("SendContactInfoEmail/Environment/Variables/TABLE_SHARDS", "4")),
    M("no mapping", "Stream", 44, gone("Stream")),
    M("the mapping on the table", "Stream", 44, put("Stream/EventSourceArn", _REF_TABLE)),
    M("no starting position", "Stream", 44, drop("Stream/StartingPosition")),
    *(M(f"a mapping with another {key}", "Stream", 44, put(f"Stream/{key}", value))
      for key, value in (("FunctionName", {"Ref": "AddContactInfo"}), ("BatchSize", 7), ("ParallelizationFactor", 7))),
    M("only what is new", "Stream", 44, put("Stream/StartingPosition", "LATEST")),
    M("no partial answers", "Stream", 44, drop("Stream/FunctionResponseTypes")),
    M("no failure queue on the mapping", "Stream", 44, drop("Stream/DestinationConfig")),
    M("a stream that gathers otherwise", "Stream", 44, put("Stream/MaximumBatchingWindowInSeconds", 60)),
    M("batches that are not split", "Stream", 44, put("Stream/BisectBatchOnFunctionError", False)),
    M("retries without end", "Stream", 44, drop("Stream/MaximumRetryAttempts")),
    M("records given up at once", "Stream", 44, put("Stream/MaximumRecordAgeInSeconds", 30)),
    M("a filter that is no JSON", "Stream", 44, put(_MAPPED, '{"eventName":["INSERT"')),
    M("a filter that takes changes", "Stream", 44, within(_MAPPED, '["INSERT"]', '["INSERT","MODIFY"]')),
    M("a filter that takes no releases", "Stream", 44, drop("Stream/FilterCriteria/Filters/1")),
    M("a filter that takes every postponement", "Stream", 44,
      within("Stream/FilterCriteria/Filters/1", '"held","failed"', '"held","received","failed"')),
    M("a filter that misses nothing", "Stream", 44, drop("Stream/FilterCriteria/Filters/2")),
    M("a filter that takes other Regions", "Stream", 44, within(_MAPPED, ',"region":{"S":["${AWS::Region}"]}', "")),
    M("no failure queue", "FailureQueue", 45, gone("FailureQueue", "FailureQueuePolicy"),
      put("Stream/DestinationConfig", {}), drop("@Outputs/FailureQueueUrl"), drop("FailureQueueAlarm"),
      drop(_PLATFORM.format("SendContactInfoEmail") + "/3")),
    M("failures kept for four days", "FailureQueue", 45, drop("FailureQueue/MessageRetentionPeriod")),
    M("a queue in clear text", "FailureQueue", 45, put("FailureQueue/SqsManagedSseEnabled", False)),
    M("a queue that keeps SQS's own key", "FailureQueue", 45,
      put("FailureQueue/SqsManagedSseEnabled", {"Fn::If": ["HasOwnKey", {"Ref": "AWS::NoValue"}, True]})),
    M("a queue that nobody watches", "FailureQueue", 45, gone("FailureQueueAlarm")),
    M("failures told of once in 14 days", "FailureQueueAlarm", 45,
      put("FailureQueueAlarm/MetricName", "ApproximateNumberOfMessagesVisible"), put("FailureQueueAlarm/Statistic", "Maximum")),
    M("failures of an idle queue missed", "FailureQueueAlarm", 45, put("FailureQueueAlarm/EvaluationPeriods", 1)),
    M("no sweep", "Sweep", 47, put("Sweep/Targets", [])),
    M("a sweep once a day", "Sweep", 47, put("Sweep/ScheduleExpression", "rate(1 day)")),
    M("a sweep that the function does not know", "Sweep", 47, put("Sweep/Targets/0/Input", "{}")),
    M("a sweep that may not call", "Sweep", 47, gone("SweepPermission")),
    *(M(f"a sweep that may not call by {key}", "Sweep", 47, put(f"SweepPermission/{key}", value))
      for key, value in (
          ("FunctionName", {"Ref": "AddContactInfo"}), ("SourceArn", _REF_TABLE), ("Principal", "s3.amazonaws.com")
      )),
    M("a sweep that may not look", "SendContactInfoEmailRole", 47, drop(_LOOK)),
    M("a sweep that is refused to look", "SendContactInfoEmailRole", 47, put(_LOOK + "/Effect", "Deny")),
    M("a sweep that may read all messages", "SendContactInfoEmailRole", 47, put(_LOOK + "/Resource", _REF_TABLE)),
]

MAIL = [
    M("an identity that is always made", "Identity", 60, drop("Identity/Condition")),
    M("another identity", "Identity", 60, put("Identity/EmailIdentity", "example.org")),
    M("mail unsigned", "Identity", 60, drop("Identity/DkimAttributes")),
    M("an identity that goes with the stack", "Identity", 60, drop("Identity/DeletionPolicy")),
    M("an identity that goes when it is replaced", "Identity", 60, drop("Identity/UpdateReplacePolicy")),
    M("two records of three", "IdentityRecords", 60, drop("IdentityRecords/RecordSets/2")),
    M("records that go with the stack", "IdentityRecords", 60, drop("IdentityRecords/DeletionPolicy")),
    M("records that go with the zone", "IdentityRecords", 60, drop("IdentityRecords/UpdateReplacePolicy")),
    M("no configuration set of its own", "MailConfiguration", 56, copied("MailConfiguration", "Another")),
    M("an address that bounced is left out in silence", "MailConfiguration", 56,
      put("MailConfiguration/SuppressionOptions/SuppressedReasons", ["BOUNCE"])),
    M("the account's list of such addresses counts", "MailConfiguration", 56, drop("MailConfiguration/SuppressionOptions")),
    M("mail without TLS", "MailConfiguration", 56, put("MailConfiguration/DeliveryOptions/TlsPolicy", "OPTIONAL")),
    M("a configuration set that sends nothing", "MailConfiguration", 56,
      put("MailConfiguration/SendingOptions/SendingEnabled", False)),
    M("no rates of bounces", "MailConfiguration", 56,
      put("MailConfiguration/ReputationOptions/ReputationMetricsEnabled", False)),
    *(M(f"nobody hears of a {kind}", "MailEvents", 56, without("MailEvents/EventDestination/MatchingEventTypes", kind))
      for kind in ("bounce", "complaint", "reject")),
    M("SES may not tell", "MailEventTopicPolicy", 56,
      put("MailEventTopicPolicy/PolicyDocument/Statement/0/Effect", "Deny")),
    M("another than SES may tell", "MailEventTopicPolicy", 56,
      put("MailEventTopicPolicy/PolicyDocument/Statement/0/Principal/Service", "s3.amazonaws.com")),
    M("SES may do something else", "MailEventTopicPolicy", 56,
      put("MailEventTopicPolicy/PolicyDocument/Statement/0/Action", "sns:Subscribe")),
    M("the function hears nothing", "MailEventTopic", 56, drop("MailEventTopic/Subscription")),
    M("a topic that may not call", "MailEventTopic", 56, gone("MailEventPermission")),
    *(M(f"a topic that may not call by {key}", "MailEventTopic", 56, put(f"MailEventPermission/{key}", value))
      for key, value in (
          ("FunctionName", {"Ref": "AddContactInfo"}), ("SourceArn", {"Ref": "FailureQueue"}), ("Principal", "s3.amazonaws.com")
      )),
    M("news of returned mail once", "SweepRetries", 56, put("SweepRetries/MaximumRetryAttempts", 0)),
    M("sweeps that pile up", "SweepRetries", 56, put("SweepRetries/MaximumEventAgeInSeconds", 3600)),
    M("failed news kept with headers of mails", "SweepRetries", 56,
      put("SweepRetries/DestinationConfig", {"OnFailure": {"Destination": "arn:aws:sqs:eu-north-1:123456789012:kept"}})),
]

SIGN_IN = [
    M("no pool", "OwnerPool", 36, put("OwnerPool/Condition", "HasIamAccess"), lambda t: _without_references_to_pool(t)),
    M("anybody signs up", "OwnerPool", 36, drop("OwnerPool/AdminCreateUserConfig")),
    M("no second factor", "OwnerPool", 36, put("OwnerPool/MfaConfiguration", "OFF")),
    M("codes by text message", "OwnerPool", 36, put("OwnerPool/EnabledMfas", ["SMS_MFA"])),
    M("a pool that can be deleted", "OwnerPool", 36, drop("OwnerPool/DeletionProtection")),
    *(M(f"a pool without {key}", "OwnerPool", 36, drop(f"OwnerPool/{key}"))
      for key in ("DeletionPolicy", "UpdateReplacePolicy", "UsernameAttributes", "AutoVerifiedAttributes",
                  "UserAttributeUpdateSettings", "AccountRecoverySetting")),
    M("a first password for years", "OwnerPool", 36, put("OwnerPool/Policies/PasswordPolicy/TemporaryPasswordValidityDays", 3000)),
    M("short passwords", "OwnerPool", 36, put("OwnerPool/Policies/PasswordPolicy/MinimumLength", 8)),
    M("an account of somebody else", "FirstOwner", 36, put("FirstOwner/Username", "somebody@example.org")),
    M("an account that can't have another password", "FirstOwner", 36, put("FirstOwner/UserAttributes/1/Value", "false")),
    M("an account that goes when the address changes", "FirstOwner", 36, drop("FirstOwner/UpdateReplacePolicy")),
    M("an account that is in the way of the next update", "FirstOwner", 36, put("FirstOwner/DeletionPolicy", "Retain")),
    M("a secret in a page", "OwnerPoolClient", 36, put("OwnerPoolClient/GenerateSecret", True)),
    M("tokens in the address", "OwnerPoolClient", 36, put("OwnerPoolClient/AllowedOAuthFlows", ["implicit"])),
    M("errors that tell who exists", "OwnerPoolClient", 36, drop("OwnerPoolClient/PreventUserExistenceErrors")),
    M("passwords in clear text", "OwnerPoolClient", 36,
      add("OwnerPoolClient/ExplicitAuthFlows", "ALLOW_USER_PASSWORD_AUTH")),
    M("sign-ins that Cognito chooses", "OwnerPoolClient", 36, drop("OwnerPoolClient/ExplicitAuthFlows")),
    M("a token sent elsewhere", "OwnerPoolClient", 36,
      put("OwnerPoolClient/CallbackURLs", ["https://elsewhere.example/"])),
    M("signed out to elsewhere", "OwnerPoolClient", 36, put("OwnerPoolClient/LogoutURLs", ["https://elsewhere.example/"])),
    *(M(f"a page with another {key}", "OwnerPoolClient", 36, put(f"OwnerPoolClient/{key}", value))
      for key, value in (
          ("AllowedOAuthFlowsUserPoolClient", False), ("EnableTokenRevocation", False),
          ("SupportedIdentityProviders", ["COGNITO", "Google"]),
          ("AllowedOAuthScopes", ["openid", "aws.cognito.signin.user.admin"]),
          ("AccessTokenValidity", 1440), ("IdTokenValidity", 1440), ("RefreshTokenValidity", 3650),
          ("TokenValidityUnits", {"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"}),
      )),
]


def _without_references_to_pool(template):
    text = json.dumps(template["Resources"])
    text = text.replace(json.dumps({"Ref": "OwnerPool"}), '"pool"')
    text = text.replace(json.dumps({"Fn::GetAtt": ["OwnerPool", "Arn"]}), '"arn"')
    template["Resources"] = json.loads(text)
    template["Outputs"]["OwnerPoolId"]["Condition"] = "HasIamAccess"


_RULES = "WebAcl/Rules"

FIREWALL = [
    M("a firewall that is always there", "WebAcl", 53, drop("WebAcl/Condition")),
    M("the wrong scope", "WebAcl", 53, put("WebAcl/Scope", "REGIONAL")),
    M("a distribution without it", "Distribution", 53,
      put("Distribution/DistributionConfig/WebACLId/Fn::If/1", {"Ref": "AWS::NoValue"})),
    M("a stage without it", "WebAclOnApi", 53, gone("WebAclOnApi")),
    M("a stage that is not waited for", "WebAclOnApi", 53,
      put("WebAclOnApi/ResourceArn", {"Fn::Sub": "arn:aws:apigateway:${AWS::Region}::/restapis/${Api}/stages/api"})),
    M("everybody is refused", "WebAcl", 53, put("WebAcl/DefaultAction", {"Block": {}})),
    M("an own firewall not heeded", "Distribution", 53,
      put("Distribution/DistributionConfig/WebACLId/Fn::If/2", {"Ref": "AWS::NoValue"}),
      put("SiteBucket/Tags", [{"Key": "x", "Value": {"Fn::If": ["HasSiteWebAcl", {"Ref": "SiteWebAclArn"}, ""]}}])),
    M("two rules of one priority", "WebAcl", 53, put(_RULES + "/3/Priority", 2)),
    M("Action instead of OverrideAction", "WebAcl", 53,
      drop(_RULES + "/3/OverrideAction"), put(_RULES + "/3/Action", {"Block": {}})),
    M("a group that only counts", "WebAcl", 53, put(_RULES + "/3/OverrideAction", {"Count": {}})),
    M("a rule that does nothing", "WebAcl", 53, drop(_RULES + "/0/Action")),
    M("a group gone", "WebAcl", 53, drop(_RULES + "/5")),
    M("an address that is known to be bad", "WebAcl", 53, drop(_RULES + "/2")),
    M("a rule of a group that only counts", "WebAcl", 53,
      add(_RULES + "/3/Statement/ManagedRuleGroupStatement/RuleActionOverrides",
          {"Name": "GenericLFI_QUERYARGUMENTS", "ActionToUse": {"Count": {}}})),
    M("messages refused by their words", "WebAcl", 53,
      drop(_RULES + "/3/Statement/ManagedRuleGroupStatement/RuleActionOverrides/1")),
    M("messages refused for their User-Agent", "WebAcl", 53,
      drop(_RULES + "/3/Statement/ManagedRuleGroupStatement/RuleActionOverrides/0")),
    M("posts without limit", "WebAcl", 53, put(_RULES + "/1/Statement/RateBasedStatement/Limit", 10)),
    *(M(f"another {key} counted", "WebAcl", 53,
        put(f"{_RULES}/1/Statement/RateBasedStatement/ScopeDownStatement/ByteMatchStatement/{key}", value))
      for key, value in (
          ("FieldToMatch", {"UriPath": {}}), ("PositionalConstraint", "CONTAINS"), ("SearchString", "GET")
      )),
    M("posts counted by the minute", "WebAcl", 53, put(_RULES + "/1/Statement/RateBasedStatement/EvaluationWindowSec", 60)),
    M("another length", "WebAcl", 53,
      put(_RULES + "/0/Statement/RegexMatchStatement/FieldToMatch", {"SingleHeader": {"Name": "x-length"}})),
    M("CloudFront's own address is counted", "WebAcl", 53,
      put(_RULES + "/1/Statement/RateBasedStatement/AggregateKeyType", "IP")),
    M("an address that the visitor writes", "WebAcl", 53,
      within(_RULES + "/1/Statement/RateBasedStatement/ForwardedIPConfig", "x-visitor", "X-Forwarded-For")),
    M("a refusal that no other site may read", "WebAcl", 53,
      drop(_RULES + "/1/Action/Block/CustomResponse/ResponseHeaders/0")),
    M("a refusal that is kept", "WebAcl", 53, drop(_RULES + "/1/Action/Block/CustomResponse/ResponseHeaders/1")),
    M("a limit that does not say when to try again", "WebAcl", 53,
      drop(_RULES + "/1/Action/Block/CustomResponse/ResponseHeaders/3")),
    M("a refusal without words", "WebAcl", 53, drop(_RULES + "/0/Action/Block/CustomResponse/CustomResponseBodyKey")),
    M("a refusal that is no JSON", "WebAcl", 53, put("WebAcl/CustomResponseBodies/body-too-large/Content", "too large")),
    *(M(f"a refusal with the {key} {value}", "WebAcl", 53, put(f"WebAcl/CustomResponseBodies/body-too-large/{key}", value))
      for key, value in (
          ("Content", '{"ok":true,"errors":[{"code":"TOO_LONG"}]}'), ("Content", '{"ok":false,"errors":[]}'),
          ("ContentType", "TEXT_PLAIN"),
      )),
    M("bodies of any size", "WebAcl", 53, drop(_RULES + "/0")),
    M("a smaller body refused", "WebAcl", 53,
      put(_RULES + "/0/Statement/RegexMatchStatement/RegexString", "^[0-9]{5,}$")),
    *(M(title, "WebAcl", 53, within(_RULES + "/0/Statement/RegexMatchStatement", old, new))
      for title, old, new in (
          ("a body refused that is just small enough", "26214[5-9]", "26214[4-9]"),
          ("a body taken that is a byte too large", "26214[5-9]", "26214[6-9]"),
          ("a body of five digits refused", "^0*(", "^0*(9[0-9]{4}|"),
          ("a body of seven digits taken", "|[1-9][0-9]{6,}", ""),
      )),
    M("no log of refusals", "WebAcl", 53, gone("WebAclLogging")),
    M("credentials in the log", "WebAclLogging", 53, drop("WebAclLogging/RedactedFields/0")),
    M("cookies in the log", "WebAclLogging", 53, drop("WebAclLogging/RedactedFields/1")),
    M("searches in the log", "WebAclLogging", 53, drop("WebAclLogging/RedactedFields/2")),
    *(M(f"samples in the console of {path or 'the whole'}", "WebAcl", 53,
        put(f"WebAcl/{path}VisibilityConfig/SampledRequestsEnabled", True)) for path in ("", "Rules/1/")),
    M("every visitor in the log", "WebAclLogging", 53, put("WebAclLogging/LoggingFilter/DefaultBehavior", "KEEP")),
    M("who quotes code in the log", "WebAclLogging", 53,
      add("WebAclLogging/LoggingFilter/Filters/0/Conditions", {"ActionCondition": {"Action": "COUNT"}})),
    M("excluded rules in the log", "WebAclLogging", 53,
      add("WebAclLogging/LoggingFilter/Filters/0/Conditions", {"ActionCondition": {"Action": "EXCLUDED_AS_COUNT"}})),
    M("a log that WAF refuses", "WafLogs", 53, put("WafLogs/LogGroupName", {"Fn::Sub": "waf-${AWS::StackName}"})),
]

_SOURCE = "Pipeline/Stages/0/Actions/0/Fn::If/1"
_UPDATE = "Pipeline/Stages/2/Actions/0"
_UPDATES = "UpdateRole/Policies/0/PolicyDocument/Statement"

PIPELINE = [
    M("a pipeline that is not there", "Pipeline", 59, put("Pipeline/Condition", "UsesToken"),
      put("PipelineFailure/Condition", "UsesToken"), put("@Outputs/PipelineUrl/Condition", "UsesToken")),
    M("the old type", "Pipeline", 59, put("Pipeline/PipelineType", "V1")),
    M("two commits at once", "Pipeline", 59, put("Pipeline/ExecutionMode", "PARALLEL")),
    M("publishing before the update", "Pipeline", 59, put("Pipeline/Stages", lambda s: [s[0], s[1], s[3], s[2]])),
    M("another repository", "Pipeline", 59, put(_SOURCE + "/Configuration/Repo", "other")),
    M("polling", "Pipeline", 59, put(_SOURCE + "/Configuration/PollForSourceChanges", True)),
    M("an update by CodePipeline's own action", "Pipeline", 59, put(_UPDATE + "/ActionTypeId/Provider", "CloudFormation")),
    M("an update that runs what was pushed", "Pipeline", 59, put(_UPDATE + "/InputArtifacts", [{"Name": "Code"}])),
    M("another project", "Pipeline", 59,
      put("Pipeline/Stages/1/Actions/0/Configuration/ProjectName", {"Ref": "PublishProject"})),
    *(M(f"another project in the stage {stage}", "Pipeline", 59,
        put(f"Pipeline/Stages/{stage}/Actions/0/Configuration/ProjectName", {"Ref": "BuildProject"})) for stage in (2, 3)),
    M("no webhook", "PipelineWebhook", 59, gone("PipelineWebhook")),
    M("a webhook for anybody", "PipelineWebhook", 59, put("PipelineWebhook/Authentication", "UNAUTHENTICATED")),
    M("a privileged build", "BuildProject", 59, put("BuildProject/Environment/PrivilegedMode", True)),
    M("a build that does not log", "BuildProject", 59, drop("BuildProject/LogsConfig")),
    M("builds that a new account has not", "UpdateProject", 59, put("UpdateProject/ConcurrentBuildLimit", 1)),
    M("a key that a build keeps", "PublishProject", 59, put("PublishProject/EncryptionKey/Fn::If/2", {"Ref": "AWS::NoValue"})),
    M("a build without the own key", "BuildProject", 59, put("BuildProject/EncryptionKey/Fn::If/1", "alias/aws/s3")),
    M("another build specification", "PublishProject", 59, put("PublishProject/Source/BuildSpec", "x.yml")),
    M("an update that a push changes", "UpdateProject", 59, put("UpdateProject/Source/BuildSpec", "Infrastructure/update-stack.yml")),
    M("an update that leaves a role", "UpdateProject", 59,
      within("UpdateProject/Source/BuildSpec", "--use-previous-template", "--use-previous-template --role-arn x")),
    M("a token in the build's environment", "BuildProject", 59,
      add("BuildProject/Environment/EnvironmentVariables", {"Name": "GITHUB_TOKEN", "Value": "x"})),
    *(M(f"{name} in the build's environment", "BuildProject", 59,
        add("BuildProject/Environment/EnvironmentVariables", {"Name": name, "Value": "x"}))
      for name in ("SOME_SECRET", "A_PASSWORD")),
    M("another machine", "BuildProject", 59, put("BuildProject/Environment/Type", "LINUX_CONTAINER")),
    M("another image", "BuildProject", 59, put("BuildProject/Environment/Image", "aws/codebuild/standard:7.0")),
    M("a build that writes functions", "BuildRole", 59,
      add("BuildRole/Policies/0/PolicyDocument/Statement",
          {"Sid": "X", "Effect": "Allow", "Action": "lambda:UpdateFunctionCode", "Resource": {"Fn::GetAtt": ["AddContactInfo", "Arn"]}})),
    M("a pipeline that removes artifacts", "PipelineRole", 59,
      add("PipelinePolicy/PolicyDocument/Statement",
          {"Sid": "X", "Effect": "Allow", "Action": "s3:DeleteObject", "Resource": {"Fn::Sub": "${ArtifactBucket.Arn}/*"}})),
    M("a build that updates the stack", "BuildRole", 59,
      add("BuildRole/Policies/0/PolicyDocument/Statement",
          {"Sid": "X", "Effect": "Allow", "Action": "cloudformation:UpdateStack", "Resource": {"Ref": "AWS::StackId"}})),
    M("a build that publishes", "BuildRole", 59,
      put("BuildRole/Policies/0/PolicyDocument/Statement/3/Resource", {"Fn::Sub": "${SiteBucket.Arn}/*"})),
    M("a build that writes what publishing runs", "BuildRole", 59,
      put("BuildRole/Policies/0/PolicyDocument/Statement/2/Resource", {"Fn::Sub": "${ArtifactBucket.Arn}/*"})),
    M("a build that reads what it made", "BuildRole", 59,
      put("BuildRole/Policies/0/PolicyDocument/Statement/1/Resource", {"Fn::Sub": "${ArtifactBucket.Arn}/*"})),
    M("publishing what a build made", "PublishRole", 59,
      put("PublishRole/Policies/0/PolicyDocument/Statement/1/Resource", {"Fn::Sub": "${ArtifactBucket.Arn}/*/Built/*"})),
    M("an artifact that the build may not write", "BuildRole", 59,
      put("Pipeline/Stages/1/Actions/0/OutputArtifacts", [{"Name": "Zips"}])),
    M("an update of any stack", "UpdateRole", 59, put(_UPDATES + "/2/Resource", {"Fn::Sub": "arn:x:stack/${AWS::StackName}-*"})),
    M("an update by a name that is cut short", "UpdateRole", 59,
      put(_UPDATES + "/3/Resource", {"Fn::Sub": "arn:x:function:${AWS::StackName}-*"})),
    M("an update that can't go back", "UpdateRole", 59, drop(_UPDATES + "/4/Resource/1")),
    M("a publishing that leaves old pages", "PublishRole", 59,
      put("PublishRole/Policies/0/PolicyDocument/Statement/2/Action", "s3:PutObject")),
    M("a publishing that brings no pages", "PublishRole", 59,
      put("PublishRole/Policies/0/PolicyDocument/Statement/2/Action", "s3:DeleteObject")),
    M("a publishing that does not see what is there", "PublishRole", 59,
      drop("PublishRole/Policies/0/PolicyDocument/Statement/3")),
]

_NEWS = "AlarmTopicPolicy/PolicyDocument/Statement/1"
_IF_ALARMS = {"Fn::If": ["HasAlarms", [{"Ref": "AlarmTopic"}], []]}

WATCHING = [
    M("no trail", "AccountTrail", 54, put("AccountTrail/Condition", "TrailsData")),
    M("a trail of one Region", "AccountTrail", 54, put("AccountTrail/IsMultiRegionTrail", False)),
    *(M(f"a trail with {key} off", "AccountTrail", 54, put(f"AccountTrail/{key}", False))
      for key in ("IsLogging", "IncludeGlobalServiceEvents", "EnableLogFileValidation")),
    M("a trail that does not wait", "AccountTrail", 54, drop("AccountTrail/DependsOn")),
    M("a trail without the own key", "AccountTrail", 54, drop("AccountTrail/KMSKeyId")),
    M("a trail without data", "AccountTrail", 54, drop("AccountTrail/EventSelectors/0/DataResources")),
    *(M(f"a trail with another {key}", "AccountTrail", 54, put(f"AccountTrail/EventSelectors/0/{key}", value))
      for key, value in (("ReadWriteType", "WriteOnly"), ("IncludeManagementEvents", False))),
    M("a trail that may not write", "LogBucketPolicy", 54, drop("LogBucketPolicy/PolicyDocument/Statement/3")),
    M("a trail that may not look", "LogBucketPolicy", 54, drop("LogBucketPolicy/PolicyDocument/Statement/2")),
    M("logs for ever", "AddContactInfoLogs", 55, drop("AddContactInfoLogs/RetentionInDays")),
    M("logs without the own key", "ApiLogs", 55, drop("ApiLogs/KmsKeyId")),
    M("a log outside of the stack", "Stage", 55, put("Stage/MethodSettings/2/LoggingLevel", "ERROR")),
    M("no word about a log outside of the stack", "Stage", 55, drop("Stage/MethodSettings/0/LoggingLevel")),
    M("a key that is always made", "DataKey", 55, drop("DataKey/Condition")),
    M("a key that never turns", "DataKey", 55, drop("DataKey/EnableKeyRotation")),
    M("a key that goes with the stack", "DataKey", 55, drop("DataKey/DeletionPolicy")),
    M("a key that goes when it is replaced", "DataKey", 55, drop("DataKey/UpdateReplacePolicy")),
    M("a key that nobody decides over", "DataKey", 55, drop("DataKey/KeyPolicy/Statement/0")),
    *(M(f"a key that nobody decides over by its {key}", "DataKey", 55, put(f"DataKey/KeyPolicy/Statement/0/{key}", value))
      for key, value in (
          ("Effect", "Deny"), ("Principal", {"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role/gone"}}),
          ("Action", "kms:Describe*"), ("Condition", {"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
      )),
    *(M(f"a key that {service} may not use", "DataKey", 55, without("DataKey/KeyPolicy/Statement/3/Principal/Service", service))
      for service in ("cloudwatch.amazonaws.com", "ses.amazonaws.com")),
    M("a key that CloudFront may not use", "DataKey", 55, drop("DataKey/KeyPolicy/Statement/5")),
    M("a key that the trail may not use", "DataKey", 55, drop("DataKey/KeyPolicy/Statement/6")),
    M("a key that logs may not use", "DataKey", 55, drop("DataKey/KeyPolicy/Statement/2")),
    M("a key for the logs of others", "DataKey", 55, drop("DataKey/KeyPolicy/Statement/2/Condition")),
    M("a key that lets the functions in too late", "DataKey", 55, drop(_LETS_IN)),
    *(M(f"a key that does not let {service} in", "DataKey", 55,
        without(_LETS_IN + "/Condition/StringEquals/kms:ViaService", {"Fn::Sub": f"{service}.${{AWS::Region}}.${{AWS::URLSuffix}}"}))
      for service in ("dynamodb", "lambda", "sqs")),
    *(M(f"a key that does not let {action} in", "DataKey", 55, without(_LETS_IN + "/Action", action))
      for action in ("kms:Decrypt", "kms:GenerateDataKey")),
    *(M(f"a key that {function} may use by itself", f"{function}Role", 55,
        add(_PLATFORM.format(function),
            {"Sid": "Key", "Effect": "Allow", "Action": "kms:Decrypt",
             "Resource": {"Fn::If": ["HasOwnKey", {"Fn::GetAtt": ["DataKey", "Arn"]}, "x"]}}))
      for function in ("AddContactInfo", "SendContactInfoEmail", "ReadContactInfo")),
    M("alarms unasked", "ServerErrorAlarm", 56, drop("ServerErrorAlarm/Condition"),
      put("ServerErrorAlarm/AlarmActions", _IF_ALARMS), put("ServerErrorAlarm/OKActions", _IF_ALARMS)),
    M("an alarm that nobody hears", "ServerErrorAlarm", 56, drop("ServerErrorAlarm/AlarmActions")),
    M("silence that means nothing", "StreamAgeAlarm", 56, drop("StreamAgeAlarm/TreatMissingData")),
    M("an alarm that does not say what to do", "MailErrorAlarm", 56, put("MailErrorAlarm/AlarmDescription", "errors")),
    M("an alarm that is off", "MailErrorAlarm", 56, put("MailErrorAlarm/ActionsEnabled", False)),
    M("an alarm gone", "AlarmTopic", 56, gone("OverdueMailAlarm")),
    M("no alarm when a message is gone", "AlarmTopic", 56, gone("MissingMessageAlarm")),
    M("a function that nobody watches", "AlarmTopic", 56, gone("IntakeThrottleAlarm")),
    M("an owner's function that nobody watches", "AlarmTopic", 56, gone("OwnerErrorAlarm")),
    M("an alarm that nobody has asked for", "Another", 56, copied("ServerErrorAlarm", "Another")),
    M("an alarm of another metric", "ServerErrorAlarm", 56, put("ServerErrorAlarm/MetricName", "4XXError")),
    M("an alarm of another service", "MailQuotaAlarm", 56,
      put("MailQuotaAlarm/Metrics/0/MetricStat/Metric/Namespace", "AWS/SNS")),
    M("an alarm of another function", "IntakeErrorAlarm", 56,
      put("IntakeErrorAlarm/Dimensions/0/Value", {"Ref": "SendContactInfoEmail"})),
    *(M(f"an alarm of every stack's {alarm}", alarm, 56, drop(f"{alarm}/Dimensions"))
      for alarm in ("OverdueMailAlarm", "FailedMailAlarm", "MissingMessageAlarm", "MailEventAlarm")),
    M("an alarm at SES's greeting", "MailEventAlarm", 56, put("MailEventAlarm/Namespace", "AWS/SNS"),
      put("MailEventAlarm/MetricName", "NumberOfMessagesPublished"),
      put("MailEventAlarm/Dimensions", [{"Name": "TopicName", "Value": {"Fn::GetAtt": ["MailEventTopic", "TopicName"]}}])),
    M("an alarm of a table that is not ours", "TableFaultAlarm", 56,
      drop("TableFaultAlarm/Metrics/1/MetricStat/Metric/Dimensions/0")),
    M("an alarm at the millionth failed mail", "FailedMailAlarm", 56, put("FailedMailAlarm/Threshold", 1_000_000)),
    M("an alarm at the millionth overdue mail", "OverdueMailAlarm", 56, put("OverdueMailAlarm/Threshold", 1_000_000)),
    M("an alarm when no mail bounced", "MailEventAlarm", 56, put("MailEventAlarm/ComparisonOperator", "LessThanThreshold")),
    M("an alarm when no message is gone", "MissingMessageAlarm", 56,
      put("MissingMessageAlarm/ComparisonOperator", "LessThanThreshold")),
    M("an alarm of the least that waits", "StreamAgeAlarm", 56, put("StreamAgeAlarm/Statistic", "Minimum")),
    M("an alarm of the least that the table refuses", "TableThrottleAlarm", 56,
      put("TableThrottleAlarm/Metrics/1/MetricStat/Stat", "Minimum")),
    M("an alarm that looks at a minute", "BounceRateAlarm", 56, put("BounceRateAlarm/Period", 60)),
    M("an alarm that looks at a day", "ConcurrencyQuotaAlarm", 56,
      put("ConcurrencyQuotaAlarm/Metrics/0/MetricStat/Period", 86_400)),
    M("an alarm after ten hours", "MailErrorAlarm", 56, put("MailErrorAlarm/EvaluationPeriods", 120)),
    M("an alarm at the first error of the mail", "MailErrorAlarm", 56, put("MailErrorAlarm/DatapointsToAlarm", 1)),
    M("an alarm that waits for a full quarter of an hour", "OverdueMailAlarm", 56, drop("OverdueMailAlarm/DatapointsToAlarm")),
    M("bounces alarmed too late", "BounceRateAlarm", 56, put("BounceRateAlarm/Threshold", 0.1)),
    M("a dead sweep that is silent", "SweepAlarm", 56, put("SweepAlarm/TreatMissingData", "notBreaching")),
    M("a topic without the owner", "AlarmTopic", 56, put("AlarmTopic/Subscription", [])),
    M("a topic that alarms can't reach", "AlarmTopicPolicy", 56,
      put("AlarmTopicPolicy/PolicyDocument/Statement/0/Principal/Service", ["events.amazonaws.com"])),
    M("a topic that alarms can't be encrypted for", "AlarmTopic", 56,
      put("AlarmTopic/KmsMasterKeyId", "alias/aws/sns")),
    M("no word of a pipeline that failed", "PipelineFailure", 56, gone("PipelineFailure")),
    M("no word but of a pipeline that succeeded", "PipelineFailure", 56,
      put("PipelineFailure/EventPattern/detail/state", ["SUCCEEDED"])),
    M("word of a pipeline that is off", "PipelineFailure", 56, put("PipelineFailure/State", "DISABLED")),
    M("word of a pipeline to nobody", "PipelineFailure", 56, put("PipelineFailure/Targets", [])),
    M("a topic that EventBridge can't reach", "AlarmTopicPolicy", 56, drop(_NEWS)),
    M("a topic with a condition that EventBridge never meets", "AlarmTopicPolicy", 56,
      put(_NEWS + "/Fn::If/1/Condition", {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}})),
    M("a topic that EventBridge reaches for nothing", "AlarmTopicPolicy", 56, put(_NEWS, lambda there: there["Fn::If"][1])),
    M("a key with a source that EventBridge never names", "DataKey", 56,
      put("DataKey/KeyPolicy/Statement/4/Fn::If/1/Condition/StringEquals", {"aws:SourceAccount": {"Ref": "AWS::AccountId"}})),
    M("a key for any topic", "DataKey", 11, drop("DataKey/KeyPolicy/Statement/4/Fn::If/1/Condition")),
    M("a key that EventBridge may not use", "DataKey", 55, drop("DataKey/KeyPolicy/Statement/4")),
    M("a quota that nobody watches", "AlarmTopic", 56, gone("ConcurrencyQuotaAlarm")),
    *(M(f"a share of nothing in {alarm}", "AlarmTopic", 56, put(f"{alarm}/Metrics/1/Expression", expression))
      for alarm, expression in (
          ("ConcurrencyQuotaAlarm", "used / 1000 * 100"), ("MailQuotaAlarm", "sent / 7 * 100"),
          ("ApiRateAlarm", "requests / 60 * 100"),
      )),
    M("a quota alarmed too late", "MailQuotaAlarm", 56, put("MailQuotaAlarm/Threshold", 100)),
    M("a table's alarm that rings once and stays", "TableThrottleAlarm", 56,
      put("TableThrottleAlarm/Metrics/0/Expression", "events * 1")),
    M("a quota alarm with two results", "ApiRateAlarm", 56, put("ApiRateAlarm/Metrics/0/ReturnData", True)),
    M("a table's alarm of what it does not fill", "TableFaultAlarm", 56, drop("TableFaultAlarm/Metrics/1/ReturnData")),
    M("an alarm by what it only calculates with", "TableFaultAlarm", 56, drop("TableFaultAlarm/Metrics/1/ReturnData"),
      put("TableFaultAlarm/Metrics/0/ReturnData", False)),
    M("a dashboard that is always there", "Board", 57, drop("Board/Condition")),
    M("a dashboard that is no JSON", "Board", 57, within("Board/DashboardBody", '"widgets": [', '"widgets": [,')),
    M("a widget without metrics", "Board", 57,
      within("Board/DashboardBody", '[["AWS/Lambda", "IteratorAge", "FunctionName", "${SendContactInfoEmail}"]]', "[]")),
    M("a widget of every stack's messages", "Board", 57,
      within("Board/DashboardBody", '"Stored", "FunctionName", "${AddContactInfo}"]', '"Stored"]')),
    M("a budget unasked", "Budget", 58, drop("Budget/Condition")),
    M("another budget", "Budget", 58, put("Budget/Budget/BudgetLimit/Amount", 1)),
    M("a budget of a year", "Budget", 58, put("Budget/Budget/TimeUnit", "ANNUALLY")),
    M("a budget that warns when it is long spent", "Budget", 58,
      put("Budget/NotificationsWithSubscribers/0/Notification/Threshold", 80_000)),
    M("a budget that warns nobody", "Budget", 58,
      within("Budget/NotificationsWithSubscribers", "EMAIL", "SNS"),
      put("Budget/NotificationsWithSubscribers/0/Subscribers/0/Address", "x"),
      put("Budget/NotificationsWithSubscribers/1/Subscribers/0/Address", "x")),
]

# What does not even resolve.
RESOLVER = [
    M("a reference to nothing", "AddContactInfo", "resolver",
      put("AddContactInfo/Role", {"Fn::GetAtt": ["Nobody", "Arn"]})),
    M("a reference to what is not made", "output SiteUrl", "resolver", put("@Outputs/SiteUrl/Value", {"Ref": "Distribution"})),
    M("a condition that nobody declared", "Stage", "resolver",
      put("Stage/TracingEnabled", {"Fn::If": ["Dreams", True, False]})),
    M("a mapping without the key", "Distribution", "resolver",
      put(_SITE + "/CachePolicyId", {"Fn::FindInMap": ["ManagedPolicy", "Dreams", "Id"]})),
    M("a mapping without the key in a branch that is not taken", "Api", "resolver",
      put("Api/Description",
          {"Fn::If": ["HasChallenge", {"Fn::FindInMap": ["LambdaLogLevel", {"Ref": "ChallengeKind"}, "Passes"]}, "x"]})),
    M("a part that is not there", "SendContactInfoEmailRole", "resolver",
      put(_SEND + "/Condition/StringEqualsIgnoreCase/ses:FromAddress",
          {"Fn::Select": [3, {"Fn::Split": ["@", {"Ref": "MailFromAddress"}]}]})),
]

# What cfn-lint is there for.
CFN_LINT = [
    M("a misspelt property", "Table", "cfn-lint E3002", put("Table/BilingMode", "PAY_PER_REQUEST")),
    M("a circle", "DataKey", "cfn-lint E3004",
      put("DataKey/Description", {"Fn::Sub": "for ${AddContactInfo.Arn}"})),
    M("an attribute that is not there", "Stream", "cfn-lint E1010",
      put("Stream/EventSourceArn", {"Fn::GetAtt": ["Table", "Streams"]})),
    M("a retention that Logs does not know", "AddContactInfoLogs", "cfn-lint E3030",
      put("AddContactInfoLogs/RetentionInDays", 31)),
    M("a runtime that does not exist", "SendContactInfoEmail", "cfn-lint E3030",
      put("SendContactInfoEmail/Runtime", "provided.al2030")),
    M("a statistic that does not exist", "StreamAgeAlarm", "cfn-lint E3030", put("StreamAgeAlarm/Statistic", "Most")),
    M("an action that does not exist", "AddContactInfoRole", "cfn-lint W3037",
      put(_CODE.format("AddContactInfo") + "/0/Action", "dynamodb:PutItems")),
    M("an origin that is not there", "Distribution", "cfn-lint E3057", put(_SITE + "/TargetOriginId", "elsewhere")),
    M("an artifact that is not there", "Pipeline", "cfn-lint E3701",
      put("Pipeline/Stages/3/Actions/0/InputArtifacts", [{"Name": "Nothing"}])),
    M("code in the template on our own runtime", "AddContactInfo", "cfn-lint E3677",
      put("AddContactInfo/Code", {"ZipFile": "print()"})),
    M("a function of an hour", "SendContactInfoEmail", "cfn-lint E3717", put("SendContactInfoEmail/Timeout", 3600)),
]

OWN = [*SHAPE, *PERMISSIONS, *HOSTING, *API, *FUNCTIONS, *DATA, *MAIL, *SIGN_IN, *FIREWALL, *PIPELINE, *WATCHING, *RESOLVER]
