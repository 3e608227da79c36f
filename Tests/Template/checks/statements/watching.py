# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Logs, the trail, alarms, the dashboard, the budget, the key."""

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
        if key.attributes.get("DeletionPolicy") != "Retain":
            yield key.name, "goes with the stack, and with it every message", "set DeletionPolicy to Retain"
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


# (namespace, metric) to what it tells; each has an alarm.
ALARMED = {
    ("AWS/ApiGateway", "5XXError"): "visitors see errors",
    ("AWS/Lambda", "Errors"): "a function fails",
    ("AWS/Lambda", "Throttles"): "a function is throttled",
    ("AWS/Lambda", "IteratorAge"): "mails wait",
    ("AWS/SQS", "NumberOfMessagesSent"): "records are given up",
    ("AWS/SES", "Reputation.BounceRate"): "mails bounce",
    ("AWS/SES", "Reputation.ComplaintRate"): "mails are called spam",
    ("AWS/SNS", "NumberOfMessagesPublished"): "one of our mails bounced",
    ("AWS/Events", "Invocations"): "the sweep has stopped",
    ("AWS/DynamoDB", "WriteThrottleEvents"): "the table refuses writes",
    ("AWS/DynamoDB", "SystemErrors"): "the table fails",
    ("Brevlada", "Overdue"): "mail is overdue",
    ("Brevlada", "Failed"): "mail was given up",
    ("Brevlada", "Missing"): "a message is gone",
}
THRESHOLDS = {"Reputation.BounceRate": 0.04, "Reputation.ComplaintRate": 0.0008}
FUNCTION_METRICS = {
    "Errors": {"AddContactInfo", "SendContactInfoEmail"},
    "Throttles": {"AddContactInfo", "SendContactInfoEmail"},
    "IteratorAge": {"SendContactInfoEmail"},
}


def dimensions(alarm):
    return {one["Name"]: one["Value"] for one in alarm.get("Dimensions", [])}


def metrics(alarm):
    """Namespace and name of each metric that an alarm looks at."""
    parts = [one["MetricStat"]["Metric"] for one in alarm.get("Metrics", []) if "MetricStat" in one]
    named = [(one["Namespace"], one["MetricName"]) for one in parts]
    return named or [(alarm.get("Namespace"), alarm.get("MetricName"))]


def expressions(alarm):
    return [one["Expression"] for one in alarm.get("Metrics", []) if "Expression" in one]


@statement(56)
def alarms_mean_something(stack):
    """Each trouble that loses or delays messages has an alarm that reaches the owner, also when it ends."""
    alarms = stack.of_type("AWS::CloudWatch::Alarm")
    if stack.parameters["Alarms"] != "true":
        for alarm in alarms:
            yield alarm.name, "is there without Alarms", "make it under HasAlarms"
        return
    watched = {}
    for alarm in alarms:
        for metric in metrics(alarm):
            watched.setdefault(metric, []).append(alarm)
            if metric[0] == "AWS/DynamoDB" and not any("FILL(" in one for one in expressions(alarm)):
                yield alarm.name, "rings once and stays, for silence changes nothing of AWS/DynamoDB", "FILL its metric with 0"
        if alarm.get("AlarmActions") != ["${AlarmTopic}"] or alarm.get("OKActions") != ["${AlarmTopic}"]:
            yield alarm.name, "rings where nobody hears", "set AlarmActions and OKActions to the AlarmTopic"
        if not alarm.get("TreatMissingData"):
            yield alarm.name, "does not say what silence means", "set TreatMissingData"
        text = alarm.get("AlarmDescription", "")
        if ";" not in text:
            yield alarm.name, "does not say what to do", "say in AlarmDescription what is wrong; then what to do"
        if alarm.get("ActionsEnabled", True) is not True:
            yield alarm.name, "is silent", "leave ActionsEnabled out"
    for metric, trouble in ALARMED.items():
        if metric not in watched:
            yield "AlarmTopic", f"does not hear when {trouble}", f"add an alarm on {' '.join(metric)}"
    for name, functions in FUNCTION_METRICS.items():
        names = {dimensions(alarm).get("FunctionName", "").strip("${}") for alarm in watched.get(("AWS/Lambda", name), [])}
        for function in sorted(functions - names):
            yield function, f"has {name} that nobody hears of", f"add an alarm on {name}"
    for name, threshold in THRESHOLDS.items():
        for alarm in watched.get(("AWS/SES", name), []):
            if alarm.get("Threshold") != threshold:
                yield alarm.name, f"rings at {alarm.get('Threshold')}", f"set {threshold}, before SES reviews the account"
    for alarm in watched.get(("AWS/Events", "Invocations"), []):
        if alarm.get("TreatMissingData") != "breaching" or alarm.get("ComparisonOperator") != "LessThanThreshold":
            yield alarm.name, "does not ring when the sweep is silent", "set LessThanThreshold, and breaching for no data"
    topic = stack["AlarmTopic"]
    owner = {"Protocol": "email", "Endpoint": stack.parameters["OwnerEmail"]}
    if owner not in topic.get("Subscription", []):
        yield topic.name, "does not reach OwnerEmail", "add the subscription"
    allowed = {service for one in grants_for(stack, "AlarmTopicPolicy") if one.allows for service in one.services}
    if "cloudwatch.amazonaws.com" not in allowed:
        yield "AlarmTopicPolicy", "does not let CloudWatch publish", "allow sns:Publish to cloudwatch.amazonaws.com"
    if topic.get("KmsMasterKeyId") and topic.get("KmsMasterKeyId") != "${DataKey.Arn}":
        yield topic.name, "is encrypted by a key that CloudWatch may not use", "use the DataKey, or none"


@statement(56)
def pipeline_failures_arrive(stack):
    """EventBridge tells the owner that the pipeline failed: it meets no condition of a topic and no source of a key."""
    rule = stack.get("PipelineFailure")
    if bool(rule) != (stack.parameters["Alarms"] == "true" and stack.parameters["PipelineSource"] != "None"):
        yield "PipelineFailure", "does not heed Alarms and PipelineSource", "make it under HasPipelineAlarm"
    allowed = [
        one for owner in ("AlarmTopicPolicy", "DataKey") for one in grants_for(stack, owner)
        if one.allows and "events.amazonaws.com" in one.services
    ]
    if rule and not [one for one in allowed if one.owner == "AlarmTopicPolicy"]:
        yield "AlarmTopicPolicy", "does not let EventBridge publish", "allow sns:Publish to events.amazonaws.com"
    for one in allowed:
        asked = {key for _, key in one.conditions}
        if not rule:
            yield one.owner, f"lets EventBridge in for nothing ({one.sid})", "allow it under HasPipelineAlarm"
        elif one.owner == "AlarmTopicPolicy" and asked:
            # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
            yield one.owner, f"asks EventBridge for {', '.join(sorted(asked))} ({one.sid})", (
                "give it a statement without a condition, or the news is lost"
            )
        elif one.owner == "DataKey" and asked != {"kms:EncryptionContext:aws:sns:topicArn"}:
            # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
            yield one.owner, f"asks EventBridge for {', '.join(sorted(asked)) or 'nothing'} ({one.sid})", (
                "ask for kms:EncryptionContext:aws:sns:topicArn alone, or the news is lost"
            )


@statement(56)
def quotas_are_watched(stack):
    """The quotas of Lambda and SES and the stage's own limit ring at four fifths of their use."""
    if stack.parameters["Alarms"] != "true":
        return
    percentages = {
        alarm.name: expressions(alarm) for alarm in stack.of_type("AWS::CloudWatch::Alarm")
        if any("* 100" in one for one in expressions(alarm))
    }
    said = " ".join(one for some in percentages.values() for one in some)
    for needle, what in (
        ("SERVICE_QUOTA(", "Lambda's concurrency"),
        (f"/ {stack.parameters['SesDailyQuota']} * 100", "the mails of a day"),
        (f"/ {stack.parameters['ApiRate']} * 100", "the API's own rate"),
    ):
        if needle not in said:
            yield "AlarmTopic", f"does not hear of {what}", f"add an alarm on {needle.strip('/ (')}"
    for name in percentages:
        alarm = stack[name]
        if alarm.get("Threshold") != 80:
            yield name, f"rings at {alarm.get('Threshold')} %", "set 80"
        returned = [metric["Id"] for metric in alarm.get("Metrics") if metric.get("ReturnData", True)]
        if len(returned) != 1:
            yield name, f"returns {returned}", "return one metric, the percentage"


@statement(57)
def dashboard_is_json(stack):
    """The dashboard's body is JSON, with a Region and metrics in each widget."""
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


@statement(58)
def budget_is_optional(stack):
    """A budget is there when asked for, and warns the owner before and when it is spent."""
    asked = stack.parameters["MonthlyBudget"]
    budgets = stack.of_type("AWS::Budgets::Budget")
    if bool(budgets) != bool(asked):
        yield "Budget", "does not heed MonthlyBudget", "make it under HasBudget"
    for budget in budgets:
        if budget.get("Budget.BudgetLimit.Amount") != asked:
            yield budget.name, "has another limit", "take MonthlyBudget"
        told = [person["Address"] for one in budget.get("NotificationsWithSubscribers", []) for person in one["Subscribers"]]
        if stack.parameters["OwnerEmail"] not in told:
            yield budget.name, "warns nobody", "name OwnerEmail as a subscriber"
