# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The template as a whole: size, parameters, rules, names, outputs."""

import json
import re

from ..source import DEPLOYMENT, api_hash
from ..statement import statement

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
MOST_RESOURCES = 500
MOST_BYTES = 1_000_000
INLINE_BYTES = 51_200


@statement(3)
def within_limits(stack):
    """A stack has at most 500 resources, and the site and form alone fit into an inline template."""
    if len(stack.resources) > MOST_RESOURCES:
        yield "Resources", f"are {len(stack.resources)}, over {MOST_RESOURCES}", "move some to a stack of their own"
    if stack.variant in ("default", "website"):
        bare = {
            name: {"Type": resource.type, "Properties": resource.properties}
            for name, resource in stack.resources.items()
        }
        size = len(json.dumps(bare, separators=(",", ":")).encode())
        if size > INLINE_BYTES:
            yield "Resources", f"of {stack.variant} have {size} bytes", f"keep the plain site under {INLINE_BYTES}"


@statement(14, of_source=True)
def no_secrets(template):
    """No secret stands in the template or passes through a parameter that can be read."""
    for name, declared in template.get("Parameters", {}).items():
        is_secret = re.search(r"(Secret|Token|Password|ApiKey)(Value)?$", name)
        if is_secret and str(declared.get("NoEcho", "")).lower() != "true":
            yield name, "is a secret that anybody may read who sees the stack", "set NoEcho, or take a secret's name"
        if is_secret and declared.get("Default"):
            yield name, "has a secret as its default", "remove the default"
    text = json.dumps(template)
    for match in re.finditer(r"AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,}|-----BEGIN [A-Z ]*PRIVATE KEY", text):
        yield "template", f"holds a credential, {match[0][:8]}…", "revoke it, and keep the new one in Secrets Manager"


@statement(14)
def secrets_come_from_secrets_manager(stack):
    """Tokens and secrets come from Secrets Manager, with a version, so that a rotation reaches the stack."""
    for name, path in _secret_places(stack):
        value = stack[name].get(path)
        if not value:
            continue
        match = re.fullmatch(r"\{\{resolve:secretsmanager:(\S+?):SecretString:\w+::([0-9a-zA-Z-]*)\}\}", str(value))
        if not match:
            yield name, f"has its {path.split('.')[-1]} in clear text", "use {{resolve:secretsmanager:…}}"
        else:
            secret = match[1]
            versions = [key for key in stack.parameters if key.endswith("SecretVersion")]
            used = [
                key
                for key in versions
                if stack.parameters.get(key.replace("Version", "Name")) == secret and stack.parameters[key] == match[2]
            ]
            if not used:
                yield name, f"reads {path.split('.')[-1]} without a version", "end it with ::${…SecretVersion}"


def _secret_places(stack):
    for pipeline in stack.of_type("AWS::CodePipeline::Pipeline"):
        for s, stage in enumerate(pipeline.get("Stages", [])):
            for a, action in enumerate(stage["Actions"]):
                if "OAuthToken" in action.get("Configuration", {}):
                    yield pipeline.name, f"Stages.{s}.Actions.{a}.Configuration.OAuthToken"
    for webhook in stack.of_type("AWS::CodePipeline::Webhook"):
        yield webhook.name, "AuthenticationConfiguration.SecretToken"
    for function in stack.of_type("AWS::Lambda::Function"):
        for variable in function.get("Environment.Variables", {}):
            if re.search(r"SECRET|TOKEN|PASSWORD", variable):
                yield function.name, f"Environment.Variables.{variable}"


EXPECTED_OUTPUTS = {
    "SiteUrl", "ApiUrl", "ContactUrl", "SiteBucketName", "TableName", "FailureQueueUrl", "MailConfigurationName",
    "MailIdentityName", "AddContactInfoName", "SendContactInfoEmailName", "AddContactInfoLogGroup",
    "SendContactInfoEmailLogGroup", "ApiLogGroup", "LogBucketName", "TableShards",
}
# Those that come with a resource.
CONDITIONAL_OUTPUTS = {
    "Distribution": {"DistributionId", "DistributionDomainName"},
    "AlarmTopic": {"AlarmTopicArn"},
    "Board": {"DashboardUrl"},
    "OwnerPool": {"SignInUrl", "OwnerPoolId", "OwnerPoolClientId"},
    "WebAcl": {"WebAclArn"},
    "DataKey": {"DataKeyArn"},
    "Pipeline": {"PipelineUrl"},
    "Connection": {"ConnectionArn"},
    "ReadContactInfo": {"ReadContactInfoName", "ReadContactInfoLogGroup"},
}


@statement(60)
def outputs(stack):
    """The outputs name every address, name and DNS record that a person needs."""
    expected = set(EXPECTED_OUTPUTS)
    for resource, names in CONDITIONAL_OUTPUTS.items():
        if resource in stack:
            expected |= names
    if stack.parameters.get("MailIdentity") == "Domain":
        expected |= {"DkimRecord1", "DkimRecord2", "DkimRecord3"}
    for name in sorted(expected - stack.outputs.keys()):
        yield name, "is no output of the stack", "add it to Outputs"
    for name in sorted(stack.outputs.keys() - expected):
        yield name, "is an output that nobody expects", "take it out of Outputs, or say here when it is there"
    for name, value in stack.outputs.items():
        if value == "":
            yield name, "is an empty output", "give it a value, or a condition"


@statement(61, of_source=True)
def parameters_are_whole(template):
    """Each parameter is described, checked by a pattern, values or bounds, and in exactly one group."""
    interface = template.get("Metadata", {}).get("AWS::CloudFormation::Interface", {})
    grouped = [name for group in interface.get("ParameterGroups", []) for name in group["Parameters"]]
    declared = template.get("Parameters", {})
    for name in sorted(declared):
        if grouped.count(name) != 1:
            yield name, f"is in {grouped.count(name)} parameter groups", "put it in exactly one"
        if not declared[name].get("Description"):
            yield name, "is not described", "say in Description what it does and what its values mean"
        checked = {"AllowedPattern", "AllowedValues"} & declared[name].keys()
        if declared[name]["Type"] == "Number":
            checked |= {"MinValue", "MaxValue"} <= declared[name].keys() and {"bounds"} or set()
        if not checked:
            yield name, "takes any value", "add AllowedPattern, AllowedValues, or MinValue and MaxValue"
        if "AllowedPattern" in declared[name] and not declared[name].get("ConstraintDescription"):
            yield name, "has a pattern that nobody explains", "add ConstraintDescription"
    for name in grouped:
        if name not in declared:
            yield name, "is in a parameter group and not declared", "declare it, or take it out of the group"
    text = json.dumps([template.get(part, {}) for part in ("Conditions", "Resources", "Outputs")])
    used = {name for pair in re.findall(r'\{"Ref": "(\w+)"\}|\$\{(\w+)\}', text) for name in pair}
    for name in sorted(declared):
        if name not in used:
            yield name, "is asked for and never used", "use it, or remove it"


@statement(61, of_source=True)
def conditions_are_used(template):
    """Every condition decides something, and every mapping is looked up."""
    text = json.dumps({part: template.get(part, {}) for part in ("Conditions", "Resources", "Outputs")})
    used = {name for pair in re.findall(r'"Condition": "(\w+)"|"Fn::If": \["(\w+)"', text) for name in pair}
    for name in sorted(template.get("Conditions", {})):
        if name not in used:
            yield name, "is a condition that decides nothing", "use it, or remove it"
    for name in sorted(template.get("Mappings", {})):
        if f'"Fn::FindInMap": ["{name}"' not in text:
            yield name, "is a mapping that nobody looks up", "use it, or remove it"


@statement(61, of_source=True)
def mappings_know_every_value(template):
    """What is looked up by a parameter is there for each of its values: CloudFormation looks up what it does not need too."""
    # https://github.com/aws-cloudformation/aws-cloudformation-templates/issues/271
    asked = re.findall(r'"Fn::FindInMap": \["(\w+)", \{"Ref": "(\w+)"\}', json.dumps(template))
    for mapping, parameter in sorted(set(asked)):
        values = template["Parameters"].get(parameter, {}).get("AllowedValues", ["a value that nobody knows"])
        if missing := {str(value) for value in values} - template.get("Mappings", {}).get(mapping, {}).keys():
            yield mapping, f"is looked up by {parameter} and has not {', '.join(sorted(map(repr, missing)))}", (
                "add them, or choose by a condition"
            )


# Where a type has a name that must be unique in the account or the world.
_PHYSICAL_NAMES = {
    "AWS::S3::Bucket": "BucketName",
    "AWS::DynamoDB::GlobalTable": "TableName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::IAM::Role": "RoleName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::SES::ConfigurationSet": "Name",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::CodePipeline::Pipeline": "Name",
    "AWS::CodeBuild::Project": "Name",
    "AWS::Events::Rule": "Name",
    "AWS::CloudTrail::Trail": "TrailName",
    "AWS::WAFv2::WebACL": "Name",
    "AWS::KMS::Alias": "AliasName",
    "AWS::Cognito::UserPoolDomain": "Domain",
    "AWS::CloudFront::OriginAccessControl": "OriginAccessControlConfig.Name",
    "AWS::CloudFront::Function": "Name",
    "AWS::CloudFront::ResponseHeadersPolicy": "ResponseHeadersPolicyConfig.Name",
    "AWS::CodeConnections::Connection": "ConnectionName",
}


@statement(62)
def no_fixed_names(stack):
    """No physical name blocks a second stack in the same account."""
    own = (stack.pseudo["AWS::StackName"], stack.pseudo["AWS::StackId"].split("/")[-1].split("-")[-1])
    for resource in stack.resources.values():
        path = _PHYSICAL_NAMES.get(resource.type)
        name = resource.get(path) if path else None
        if name and not any(part in name for part in own):
            yield resource.name, f"is always named {name!r}", f"leave {path} out, or put the stack's name or id in it"


@statement(32, of_source=True)
def deployments_are_named_by_hash(template):
    """A deployment's name ends in a hash of every route, method and answer that it pictures."""
    now = api_hash(template)
    found = 0
    for name, resource in template["Resources"].items():
        if resource.get("Type") != "AWS::ApiGateway::Deployment":
            continue
        found += 1
        match = DEPLOYMENT.match(name)
        if not match or match[2] != now:
            yield name, f"pictures an API of another hash than {now}", "run scripts/check-template --rename"
    if not found:
        yield "Api", "is never deployed", "add an AWS::ApiGateway::Deployment"
