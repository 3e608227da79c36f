# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The table, its stream, and what becomes of records that fail."""

import json

from ..policies import grants
from ..statement import statement

RETENTION = 1_209_600


@statement(38)
def table_is_safe(stack):
    """The table is paid by request, restorable, encrypted by the key asked for, kept, and forgets by expiresAt."""
    tables = stack.of_type("AWS::DynamoDB::GlobalTable")
    if [table.name for table in tables] != ["Table"]:
        yield "Table", "is no AWS::DynamoDB::GlobalTable", "make it one: another kind can't get replicas later"
        return
    table = tables[0]
    for key, value in (
        ("BillingMode", "PAY_PER_REQUEST"),
        ("SSESpecification.SSEEnabled", stack.parameters["EncryptionKey"] == "CustomerManaged"),
        ("TimeToLiveSpecification.AttributeName", "expiresAt"),
        ("TimeToLiveSpecification.Enabled", True),
    ):
        if table.get(key) != value:
            yield table.name, f"has {key} {table.get(key)!r}", f"set {value!r}"
    for attribute in ("DeletionPolicy", "UpdateReplacePolicy"):
        if table.attributes.get(attribute) != "Retain":
            yield table.name, f"has {attribute} {table.attributes.get(attribute)}", "set Retain: it holds every message"
    protected = stack.parameters["DeletionProtection"] == "true"
    for replica in table.get("Replicas", []):
        where = replica["Region"]
        if replica.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled") is not True:
            yield table.name, f"can't be restored in {where}", "set PointInTimeRecoveryEnabled for each replica"
        if replica.get("DeletionProtectionEnabled") is not protected:
            yield table.name, f"does not heed DeletionProtection in {where}", "set DeletionProtectionEnabled"
        own = stack.parameters["EncryptionKey"] == "CustomerManaged"
        if own != bool(replica.get("SSESpecification", {}).get("KMSMasterKeyId")):
            yield table.name, f"does not heed EncryptionKey in {where}", "set the key of each replica's own Region"


@statement(39)
def replicas_are_added_only(stack):
    """Our own Region comes first; each ReplicaRegion adds a replica and changes nothing else."""
    regions = [replica["Region"] for replica in stack["Table"].get("Replicas", [])]
    asked = [stack.pseudo["AWS::Region"]]
    asked += [stack.parameters[key] for key in ("ReplicaRegion", "SecondReplicaRegion") if stack.parameters[key]]
    if regions != asked:
        yield "Table", f"has replicas in {regions}", f"have them in {asked}"


@statement(40)
def stream_shows_new_items(stack):
    """The stream shows new and old images, which the filter and the replicas need."""
    if stack["Table"].get("StreamSpecification.StreamViewType") != "NEW_AND_OLD_IMAGES":
        yield "Table", "has no stream of new and old images", "set StreamViewType to NEW_AND_OLD_IMAGES"


@statement(41)
def attributes_are_keys(stack):
    """Every attribute of a key is defined, and no other is."""
    table = stack["Table"]
    defined = {one["AttributeName"] for one in table.get("AttributeDefinitions", [])}
    schemas = [table.get("KeySchema", []), *(one["KeySchema"] for one in table.get("GlobalSecondaryIndexes", []))]
    keys = {one["AttributeName"] for schema in schemas for one in schema}
    for name in sorted(keys ^ defined):
        yield table.name, f"has {name} as {'a key' if name in keys else 'an attribute'} alone", (
            "name the keys in AttributeDefinitions, and nothing else"
        )


@statement(42)
def keys_are_sharded(stack):
    """The key is the form with its shard, then the id; the one index has the table's partitions, and can't hold writes back."""
    table = stack["Table"]
    if table.get("KeySchema") != [
        {"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}
    ]:
        yield table.name, "has other keys than pk and sk", "use what the functions write"
    indexes = table.get("GlobalSecondaryIndexes", [])
    if [one["IndexName"] for one in indexes] != ["waiting"] or table.get("LocalSecondaryIndexes"):
        yield table.name, f"has the indexes {[one['IndexName'] for one in indexes]}", (
            "have the index waiting alone: each one more costs two writes a message"
        )
    for index in indexes:
        if index["KeySchema"] != [
            {"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "waiting", "KeyType": "RANGE"}
        ]:
            yield table.name, f"has the index {index['IndexName']} with other keys", (
                "partition it as the table: a hotter index throttles the table"
            )
        if index["Projection"] != {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["attempts", "region"]}:
            yield table.name, f"copies {index['Projection']} into the index {index['IndexName']}", (
                "include attempts and region, which the sweep reads, and no message"
            )
    shards = {
        str(function.get("Environment.Variables.TABLE_SHARDS")) for function in stack.of_type("AWS::Lambda::Function")
    }
    if len(shards) > 1:
        yield "AddContactInfo", f"shards otherwise than the others: {sorted(shards)}", "give all the same TABLE_SHARDS"


@statement(44)
def mapping_loses_nothing(stack):
    """The mapping takes every new and every released message of this Region, and no record can hold up the others."""
    mappings = stack.of_type("AWS::Lambda::EventSourceMapping")
    if len(mappings) != 1:
        yield "Stream", f"is there {len(mappings)} times", "have one mapping from the table to SendContactInfoEmail"
    for mapping in mappings:
        for key, value, remedy in (
            ("FunctionName", "${SendContactInfoEmail}", "name SendContactInfoEmail"),
            ("EventSourceArn", "${Table.StreamArn}", "name Table.StreamArn; the table's own ARN has no records"),
            ("StartingPosition", "TRIM_HORIZON", "set TRIM_HORIZON, or what was stored before is passed over"),
            ("FunctionResponseTypes", ["ReportBatchItemFailures"], "set it, or a whole batch is mailed again"),
            ("BisectBatchOnFunctionError", True, "set it, or one bad record fails its whole batch"),
            ("DestinationConfig.OnFailure.Destination", "${FailureQueue.Arn}", "name the FailureQueue"),
            ("BatchSize", stack.parameters["StreamBatchSize"], "take StreamBatchSize"),
            ("MaximumBatchingWindowInSeconds", stack.parameters["StreamBatchWindow"], "take StreamBatchWindow"),
            ("ParallelizationFactor", stack.parameters["StreamParallelism"], "take StreamParallelism"),
        ):
            if mapping.get(key) != value:
                yield mapping.name, f"has {key} {mapping.get(key)!r}", remedy
        retries = mapping.get("MaximumRetryAttempts", -1)
        if not 1 <= retries <= 20:
            yield mapping.name, f"tries a record {retries} times more", "set MaximumRetryAttempts to 1–20; the sweep does the rest"
        age = mapping.get("MaximumRecordAgeInSeconds", -1)
        if not 60 <= age <= 86_400:
            yield mapping.name, f"gives a record up after {age} s", "set MaximumRecordAgeInSeconds to 60–86400"
        ours = {"kind": {"S": ["submission"]}, "region": {"S": [stack.pseudo["AWS::Region"]]}}
        before = {"status": {"S": ["held", "failed", "bounced", "notified"]}}
        wanted = [
            {"eventName": ["INSERT"], "dynamodb": {"NewImage": ours}},
            {"eventName": ["MODIFY"],
             "dynamodb": {"NewImage": {**ours, "status": {"S": ["received"]}}, "OldImage": before}},
            {"eventName": ["REMOVE"], "dynamodb": {"OldImage": {"kind": {"S": ["submission"]}}}},
        ]
        patterns = mapping.get("FilterCriteria.Filters", [])
        try:
            parsed = [json.loads(pattern["Pattern"]) for pattern in patterns]
        except ValueError:
            yield mapping.name, "has a filter that is no JSON", "mend its Pattern"
            continue
        if parsed != wanted:
            yield mapping.name, f"takes {parsed}", (
                "filter for INSERT, for MODIFY to received from another status, of kind submission and this Region, and for "
                "REMOVE of kind submission, or other changes and Regions' messages are mailed, what the owner releases is not, "
                "or nobody misses what somebody deletes"
            )


@statement(45)
def failures_are_kept(stack):
    """What the mapping gives up is kept for 14 days, encrypted, and alarmed each time."""
    queue = stack.get("FailureQueue")
    if not queue:
        yield "FailureQueue", "is not there", "declare it"
        return
    if queue.get("MessageRetentionPeriod") != RETENTION:
        yield queue.name, f"keeps failures {queue.get('MessageRetentionPeriod')} s", f"set {RETENTION}, 14 days"
    if not queue.get("SqsManagedSseEnabled") and not queue.get("KmsMasterKeyId"):
        yield queue.name, "is not encrypted", "set SqsManagedSseEnabled, or KmsMasterKeyId with an own key"
    own = stack.parameters["EncryptionKey"] == "CustomerManaged"
    if own and (queue.get("SqsManagedSseEnabled"), queue.get("KmsMasterKeyId")) != (False, "${DataKey.Arn}"):
        yield queue.name, "keeps SQS's own encryption beside the own key", "set KmsMasterKeyId, and SqsManagedSseEnabled to false"
    alarms = [
        alarm for alarm in stack.of_type("AWS::CloudWatch::Alarm")
        if {"Name": "QueueName", "Value": "${FailureQueue.QueueName}"} in alarm.get("Dimensions", [])
    ]
    if stack.parameters["Alarms"] == "true" and not alarms:
        yield queue.name, "fills up unseen", "add an alarm on NumberOfMessagesSent"
    for alarm in alarms:
        # Nothing takes a message out again, so that what counts those that are there rings once and no more.
        if (alarm.get("MetricName"), alarm.get("Statistic")) != ("NumberOfMessagesSent", "Sum"):
            yield alarm.name, f"rings by {alarm.get('MetricName')}, once in 14 days", "count what comes: the Sum of NumberOfMessagesSent"
        # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-monitoring-using-cloudwatch.html
        if alarm.get("DatapointsToAlarm") != 1 or alarm.get("EvaluationPeriods", 0) * alarm.get("Period", 0) <= 900:
            yield alarm.name, "misses what comes a quarter of an hour late", "look at 20 minutes, of which one period is enough"


@statement(47)
def sweep_runs(stack):
    """Every five minutes SendContactInfoEmail looks for mail that is overdue."""
    rules = [
        (rule, target)
        for rule in stack.of_type("AWS::Events::Rule")
        for target in rule.get("Targets", [])
        if target["Arn"] == "${SendContactInfoEmail.Arn}"
    ]
    if len(rules) != 1:
        yield "Sweep", f"is there {len(rules)} times", "have one rule for SendContactInfoEmail"
    for rule, target in rules:
        if rule.get("ScheduleExpression") != "rate(5 minutes)" or rule.get("State", "ENABLED") != "ENABLED":
            yield rule.name, f"runs at {rule.get('ScheduleExpression')!r}", "set rate(5 minutes), enabled"
        if target.get("Input") != '{"source":"brevlada.sweep"}':
            yield rule.name, f"says {target.get('Input')}", 'say {"source":"brevlada.sweep"}, which the function knows'
        allowed = any(
            permission.get("FunctionName") == "${SendContactInfoEmail}"
            and permission.get("SourceArn") == f"${{{rule.name}.Arn}}"
            and permission.get("Principal") == "events.amazonaws.com"
            for permission in stack.of_type("AWS::Lambda::Permission")
        )
        if not allowed:
            yield rule.name, "may not call SendContactInfoEmail", "add an AWS::Lambda::Permission with its ARN"


@statement(47)
def sweep_may_look(stack):
    """It may look into the index of what waits, and search nothing else."""
    places = {
        resource for one in grants(stack) if one.owner == "SendContactInfoEmailRole" and one.allows
        and "dynamodb:Query" in one.actions for resource in one.resources
    }
    if places != {"${Table.Arn}/index/waiting"}:
        yield "SendContactInfoEmailRole", f"may search {', '.join(sorted(places)) or 'nothing'}", (
            "allow dynamodb:Query on the index waiting alone"
        )
