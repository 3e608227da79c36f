# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Logs, the trail, the dashboard, the budget, the key."""

import json

from ..policies import grants_for
from ..statement import statement


@statement(54)
def trail_is_whole(stack):
    """The trail covers all Regions, can't be altered unseen, and its bucket lets it write before it starts."""
    wanted = stack.parameters["Trail"]
    trails = stack.of_type("AWS::CloudTrail::Trail")
    if bool(trails) != (wanted != "None"):
        yield "AccountTrail", "does not heed Trail", "make it under HasTrail"
    for trail in trails:
        for key in ("IsLogging", "IsMultiRegionTrail", "IncludeGlobalServiceEvents", "EnableLogFileValidation"):
            if trail.get(key) is not True:
                yield trail.name, f"has {key} off", "set it to true"
        if "LogBucketPolicy" not in trail.depends_on:
            yield trail.name, "may start before it may write", "add LogBucketPolicy to DependsOn"
        own = stack.parameters["EncryptionKey"] == "CustomerManaged"
        if own and trail.get("KMSKeyId") != "${DataKey.Arn}":
            yield trail.name, "is not encrypted by the own key", "set KMSKeyId"
        for selector in trail.get("EventSelectors", []):
            if (selector.get("ReadWriteType"), selector.get("IncludeManagementEvents")) != ("All", True):
                yield trail.name, "leaves events out", "set ReadWriteType All and IncludeManagementEvents"
        watched = {data["Type"] for selector in trail.get("EventSelectors", []) for data in selector.get("DataResources", [])}
        if watched != ({"AWS::DynamoDB::Table", "AWS::S3::Object"} if wanted == "Data" else set()):
            yield trail.name, f"watches the data of {sorted(watched)}", "watch table and site with Data, and nothing else without"
        allowed = {action for one in grants_for(stack, "LogBucketPolicy")
                   if one.allows and "cloudtrail.amazonaws.com" in one.services for action in one.actions}
        for action in sorted({"s3:GetBucketAcl", "s3:PutObject"} - allowed):
            yield "LogBucketPolicy", f"does not let CloudTrail do {action}", "allow it, or the trail is refused"


@statement(55)
def logs_end(stack):
    """Every log group is kept as long as asked for, and encrypted by the own key, which lets the logs use it. API Gateway makes
    none of its own.
    """
    own = stack.parameters["EncryptionKey"] == "CustomerManaged"
    for group in stack.of_type("AWS::Logs::LogGroup"):
        if group.get("RetentionInDays") != stack.parameters["LogRetentionDays"]:
            yield group.name, "is kept for ever, or otherwise than LogRetentionDays says", "set RetentionInDays"
        if own != (group.get("KmsKeyId") == "${DataKey.Arn}"):
            yield group.name, "does not heed EncryptionKey", "set KmsKeyId under HasOwnKey"
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html: the group of an execution log is made by
    # API Gateway, so that nothing of the stack reaches it.
    for stage in stack.of_type("AWS::ApiGateway::Stage"):
        for one in stage.get("MethodSettings", []):
            if one.get("LoggingLevel") != "OFF":
                yield stage.name, f"has {one['HttpMethod']} {one['ResourcePath']} logged to a group outside of the stack", (
                    "set LoggingLevel to 'OFF', in quotes"
                )
    keys = stack.of_type("AWS::KMS::Key")
    if bool(keys) != own:
        yield "DataKey", "does not heed EncryptionKey", "make it under HasOwnKey"
    for key in keys:
        if key.get("EnableKeyRotation") is not True:
            yield key.name, "is the same for ever", "set EnableKeyRotation"
        for attribute in ("DeletionPolicy", "UpdateReplacePolicy"):
            if key.attributes.get(attribute) != "Retain":
                yield key.name, f"goes, and with it every message: {attribute} is not Retain", f"set {attribute} to Retain"
        users = {service: one for one in grants_for(stack, key.name) if one.allows for service in one.services}
        needed = {
            f"logs.{stack.pseudo['AWS::Region']}.amazonaws.com", "cloudwatch.amazonaws.com", "ses.amazonaws.com",
            "cloudtrail.amazonaws.com", "cloudfront.amazonaws.com",
        } | ({"events.amazonaws.com"} if "PipelineFailure" in stack else set())
        for service in sorted(needed - users.keys()):
            yield key.name, f"does not let {service} use it", "allow it in KeyPolicy, or what it writes is lost"
        logs = users.get(f"logs.{stack.pseudo['AWS::Region']}.amazonaws.com")
        if logs and not logs.values("kms:EncryptionContext:aws:logs:arn"):
            yield key.name, "encrypts the logs of others", "add the condition kms:EncryptionContext:aws:logs:arn"


@statement(55)
def key_is_the_accounts(stack):
    """The account decides over its own key, or nobody ever could change or delete it."""
    root = {"AWS": f"arn:aws:iam::{stack.pseudo['AWS::AccountId']}:root"}
    for key in stack.of_type("AWS::KMS::Key"):
        # https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
        if not any(
            one.allows and one.principal == root and one.actions == ("kms:*",) and not one.conditions
            for one in grants_for(stack, key.name)
        ):
            yield key.name, "is locked, also for the account", "allow kms:* to the account's root in KeyPolicy"


@statement(55)
def key_lets_in_before_it_is_used(stack):
    """The own key lets the functions in itself: a role's right would come after the table has changed its key, and go before."""
    for key in stack.of_type("AWS::KMS::Key"):
        region = stack.pseudo["AWS::Region"]
        through = {
            (service, action)
            for one in grants_for(stack, key.name) if one.allows and one.is_public
            for service in one.values("kms:ViaService") for action in one.actions
        }
        for name in ("dynamodb", "lambda", "sqs"):
            for action in ("kms:Decrypt", "kms:GenerateDataKey"):
                if (f"{name}.{region}.amazonaws.com", action) not in through:
                    yield key.name, f"does not allow {action} through {name}", (
                        "allow it in KeyPolicy with kms:ViaService, or messages are refused while EncryptionKey changes"
                    )
        for role in ("AddContactInfoRole", "SendContactInfoEmailRole", "ReadContactInfoRole"):
            if any(action.startswith("kms:") for one in grants_for(stack, role) for action in one.actions):
                yield role, "may use the key by itself", "leave it to the key's policy, which allows it through the services alone"


@statement(57)
def dashboard_is_json(stack):
    """The dashboard's body is JSON, with a Region and metrics in each widget, and of the functions' own those of this stack."""
    boards = stack.of_type("AWS::CloudWatch::Dashboard")
    if bool(boards) != (stack.parameters["Dashboard"] == "true"):
        yield "Board", "does not heed Dashboard", "make it under HasDashboard"
    for board in boards:
        try:
            body = json.loads(board.get("DashboardBody"))
        except ValueError as error:
            yield board.name, f"has a body that is no JSON: {error}", "mend DashboardBody"
            continue
        for widget in body.get("widgets", []):
            properties = widget.get("properties", {})
            if not properties.get("metrics") or properties.get("region") != stack.pseudo["AWS::Region"]:
                yield board.name, f"shows nothing in {properties.get('title')!r}", "give the widget metrics and a region"
                continue
            # "." repeats what stands there in the row before.
            rows = [[word for word in row if isinstance(word, str)] for row in properties["metrics"]]
            if rows[0][0] == "Brevlada" and (rows[0][2:3] != ["FunctionName"] or any(len(row) != 4 for row in rows)):
                yield board.name, f"shows every stack's in {properties.get('title')!r}", "name the function in each row"


# What is spent, and what is likely to be, in percent of the budget.
BUDGET_WARNINGS = (("ACTUAL", 80), ("FORECASTED", 100))


@statement(58)
def budget_is_optional(stack):
    """A budget is there when asked for, and warns the owner when four fifths are spent and when all is likely to be."""
    asked = stack.parameters["MonthlyBudget"]
    budgets = stack.of_type("AWS::Budgets::Budget")
    if bool(budgets) != bool(asked):
        yield "Budget", "does not heed MonthlyBudget", "make it under HasBudget"
    for budget in budgets:
        limit = {"BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": {"Amount": asked, "Unit": "USD"}}
        if budget.get("Budget") != limit:
            yield budget.name, f"counts by {budget.get('Budget')}", f"count by {limit}"
        owner = [{"SubscriptionType": "EMAIL", "Address": stack.parameters["OwnerEmail"]}]
        warnings = [
            {"Notification": {"NotificationType": kind, "ComparisonOperator": "GREATER_THAN", "Threshold": percent,
                              "ThresholdType": "PERCENTAGE"}, "Subscribers": owner}
            for kind, percent in BUDGET_WARNINGS
        ]
        if budget.get("NotificationsWithSubscribers") != warnings:
            yield budget.name, "does not warn the owner in time", f"warn by {warnings}"
