# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""SendContactInfoEmail: the packed binary, fed with what moto's stream tells, sending through moto's SES."""

import base64
import copy
import email
import email.policy
import json
import time

import pytest

from harness.faulty_proxy import FaultyProxy
from harness.lambdas import Function

SETTINGS = {"BREVLADA_MAIL_FROM": "Form <form@example.se>", "BREVLADA_MAIL_TO": "owner@example.se"}
SITE = "https://example.se"
SWEEP = {"source": "brevlada.sweep"}


@pytest.fixture(scope="module")
def proxy(moto):
    proxy = FaultyProxy(moto.port)
    yield proxy
    proxy.stop()


@pytest.fixture(scope="module")
def adder(moto, tmp_path_factory):
    with Function("AddContactInfo", tmp_path_factory.mktemp("add"), moto.url, BREVLADA_SITE_URL=SITE) as function:
        yield function


@pytest.fixture
def function(aws, proxy, tmp_path_factory):
    proxy.clear()
    with Function("SendContactInfoEmail", tmp_path_factory.mktemp("send"), proxy.url, timeout=20, **SETTINGS) as function:
        yield function


@pytest.fixture
def fill(adder, aws):
    def fill(count, **fields):
        for number in range(count):
            form = {"name": "Åsa", "email": "asa@example.se", "message": f"Fråga {number}"} | fields
            assert adder.post(form)["statusCode"] == 200
        return aws.stream_event()
    return fill


def mails(proxy):
    """The mails that SES took, as they would reach the owner."""
    taken = [one for one in proxy.exchanges if one.operation == "SendEmail" and one.status == 200]
    raw = [base64.b64decode(json.loads(one.body)["Content"]["Raw"]["Data"]) for one in taken]
    return [email.message_from_bytes(one, policy=email.policy.default) for one in raw]


def statuses(aws):
    return sorted(item["status"]["S"] for item in aws.items())


def test_each_new_message_is_mailed_once(function, aws, proxy, fill):
    event = fill(3)
    for _ in range(2):
        assert function.invoke(event) == (200, {"batchItemFailures": []})
    sent = mails(proxy)
    assert len(sent) == 3
    assert {mail["To"] for mail in sent} == {"owner@example.se"}
    assert all("asa@example.se" in mail["Reply-To"] for mail in sent)
    assert sorted(mail.get_body(("plain",)).get_content().count("Fråga") for mail in sent) == [1, 1, 1]
    assert statuses(aws) == ["notified"] * 3


def test_spam_is_not_mailed(function, aws, proxy, fill):
    event = fill(2, _gotcha="x")
    assert function.invoke(event) == (200, {"batchItemFailures": []})
    assert mails(proxy) == []
    assert statuses(aws) == ["held", "held"]


def test_a_poison_record_keeps_no_other_from_its_mail(function, aws, proxy, fill):
    event = fill(3)
    poison = copy.deepcopy(event["Records"][0])
    poison["dynamodb"]["Keys"] = {"pk": {"S": "none"}, "sk": {"N": "1"}}
    gone = copy.deepcopy(event["Records"][1])
    gone["dynamodb"]["Keys"]["sk"]["S"] = "01JDF000000000000000000000"
    event["Records"][1:1] = [poison, gone, {"eventName": "INSERT"}, 7]
    assert function.invoke(event) == (200, {"batchItemFailures": []})
    assert len(mails(proxy)) == 3
    assert statuses(aws) == ["notified"] * 3
    function.wait_for_log("stream record not readable")


def test_an_item_that_is_no_submission_keeps_no_other_from_its_mail(function, aws, proxy, fill):
    event = fill(2)
    first = event["Records"][0]["dynamodb"]["Keys"]
    aws.client("dynamodb").put_item(
        TableName="submissions", Item={**first, "kind": {"S": "submission"}, "status": {"S": "received"}}
    )
    assert function.invoke(event) == (200, {"batchItemFailures": []})
    assert len(mails(proxy)) == 1
    function.wait_for_log("mail not sent")


def test_a_flood_becomes_a_digest(function, aws, proxy, fill):
    event = fill(25)
    assert function.invoke(event) == (200, {"batchItemFailures": []})
    assert len(mails(proxy)) == 1
    assert statuses(aws) == ["notified"] * 25


def test_what_ses_refuses_for_good_is_marked_and_the_rest_goes_out(moto, aws, tmp_path, fill):
    event = fill(2)
    settings = SETTINGS | {"BREVLADA_MAIL_FROM": "nobody@unverified.example"}
    with Function("SendContactInfoEmail", tmp_path, moto.url, **settings) as function:
        status, body = function.invoke(event)
        assert status == 200 and "batchItemFailures" in body
        line = json.loads(function.wait_for_log("mail (given up|postponed)"))
        assert "verif" in line["error.reason"]


def send_faults(exchange, fault, times):
    if exchange.operation == "SendEmail" and times[0] > 0:
        times[0] -= 1
        return fault
    return None


@pytest.mark.parametrize("fault", ["throttle", "500", "reset", "reset-after*", "truncate*", "malformed*", "close"])
def test_a_mail_that_was_not_taken_goes_out_with_the_batch_given_again(function, aws, proxy, fill, fault):
    event = fill(2)
    times = [4]
    proxy.decide = lambda exchange: send_faults(exchange, fault, times)
    for _ in range(6):
        status, body = function.invoke(event)
        assert status == 200
        again = {failure["itemIdentifier"] for failure in body["batchItemFailures"]}
        if not again:
            break
    assert statuses(aws) == ["notified"] * 2
    identifiers = {mail["Message-ID"] for mail in mails(proxy)}
    assert len(identifiers) == 2, "a mail that went out twice is folded by its Message-ID"


def test_a_store_that_is_out_of_reach_gives_the_batch_again(function, aws, proxy, fill):
    event = fill(3)
    proxy.decide = lambda exchange: "500" if exchange.operation != "SendEmail" else None
    numbers = [record["dynamodb"]["SequenceNumber"] for record in event["Records"]]
    status, body = function.invoke(event)
    assert [failure["itemIdentifier"] for failure in body["batchItemFailures"]] == numbers
    proxy.decide = None
    assert function.invoke(event) == (200, {"batchItemFailures": []})
    assert len(mails(proxy)) == 3


def test_the_sweep_says_that_nothing_is_overdue(function, aws, fill):
    fill(2)
    status, body = function.invoke(SWEEP)
    assert (status, body) == (200, {})
    metric = json.loads(function.wait_for_log('"Overdue"'))
    # What has just come in is the stream's.
    assert metric["Overdue"] == 0
    assert statuses(aws) == ["received", "received"]


def due(aws, item, minutes_ago, **values):
    """Makes the item wait for its mail since then, as the store writes it."""
    moment = int(time.time() * 1000) - minutes_ago * 60_000
    aws.change(item, **{"dueAt": {"N": str(moment)}, "waiting": {"S": f"received#{moment:015d}"}} | values)


def test_the_sweep_mails_what_the_stream_did_not(function, aws, proxy, fill):
    fill(3)
    for item in aws.items()[:2]:
        due(aws, item, minutes_ago=20)
    assert function.invoke(SWEEP) == (200, {})
    assert json.loads(function.wait_for_log('"Overdue"'))["Overdue"] == 2
    [mail] = mails(proxy)
    assert mail["Subject"] == "2 new messages"
    assert statuses(aws) == ["notified", "notified", "received"]
    # What is mailed waits for nothing any more.
    assert sum("waiting" in item for item in aws.items()) == 1


def test_the_sweep_finds_what_is_due_however_old_it_is(function, aws, proxy, fill):
    fill(1, _id="opened-long-ago", _started=int((time.time() - 20 * 3600) * 1000))
    [item] = aws.items()
    due(aws, item, minutes_ago=6, receivedAt={"N": str(int(time.time() * 1000) - 10 * 86_400_000)})
    assert function.invoke(SWEEP) == (200, {})
    assert len(mails(proxy)) == 1
    assert json.loads(function.wait_for_log('"Overdue"'))["Overdue"] == 0


def test_a_sweep_tells_what_is_held_once_whichever_instance_runs(aws, proxy, fill, tmp_path):
    proxy.clear()
    fill(2, _gotcha="x")
    moment = int(time.time() * 1000) - 2 * 3_600_000
    for item in aws.items():
        aws.change(item, receivedAt={"N": str(moment)}, waiting={"S": f"held#{moment:015d}"})
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        with Function("SendContactInfoEmail", folder, proxy.url, timeout=20, **SETTINGS) as function:
            assert function.invoke(SWEEP) == (200, {})
    [mail] = mails(proxy)
    assert mail["Subject"] == "2 messages held as suspected spam"
    assert "brevlada inbox list --status held --aws" in mail.get_body(("plain",)).get_content()
    assert "sa@example.se" not in mail.as_string().replace("form@example.se", "")
    memory = {"pk": {"S": "#reminders"}, "sk": {"S": "eu-north-1"}}
    record = aws.client("dynamodb").get_item(TableName="submissions", Key=memory)["Item"]["record"]["S"]
    assert set(json.loads(record)) == {"contact"}


def test_what_the_owner_releases_is_mailed_as_the_stream_tells(function, aws, proxy, fill):
    fill(2, _gotcha="x")
    assert [item["waiting"]["S"][:5] for item in aws.items()] == ["held#"] * 2
    due(aws, aws.items()[0], minutes_ago=0, status={"S": "received"})
    event = aws.stream_event()
    assert [record["eventName"] for record in event["Records"]] == ["INSERT", "INSERT", "MODIFY"]
    assert function.invoke(event) == (200, {"batchItemFailures": []})
    assert len(mails(proxy)) == 1
    assert statuses(aws) == ["held", "notified"]
    # The change to notified is one as well, and no reason to mail again.
    assert function.invoke(aws.stream_event()) == (200, {"batchItemFailures": []})
    assert len(mails(proxy)) == 1


@pytest.mark.parametrize("event", [{}, {"source": "aws.events"}, []])
def test_an_event_that_is_none_is_an_error_and_the_next_is_answered(function, aws, event):
    _, body = function.invoke(event)
    assert body["errorType"].startswith("Event.")
    assert function.invoke(SWEEP) == (200, {})


def test_a_form_that_is_taken_out_keeps_its_messages_in_the_inbox(function, aws, proxy, adder, moto, tmp_path_factory):
    order = {"BREVLADA_FORMS": json.dumps({"order": {}})}
    with Function("AddContactInfo", tmp_path_factory.mktemp("order"), moto.url, BREVLADA_SITE_URL=SITE, **order) as one:
        fields = {"name": "Åsa", "email": "asa@example.se", "message": "En båt"}
        assert one.post(fields, path="/f/order")["statusCode"] == 200
    assert function.invoke(aws.stream_event()) == (200, {"batchItemFailures": []})
    # The next version of the site has no such form.
    with Function("ReadContactInfo", tmp_path_factory.mktemp("read"), moto.url) as reader:
        [listed] = reader.owner("GET", "/submissions")["submissions"]
        assert listed["form"] == "order"
        receipt = reader.owner("POST", "/erasure", {"email": "asa@example.se"})
        assert receipt["erased"] == 1 and receipt["complete"] is True
    assert aws.items() == []
