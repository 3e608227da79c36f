# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The webhook on AWS: SendContactInfoEmail as it is packed, swept, with its memory in the table and a receiver that checks."""

import json
import time

import pytest

from harness.lambdas import Function
from harness.webhook import SECRET

SETTINGS = {"BREVLADA_MAIL_FROM": "Form <form@example.se>", "BREVLADA_MAIL_TO": "owner@example.se"}
SWEEP = {"source": "brevlada.sweep"}
MEMORY = {"pk": {"S": "#alerts"}, "sk": {"S": "eu-north-1"}}


@pytest.fixture
def function(moto, aws, tmp_path_factory):
    """Starts an instance of its own each time, as Lambda may at every sweep."""
    started = []

    def start(hook, **values):
        folder = tmp_path_factory.mktemp("send")
        started.append(Function("SendContactInfoEmail", folder, moto.url, timeout=60, **SETTINGS, **hook.settings, **values))
        return started[-1].__enter__()

    yield start
    for one in started:
        one.__exit__()


@pytest.fixture
def put(aws):
    """Puts a message into the table as the store does, with the index of what waits."""

    def put(number, status, minutes_ago, **values):
        moment = int(time.time() * 1000) - minutes_ago * 60_000
        item = {
            "pk": {"S": f"contact#{number % 8}"}, "sk": {"S": f"01J{number:023d}"}, "kind": {"S": "submission"},
            "schemaVersion": {"N": "1"}, "version": {"N": "1"}, "receivedAt": {"N": str(moment)}, "status": {"S": status},
            "waiting": {"S": f"{status}#{moment:015d}"}, "attempts": {"N": "0"}, "region": {"S": "eu-north-1"},
            "fields": {"S": '{"message":"Hemligt"}'}, "email": {"S": "hulda@example.se"}, "language": {"S": "sv"},
        }
        if status == "received":
            item["dueAt"] = {"N": str(moment)}
        aws.client("dynamodb").put_item(TableName="submissions", Item=item | values)
        return {"pk": item["pk"], "sk": item["sk"]}
    return put


def remembered(aws):
    return json.loads(aws.client("dynamodb").get_item(TableName="submissions", Key=MEMORY)["Item"]["record"]["S"])


def test_what_is_late_and_given_up_is_told_once_and_its_end_once(function, aws, put, receiver):
    hook = receiver()
    put(1, "received", 20)
    failed = put(2, "failed", 60)
    put(3, "failed", 8 * 24 * 60)
    put(4, "failed", 60, region={"S": "us-east-1"})
    first = function(hook)
    assert first.invoke(SWEEP) == (200, {})
    [(identifier, body)] = hook.wait(1)
    assert body["type"] == "mail.failing" and identifier.startswith("msg_")
    assert body["data"] == {"waiting": 1, "failed": 1, "forms": {"contact": {"waiting": 1, "failed": 1}}}
    assert b"ulda" not in hook.calls[0][1] and b"Hemligt" not in hook.calls[0][1]
    first.wait_for_log("alert sent")
    # What waited went out in the same sweep; another instance knows what was told.
    second = function(hook)
    assert second.invoke(SWEEP) == (200, {})
    assert len(hook.calls) == 1
    aws.change(failed, remove=["waiting"], status={"S": "notified"})
    assert function(hook).invoke(SWEEP) == (200, {})
    calls = hook.wait(2)
    assert [body["type"] for _, body in calls] == ["mail.failing", "mail.recovered"]
    assert len({identifier for identifier, _ in calls}) == 2
    for one in (first, second):
        assert SECRET not in one.log and "s3cret" not in one.log and "ulda" not in one.log


def test_a_receiver_that_refuses_is_called_again_by_another_instance_under_the_same_id(function, aws, put, receiver):
    hook = receiver(refusals=1)
    put(1, "failed", 60)
    first = function(hook)
    assert first.invoke(SWEEP) == (200, {})
    assert "answered with 500" in json.loads(first.wait_for_log("alert not sent"))["error.reason"]
    # A minute has not passed.
    assert first.invoke(SWEEP) == (200, {})
    assert len(hook.calls) == 1
    record = remembered(aws)
    record["pending"]["next"] = 0
    aws.change(MEMORY, record={"S": json.dumps(record)})
    assert function(hook).invoke(SWEEP) == (200, {})
    assert len({identifier for identifier, _ in hook.wait(2)}) == 1
    assert "pending" not in remembered(aws)


def test_a_receiver_that_is_gone_holds_up_no_mail(function, aws, put, receiver):
    hook = receiver()
    hook.stop()
    keys = [put(number, "received", 20) for number in range(3)]
    one = function(hook)
    assert one.invoke(SWEEP) == (200, {})
    assert json.loads(one.wait_for_log("alert not sent"))["error.reason"] == "no answer: connection refused"
    items = [aws.client("dynamodb").get_item(TableName="submissions", Key=key)["Item"] for key in keys]
    assert [item["status"]["S"] for item in items] == ["notified"] * 3


def test_what_is_remembered_is_none_of_the_streams(function, aws, put, receiver):
    hook = receiver()
    put(1, "failed", 60)
    one = function(hook)
    assert one.invoke(SWEEP) == (200, {})
    hook.wait(1)
    event = aws.stream_event()
    # Of an item that an update makes, moto tells once without its attributes, as DynamoDB does not.
    ours = [
        record for record in event["Records"]
        if record["dynamodb"]["Keys"]["pk"]["S"] == "#alerts" and "kind" in record["dynamodb"]["NewImage"]
    ]
    assert ours and all(record["dynamodb"]["NewImage"]["kind"]["S"] == "alerts" for record in ours)
    assert one.invoke({"Records": ours}) == (200, {"batchItemFailures": []})
    assert "stream record not readable" not in one.log


def test_without_a_webhook_nothing_is_remembered(moto, aws, put, tmp_path):
    put(1, "failed", 60)
    with Function("SendContactInfoEmail", tmp_path, moto.url, **SETTINGS) as one:
        assert one.invoke(SWEEP) == (200, {})
    assert "Item" not in aws.client("dynamodb").get_item(TableName="submissions", Key=MEMORY)
