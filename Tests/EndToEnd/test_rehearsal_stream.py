# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The rehearsal's event source mapping: a table's records reach a function as the mapping declares, and no other way.

The function is a small one of ours. It fails for a record that says so, and remembers each batch that it got in a second
table, where the test reads it.
"""

import json
import uuid

import pytest

from harness.rehearsal import Rehearsal, echo_zip, until_gone
from harness.waiting import until

# What the function does with a batch. "crash" fails the call, "report" names the record, "nonsense" names one of none, and
# "hang" is not done within ten minutes.
SOURCE = '''
images = [record["dynamodb"]["NewImage"] for record in event["Records"]]
names = [image["pk"]["S"] for image in images]
wishes = {image["pk"]["S"]: image["wish"]["S"] for image in images}
call = urllib.request.Request(os.environ["AWS_ENDPOINT_URL"], json.dumps({
    "TableName": os.environ["SEEN"], "Item": {"pk": {"S": id}, "sk": {"S": "-"}, "names": {"S": json.dumps(names)}},
}).encode(), {
    "X-Amz-Target": "DynamoDB_20120810.PutItem", "Content-Type": "application/x-amz-json-1.0",
    "Authorization": "AWS4-HMAC-SHA256 Credential=x/20261125/eu-north-1/dynamodb/aws4_request",
})
urllib.request.urlopen(call).close()
if "hang" in wishes.values():
    time.sleep(600)
failed = [record["dynamodb"]["SequenceNumber"] for record, name in zip(event["Records"], names) if wishes[name] == "report"]
answer = {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}
if "nonsense" in wishes.values():
    answer = {"batchItemFailures": [{"itemIdentifier": "none"}]}
if "crash" in wishes.values():
    answer = {"errorType": "Poison", "errorMessage": "asked to"}
'''

KEYS = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]


def table():
    return {
        "Type": "AWS::DynamoDB::GlobalTable",
        "Properties": {
            "BillingMode": "PAY_PER_REQUEST", "KeySchema": KEYS,
            "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
            "Replicas": [{"Region": {"Ref": "AWS::Region"}}],
        },
    }


def template(**mapping):
    pattern = json.dumps({"eventName": ["INSERT"], "dynamodb": {"NewImage": {"kind": {"S": ["letter"]}}}})
    return {
        "Resources": {
            "Table": table(), "Seen": table(), "Failures": {"Type": "AWS::SQS::Queue"},
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": []}}},
            "Group": {"Type": "AWS::Logs::LogGroup"},
            "Function": {"Type": "AWS::Lambda::Function", "Properties": {
                "Runtime": "provided.al2023", "Handler": "bootstrap", "Timeout": 20, "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "Code": {"S3Bucket": "code-of-streams", "S3Key": "watch.zip"},
                "LoggingConfig": {"LogGroup": {"Ref": "Group"}}, "Environment": {"Variables": {"SEEN": {"Ref": "Seen"}}},
            }},
            "Mapping": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {
                "FunctionName": {"Ref": "Function"}, "EventSourceArn": {"Fn::GetAtt": ["Table", "StreamArn"]},
                "StartingPosition": "TRIM_HORIZON", "BatchSize": 4, "MaximumBatchingWindowInSeconds": 1,
                "FunctionResponseTypes": ["ReportBatchItemFailures"], "MaximumRetryAttempts": 2,
                "BisectBatchOnFunctionError": True, "MaximumRecordAgeInSeconds": 3600,
                "DestinationConfig": {"OnFailure": {"Destination": {"Fn::GetAtt": ["Failures", "Arn"]}}},
                "FilterCriteria": {"Filters": [{"Pattern": pattern}]},
            } | mapping},
        },
        "Outputs": {name: {"Value": {"Ref": name}} for name in ("Table", "Seen", "Failures", "Function", "Group")},
    }


class Stream:
    def __init__(self, cloud, stack):
        self.cloud, self.outputs = cloud, cloud.outputs(stack)
        self.dynamodb, self.sqs = cloud.client("dynamodb"), cloud.client("sqs")

    def put(self, *wishes, kind="letter"):
        """Items with these wishes, one after the other; their names."""
        names = [f"{uuid.uuid4().hex[:8]}-{wish}" for wish in wishes]
        for name, wish in zip(names, wishes, strict=True):
            item = {"pk": {"S": name}, "sk": {"S": "-"}, "kind": {"S": kind}, "wish": {"S": wish}}
            self.dynamodb.put_item(TableName=self.outputs["Table"], Item=item)
        return names

    def batches(self, names):
        """The batches that had any of the names, in no order."""
        items = self.dynamodb.scan(TableName=self.outputs["Seen"])["Items"]
        batches = [json.loads(item["names"]["S"]) for item in items]
        return [batch for batch in batches if set(batch) & set(names)]

    def until_seen(self, names):
        return until(
            lambda: (found := self.batches(names)) and {name for batch in found for name in batch} >= set(names) and found,
            what="the records at the function",
        )

    def given_up(self):
        """The next notice in the failure queue."""
        def look():
            return self.sqs.receive_message(QueueUrl=self.outputs["Failures"]).get("Messages")
        [message] = until(look, what="a notice in the failure queue")
        self.sqs.delete_message(QueueUrl=self.outputs["Failures"], ReceiptHandle=message["ReceiptHandle"])
        return json.loads(message["Body"])


@pytest.fixture(scope="module")
def stream(cloud):
    cloud.upload("code-of-streams", "watch.zip", echo_zip(SOURCE))
    cloud.create("streams", template())
    return Stream(cloud, "streams")


def test_only_what_the_filter_takes_comes_in_batches_of_the_size(stream):
    others = stream.put("none", "none", kind="ledger")
    names = stream.put(*["fine"] * 6)
    # Changes and deletions are not insertions.
    table = stream.outputs["Table"]
    stream.dynamodb.update_item(
        TableName=table, Key={"pk": {"S": names[0]}, "sk": {"S": "-"}}, UpdateExpression="SET seen = :a",
        ExpressionAttributeValues={":a": {"S": "yes"}},
    )
    stream.dynamodb.delete_item(TableName=table, Key={"pk": {"S": names[1]}, "sk": {"S": "-"}})
    last = stream.put("fine")
    batches = stream.until_seen(names + last)
    assert max(map(len, batches)) <= 4
    assert sorted(name for batch in batches for name in batch) == sorted(names + last)
    assert stream.batches(others) == []


def test_a_record_that_is_named_is_given_up_and_the_next_go_on(stream):
    names = stream.put("fine", "report", "fine")
    notice = stream.given_up()
    assert notice["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert notice["requestContext"]["approximateInvokeCount"] == 3
    place = notice["DDBStreamBatchInfo"]
    assert place["streamArn"].endswith(stream.outputs["Table"] + "/stream/" + place["streamArn"].rpartition("/")[2])
    # It says where, and nothing of what the record held.
    assert names[1] not in json.dumps(notice)
    batches = stream.batches(names)
    # What was done before the record is not done again; what comes after it is, each time.
    assert sum(names[0] in batch for batch in batches) == 1
    assert sum(names[1] in batch for batch in batches) >= 3
    [after] = stream.put("fine")
    stream.until_seen([after])


def test_a_batch_that_fails_is_split_until_the_record_is_alone(stream):
    names = stream.put("fine", "fine", "crash", "fine")
    notice = stream.given_up()
    assert notice["DDBStreamBatchInfo"]["batchSize"] == 1
    batches = stream.batches(names)
    alone = [batch for batch in batches if batch == [names[2]]]
    assert len(alone) == 3, "once, and twice again"
    stream.until_seen(names)


def test_an_answer_that_names_no_record_fails_the_batch(stream):
    [name] = stream.put("nonsense")
    assert stream.given_up()["DDBStreamBatchInfo"]["batchSize"] == 1
    assert len(stream.batches([name])) == 3


def test_a_changed_mapping_holds_at_once_and_nothing_comes_twice(cloud, stream):
    before = stream.put("fine")
    stream.until_seen(before)
    cloud.update("streams", template(BatchSize=1, MaximumRetryAttempts=0))
    names = stream.put("fine", "fine", "report")
    assert stream.given_up()["requestContext"]["approximateInvokeCount"] == 1
    assert all(len(batch) == 1 for batch in stream.batches(names))
    assert len(stream.batches(before)) == 1


def test_what_the_function_writes_is_in_its_log(cloud, stream):
    stream.until_seen(stream.put("fine"))

    def look():
        return cloud.client("logs").filter_log_events(logGroupName=stream.outputs["Group"], filterPattern='"answered"')["events"]
    [first, *_] = until(look, what="the line in the log")
    entry = json.loads(first["message"])
    events = cloud.client("logs").filter_log_events(logGroupName=stream.outputs["Group"])["events"]
    kinds = {json.loads(one["message"]).get("type") for one in events}
    assert {"platform.start", "platform.report"} <= kinds
    assert entry["requestId"]


def test_the_function_can_be_called_with_the_cli(cloud, stream, tmp_path):
    done = cloud.aws(
        "lambda", "invoke", "--function-name", stream.outputs["Function"], "--payload", '{"Records": []}', str(tmp_path / "out")
    )
    assert done["StatusCode"] == 200 and "FunctionError" not in done
    assert json.loads((tmp_path / "out").read_text()) == {"batchItemFailures": []}
    failing = {"Records": [{"dynamodb": {"NewImage": {"pk": {"S": "direct"}, "wish": {"S": "crash"}}, "SequenceNumber": "1"}}]}
    done = cloud.aws(
        "lambda", "invoke", "--function-name", stream.outputs["Function"], "--payload", json.dumps(failing), str(tmp_path / "out")
    )
    assert done["FunctionError"] == "Unhandled"


def test_the_cloud_ends_while_a_function_hangs_and_leaves_nothing_behind():
    cloud = Rehearsal()
    try:
        cloud.upload("code-of-streams", "watch.zip", echo_zip(SOURCE))
        cloud.create("streams", template())
        stream = Stream(cloud, "streams")
        stream.until_seen(stream.put("hang"))
        running = cloud.processes
        assert len(running) == 3, "the AWS CLI, an emulator, and the function in it"
    finally:
        cloud.stop()
    until_gone(running)
