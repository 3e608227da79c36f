# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Who may do what: roles, policies, invocations."""

import re

from ..policies import RESOURCE, ROLE, TRUST, as_list, grants
from ..statement import statement

# Actions that have no resource to name, by AWS's Service Authorization Reference.
UNNAMEABLE = {"xray:PutTraceSegments", "xray:PutTelemetryRecords", "dynamodb:ListStreams"}
# The one managed policy: API Gateway asks for exactly this one.
API_LOG_POLICY = "service-role/AmazonAPIGatewayPushToCloudWatchLogs"


@statement(6)
def no_wildcards(stack):
    """No role may do an action with * in it, and * as a resource is for actions that have none."""
    for one in grants(stack):
        if one.kind != ROLE or not one.allows:
            continue
        for action in one.actions:
            if "*" in action:
                yield one.owner, f"may do {action} ({one.sid})", "name each action that is needed"
        if "*" in one.resources and (extra := set(one.actions) - UNNAMEABLE):
            named = ", ".join(sorted(extra))
            yield one.owner, f"may do {named} on every resource ({one.sid})", "name the resource's ARN"


@statement(7)
def a_role_each(stack):
    """Each function, build and pipeline has a role of its own, without managed policies."""
    users = {}
    for resource in stack.resources.values():
        path = {
            "AWS::Lambda::Function": "Role",
            "AWS::CodeBuild::Project": "ServiceRole",
            "AWS::CodePipeline::Pipeline": "RoleArn",
        }.get(resource.type)
        if path:
            users.setdefault(resource.get(path), []).append(resource.name)
    for role, names in users.items():
        if len(names) > 1:
            yield names[-1], f"shares {role} with {names[0]}", "give each a role of its own"
    for role in stack.of_type("AWS::IAM::Role"):
        for arn in role.get("ManagedPolicyArns", []):
            if not arn.endswith(API_LOG_POLICY):
                yield role.name, f"has the managed policy {arn.split('/')[-1]}", "write out the actions that it needs"


@statement(8)
def intake_only_writes(stack):
    """AddContactInfo's own policy is dynamodb:PutItem on the table, with a challenge dynamodb:GetItem, and nothing else."""
    wanted = {"dynamodb:PutItem"} | ({"dynamodb:GetItem"} if stack.parameters["ChallengeKind"] else set())
    allowed = {(action, one.resources) for one in grants(stack) if one.owner == "AddContactInfoRole"
               and one.policy == "Code" and one.allows for action in one.actions}
    for action, resources in sorted(allowed):
        if action not in wanted or resources != ("${Table.Arn}",):
            yield "AddContactInfoRole", f"may do {action} on {', '.join(resources)}", (
                "leave it dynamodb:PutItem on the table, and with a challenge GetItem; a repeat is found by the write's condition"
            )
    for action in sorted(wanted - {action for action, _ in allowed}):
        yield "AddContactInfoRole", f"may not do {action}", "allow it on the table: messages are stored, or looked up, by it"


@statement(9)
def stream_by_its_own_arn(stack):
    """Reading the stream names the stream's ARN, which the table's does not cover."""
    stream = {"dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"}
    allowed = set()
    for one in grants(stack):
        if one.owner == "SendContactInfoEmailRole" and stream & set(one.actions):
            if one.resources != ("${Table.StreamArn}",):
                yield one.owner, f"reads the stream of {', '.join(one.resources)}", "name Table.StreamArn"
            allowed |= set(one.actions)
    for action in sorted(stream - allowed):
        yield "SendContactInfoEmailRole", f"may not do {action}", "allow it on Table.StreamArn, or no mail is ever sent"


@statement(10)
def mail_to_the_owner_only(stack):
    """Sending mail names the account's identities and the configuration set, and is limited to our address and the owner's."""
    found = False
    for one in grants(stack):
        sends = [action for action in one.actions if action.startswith("ses:Send")]
        if one.kind != ROLE or not sends:
            continue
        found = True
        if not any(":configuration-set/" in arn for arn in one.resources):
            yield one.owner, "may send without naming the configuration set", "add its ARN; SES asks for it"
        if not any(arn.endswith(":identity/*") for arn in one.resources):
            yield one.owner, "may write to nobody in SES's sandbox", (
                "name identity/*: there SES asks for the recipients' identities too; the conditions say who that may be"
            )
        for operator, key in one.conditions:
            if key.startswith("ses:") and not operator.endswith("StringEqualsIgnoreCase"):
                yield one.owner, f"takes Example.com for another domain in {key}", (
                    "compare by StringEqualsIgnoreCase: the function writes domains in small letters"
                )
        if one.values("ses:FromAddress") != [stack.parameters["MailFromAddress"]]:
            yield one.owner, "may send from any address", "add the condition ses:FromAddress"
        wanted = [*stack.parameters["MailTo"], *stack.parameters["FormRecipients"]]
        if sorted(one.values("ses:Recipients")) != sorted(wanted):
            yield one.owner, "may send to others than the owner", (
                "limit ses:Recipients to MailTo and FormRecipients"
            )
    if not found:
        yield "SendContactInfoEmailRole", "may not send mail", "allow ses:SendEmail and ses:SendRawEmail"


@statement(11)
def services_name_their_source(stack):
    """What a service may do for us, it may do for this account only; but for EventBridge, which tells a topic of no account."""
    for one in grants(stack):
        if not one.allows or not one.services:
            continue
        if one.services == ["apigateway.amazonaws.com"] and one.kind == TRUST:
            # The account's logging role: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
            continue
        if one.services == ["events.amazonaws.com"] and one.owner == "AlarmTopicPolicy" and one.actions == ("sns:Publish",):
            # What it sends meets no condition: pipeline_failures_arrive.
            continue
        keys = {key for _, key in one.conditions}
        if not keys & {
            "aws:SourceArn", "aws:SourceAccount", "kms:EncryptionContext:aws:logs:arn", "kms:EncryptionContext:aws:sns:topicArn"
        }:
            yield one.owner, f"lets {', '.join(one.services)} act for anybody ({one.sid})", (
                "add the condition aws:SourceAccount or aws:SourceArn"
            )


@statement(12)
def invocations_are_narrow(stack):
    """Every permission to invoke names its source, down to method and path, and every method has one."""
    allowed = {}
    for permission in stack.of_type("AWS::Lambda::Permission"):
        arn = permission.get("SourceArn", "")
        if not arn:
            yield permission.name, f"lets any {permission.get('Principal')} invoke", "add SourceArn"
            continue
        if permission.get("Principal") == "apigateway.amazonaws.com":
            match = re.fullmatch(r"arn:aws:execute-api:[a-z0-9-]+:\d+:\$\{Api\}/api/([A-Z]+)/(.+)", arn)
            if not match:
                yield permission.name, f"is as wide as {arn}", "name stage, method and path: ${Api}/api/POST/contact"
            else:
                allowed[match[1], match[2]] = permission.get("FunctionName")
    paths = api_paths(stack)
    for method in stack.of_type("AWS::ApiGateway::Method"):
        path = re.sub(r"\{[^}]+\}", "*", paths.get(method.get("ResourceId"), "?")).lstrip("/")
        function = invoked(method)
        if function and allowed.get((method.get("HttpMethod"), path)) != f"${{{function}}}":
            yield method.name, f"may not invoke {function}", (
                f"add an AWS::Lambda::Permission for {method.get('HttpMethod')} /{path}"
            )


def api_paths(stack):
    """The path of each API resource, by the reference to it."""
    parents = {f"${{{one.name}}}": one for one in stack.of_type("AWS::ApiGateway::Resource")}

    def path(reference):
        if reference not in parents:
            return ""
        return path(parents[reference].get("ParentId")) + "/" + parents[reference].get("PathPart")

    return {reference: path(reference) for reference in parents}


def invoked(method):
    """The function that a method invokes, by its name in the template."""
    match = re.search(r"functions/\$\{(\w+)\.Arn\}/invocations", str(method.get("Integration.Uri", "")))
    return match and match[1]


@statement(59)
def no_role_is_passed(stack):
    """No role passes a role, or changes one: CloudFormation keeps one that it gets for all that is done to the stack later."""
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html
    for one in grants(stack):
        iam = [action for action in one.actions if action.startswith(("iam:", "sts:", "organizations:"))]
        if one.kind == ROLE and one.allows and iam:
            yield one.owner, f"may do {', '.join(iam)}", "take it away; roles are a person's to change"


@statement(13)
def policies_stay_small(stack):
    """No role policy names another account, and each statement has a Sid that says what for."""
    for one in grants(stack):
        for arn in one.resources:
            account = arn.split(":")[4] if arn.startswith("arn:") and arn.count(":") >= 5 else ""
            if account.isdigit() and account != stack.pseudo["AWS::AccountId"]:
                yield one.owner, f"names the account {account} ({one.sid})", "use AWS::AccountId"
        if one.kind == ROLE and one.sid.startswith("statement "):
            yield one.owner, f"has a policy whose {one.sid} does not say what for", "give it a Sid"


@statement(17)
def nobody_else_is_let_in(stack):
    """Nobody outside the account is let in by a policy, but for reading the public site. Everybody in it may use the own key,
    through the services that ask it for them and no others.
    """
    for one in grants(stack):
        if one.allows and one.is_public and one.owner != "SiteBucketPolicy":
            if one.owner != "DataKey":
                yield one.owner, f"lets everybody do {', '.join(one.actions)}", "name a principal"
                continue
            # https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-caller-account
            if one.conditions.get(("StringEquals", "kms:CallerAccount")) != [stack.pseudo["AWS::AccountId"]]:
                yield one.owner, f"lets every account do {', '.join(one.actions)} ({one.sid})", (
                    "add the condition kms:CallerAccount with AWS::AccountId"
                )
            services = one.conditions.get(("StringEquals", "kms:ViaService"), [])
            if not services or any("*" in service for service in services):
                yield one.owner, f"can be used by everybody, whatever for ({one.sid})", "add kms:ViaService with each service's name"
            if more := {action for action in one.actions if action == "kms:CreateGrant" or "*" in action}:
                yield one.owner, f"lets everybody do {', '.join(sorted(more))} ({one.sid})", "name each action, and no kms:CreateGrant"
        if one.kind == TRUST and not one.services:
            yield one.owner, f"may be assumed by {one.principal}", "trust a service, with aws:SourceAccount"
        if one.kind == RESOURCE and one.allows and one.owner != "DataKey":
            for action in as_list(list(one.actions)):
                if "*" in action:
                    yield one.owner, f"allows {action}", "name each action"
