# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The alarms: what they tell, when they ring, and whom they reach."""

from dataclasses import dataclass

from ..policies import grants_for
from ..statement import statement

AT_LEAST, LESS = "GreaterThanOrEqualToThreshold", "LessThanThreshold"
# In milliseconds.
TEN_MINUTES = 600_000


@dataclass(frozen=True)
class Rings:
    """When an alarm rings. docs/options/alarms.md says so too; test_documents.py holds the two against each other."""

    trouble: str
    metric: str
    # Of which resource, by the names of the metric's dimensions.
    dimensions: tuple = ()
    statistic: str = "Sum"
    comparison: str = AT_LEAST
    threshold: float = 1
    # Seconds.
    period: int = 300
    # In so many of the last periods.
    datapoints: int = 1
    periods: int = 1
    # What silence means.
    silence: str = "notBreaching"

    def said(self, stack):
        """What the alarm's properties come to."""
        return {
            "Metric": self.metric,
            "Dimensions": {
                name: value.replace("${AWS::StackName}", stack.pseudo["AWS::StackName"]) for name, value in self.dimensions
            },
            "Statistic": self.statistic, "ComparisonOperator": self.comparison, "Threshold": self.threshold, "Period": self.period,
            "DatapointsToAlarm": self.datapoints, "EvaluationPeriods": self.periods, "TreatMissingData": self.silence,
        }


_API = (("ApiName", "${AWS::StackName}"), ("Stage", "${Stage}"))
_INTAKE, _MAIL, _OWNER = (
    (("FunctionName", f"${{{name}}}"),) for name in ("AddContactInfo", "SendContactInfoEmail", "ReadContactInfo")
)
_TABLE = ("TableName", "${Table}")
_CONCURRENCY = (("Service", "Lambda"), ("Type", "Resource"), ("Resource", "ConcurrentExecutions"), ("Class", "None"))

# Each alarm that there is.
ALARMS = {
    "ServerErrorAlarm": Rings("visitors see errors", "AWS/ApiGateway 5XXError", _API),
    "IntakeErrorAlarm": Rings("AddContactInfo fails", "AWS/Lambda Errors", _INTAKE),
    "IntakeThrottleAlarm": Rings("AddContactInfo is throttled", "AWS/Lambda Throttles", _INTAKE),
    # The stream and the sweep try again.
    "MailErrorAlarm": Rings("SendContactInfoEmail fails", "AWS/Lambda Errors", _MAIL, datapoints=3, periods=3),
    "MailThrottleAlarm": Rings("SendContactInfoEmail is throttled", "AWS/Lambda Throttles", _MAIL, datapoints=3, periods=3),
    "OwnerErrorAlarm": Rings("ReadContactInfo fails", "AWS/Lambda Errors", _OWNER),
    "StreamAgeAlarm": Rings("mails wait", "AWS/Lambda IteratorAge", _MAIL, "Maximum", threshold=TEN_MINUTES),
    # It comes up to a quarter of an hour late: failures_are_kept.
    "FailureQueueAlarm": Rings(
        "records are given up", "AWS/SQS NumberOfMessagesSent", (("QueueName", "${FailureQueue.QueueName}"),), periods=4
    ),
    "OverdueMailAlarm": Rings("mail is overdue", "Brevlada Overdue", _MAIL, "Maximum", datapoints=2, periods=3),
    "FailedMailAlarm": Rings("mail was given up", "Brevlada Failed", _MAIL),
    "MissingMessageAlarm": Rings("a message is gone", "Brevlada Missing", _MAIL),
    "SweepAlarm": Rings(
        "the sweep has stopped", "AWS/Events Invocations", (("RuleName", "${Sweep}"),), comparison=LESS, datapoints=3, periods=3,
        silence="breaching",
    ),
    "MailEventAlarm": Rings("one of our mails bounced", "Brevlada Returned", _MAIL),
    # Of the whole account, before SES reviews it at 5 % and 0.1 %. SES tells rarely, and what it told last holds.
    "BounceRateAlarm": Rings(
        "mails bounce", "AWS/SES Reputation.BounceRate", (), "Maximum", threshold=0.04, period=3600, silence="ignore"
    ),
    "ComplaintRateAlarm": Rings(
        "mails are called spam", "AWS/SES Reputation.ComplaintRate", (), "Maximum", threshold=0.0008, period=3600, silence="ignore"
    ),
    "TableThrottleAlarm": Rings("the table refuses writes", "AWS/DynamoDB WriteThrottleEvents", (_TABLE,)),
    "TableFaultAlarm": Rings("the table fails", "AWS/DynamoDB SystemErrors", (_TABLE, ("Operation", "PutItem"))),
    # In percent: quotas_are_watched.
    "ConcurrencyQuotaAlarm": Rings(
        "Lambda's concurrency is used up", "AWS/Usage ResourceCount", _CONCURRENCY, "Maximum", threshold=80
    ),
    "MailQuotaAlarm": Rings("the mails of a day are used up", "AWS/SES Send", threshold=80, period=86_400),
    "ApiRateAlarm": Rings(
        "the API's own rate is used up", "AWS/ApiGateway Count", _API, threshold=80, period=60, datapoints=3, periods=3
    ),
}


def ringing(alarm):
    """When an alarm of the template rings, in the words of Rings.said."""
    # Behind an expression of ours is one metric as well.
    calculated = next((one["MetricStat"] for one in alarm.get("Metrics", []) if "MetricStat" in one), None)
    metric = calculated["Metric"] if calculated else alarm.properties
    says = {
        "Metric": f"{metric.get('Namespace')} {metric.get('MetricName')}",
        "Dimensions": {one["Name"]: one["Value"] for one in metric.get("Dimensions", [])},
        "Statistic": calculated["Stat"] if calculated else alarm.get("Statistic"),
        "Period": calculated["Period"] if calculated else alarm.get("Period"),
        "DatapointsToAlarm": alarm.get("DatapointsToAlarm", alarm.get("EvaluationPeriods")),
    }
    for key in ("ComparisonOperator", "Threshold", "EvaluationPeriods", "TreatMissingData"):
        says[key] = alarm.get(key)
    return says


def expressions(alarm):
    return [one["Expression"] for one in alarm.get("Metrics", []) if "Expression" in one]


@statement(56)
def alarms_ring(stack):
    """Each trouble that loses or delays messages has an alarm, which rings when docs/options/alarms.md says."""
    if stack.parameters["Alarms"] != "true":
        return
    for name, rings in ALARMS.items():
        alarm = stack.get(name)
        if not alarm:
            if name != "OwnerErrorAlarm" or "ReadContactInfo" in stack:
                yield "AlarmTopic", f"does not hear when {rings.trouble}", f"add {name}, on {rings.metric}"
            continue
        says = ringing(alarm)
        for key, value in rings.said(stack).items():
            if says[key] != value:
                yield name, f"has {key} {says[key]!r}, and is to tell that {rings.trouble}", f"set {value!r}"
    for alarm in stack.of_type("AWS::CloudWatch::Alarm"):
        if alarm.name not in ALARMS:
            yield alarm.name, "rings, and nobody has said when", "say so in ALARMS and in docs/options/alarms.md"


@statement(56)
def alarms_mean_something(stack):
    """Each alarm reaches the owner, also when it ends, and says what to do."""
    alarms = stack.of_type("AWS::CloudWatch::Alarm")
    if stack.parameters["Alarms"] != "true":
        for alarm in alarms:
            yield alarm.name, "is there without Alarms", "make it under HasAlarms"
        return
    for alarm in alarms:
        fills = any("FILL(" in one for one in expressions(alarm))
        if ringing(alarm)["Metric"].startswith("AWS/DynamoDB ") and not fills:
            yield alarm.name, "rings once and stays, for silence changes nothing of AWS/DynamoDB", "FILL its metric with 0"
        if alarm.get("AlarmActions") != ["${AlarmTopic}"] or alarm.get("OKActions") != ["${AlarmTopic}"]:
            yield alarm.name, "rings where nobody hears", "set AlarmActions and OKActions to the AlarmTopic"
        if ";" not in alarm.get("AlarmDescription", ""):
            yield alarm.name, "does not say what to do", "say in AlarmDescription what is wrong; then what to do"
        if alarm.get("ActionsEnabled", True) is not True:
            yield alarm.name, "is silent", "leave ActionsEnabled out"
        returned = [metric for metric in alarm.get("Metrics", []) if metric.get("ReturnData", True)]
        if returned and (len(returned) > 1 or "Expression" not in returned[0]):
            yield alarm.name, f"rings by {[metric['Id'] for metric in returned]}", "return one of its Metrics, the expression"
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
    hears = {
        "source": ["aws.codepipeline"], "detail-type": ["CodePipeline Pipeline Execution State Change"],
        "detail": {"state": ["FAILED"], "pipeline": ["${Pipeline}"]},
    }
    if rule and (rule.get("EventPattern") != hears or rule.get("State", "ENABLED") != "ENABLED"):
        yield rule.name, f"hears of {rule.get('EventPattern')}", f"hear of {hears}, enabled"
    if rule and [target["Arn"] for target in rule.get("Targets", [])] != ["${AlarmTopic}"]:
        yield rule.name, "tells nobody", "name the AlarmTopic as its target"
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
