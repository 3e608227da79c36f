# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""ReadContactInfo: the packed binary under AWS's Runtime Interface Emulator, on moto's DynamoDB."""

import csv
import io
import json
import re
import time
from urllib.parse import parse_qsl, urlsplit

import pytest

from harness.lambdas import Function
from harness.inbox import signed_in

SITE = {"BREVLADA_SITE_URL": "https://example.se"}
MAIL = {"BREVLADA_MAIL_FROM": "form@example.se", "BREVLADA_MAIL_TO": "owner@example.se"}
FORMS = {"BREVLADA_FORMS": json.dumps({"order": {}})}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return {name: tmp_path_factory.mktemp(name) for name in ("AddContactInfo", "SendContactInfoEmail", "ReadContactInfo")}


@pytest.fixture
def read(aws, folders):
    with Function("ReadContactInfo", folders["ReadContactInfo"], aws.url, timeout=25, **FORMS) as function:
        yield function


def store(aws, folders, messages, **options):
    with Function("AddContactInfo", folders["AddContactInfo"], aws.url, **SITE, **FORMS) as function:
        for message in messages:
            assert function.post(message, **options)["statusCode"] == 200


def letters(count, **changes):
    return [
        {"name": "Åsa Öberg", "email": "asa@example.se", "message": f"Fråga nummer {number} om båten"} | changes
        for number in range(count)
    ]


def pages(function, **query):
    """Every message that matches, and how many pages it took."""
    found, cursor, count = [], None, 0
    while True:
        page = function.owner("GET", "/submissions", **query, **({"cursor": cursor} if cursor else {}))
        found += page["submissions"]
        count += 1
        cursor = page["next"]
        if cursor is None:
            return found, count


@pytest.mark.parametrize("signed_in_by", ["cognito", "iam"])
def test_the_owner_reads_over_all_shards(read, aws, folders, signed_in_by):
    store(aws, folders, letters(20))
    store(aws, folders, letters(3, name="Björn"), path="/f/order")
    assert len({item["pk"]["S"] for item in aws.items()}) > 4
    answer = read.ask("GET", "/submissions", query={"limit": 5}, signed_in=signed_in_by)
    assert answer["statusCode"] == 200 and answer["headers"]["Cache-Control"] == "no-store"
    everything, count = pages(read, limit=5)
    assert len({each["id"] for each in everything}) == 23 and count >= 5
    # By id, whose time is that of the page, or within ten minutes: the table has no other order.
    assert [each["id"] for each in everything] == sorted((each["id"] for each in everything), reverse=True)
    assert len(pages(read, form="order")[0]) == 3
    assert len(pages(read, q="NUMMER 7 ")[0]) == 1
    assert len(pages(read, status="received,failed")[0]) == 23


def test_without_an_authorizer_there_is_401_and_nothing_else(read, aws, folders):
    store(aws, folders, letters(1))
    [one] = pages(read)[0]
    before = aws.items()
    answers = []
    for method, path, body in [
        ("GET", "/submissions", None), ("GET", f"/submissions/{one['id']}", None), ("GET", "/submissions.csv", None),
        ("GET", "/submissions.jsonl", None), ("GET", "/audit", None), ("DELETE", f"/submissions/{one['id']}", None),
        ("PATCH", f"/submissions/{one['id']}", {"action": "spam"}), ("POST", "/erasure", {"email": "asa@example.se"}),
        ("POST", "/resend-failed", None),
    ]:
        answer = read.ask(method, path, body, signed_in=None)
        assert answer["statusCode"] == 401, (method, path)
        answers.append(answer)
    assert all(answer == answers[0] for answer in answers)
    assert aws.items() == before
    read.wait_for_log("request without an authorizer refused")


def test_the_same_answers_as_on_one_machine(read, start):
    server = start()
    with signed_in(server) as owner:
        for method, path, body in [
            ("GET", "/submissions", None), ("GET", "/submissions?limit=0", None), ("GET", "/submissions?x=1", None),
            ("GET", "/submissions/01J00000000000000000000000", None), ("PATCH", "/submissions/x", {"read": True}),
            ("PATCH", "/submissions/01J00000000000000000000000", {}), ("POST", "/erasure", {}), ("PUT", "/audit", None),
            ("POST", "/erasure", {"email": "nobody@example.se", "cursor": "x"}),
        ]:
            there = owner.request(method, path, body, accept_language="sv")
            parts = urlsplit(path)
            here = read.ask(
                method, parts.path, body, query=dict(parse_qsl(parts.query)), headers={"Accept-Language": "sv"}
            )
            assert here["statusCode"] == there.status, (method, path)
            assert here["body"].encode() == there.body, (method, path)
            for name, value in here["headers"].items():
                assert there[name] == value, name


def test_a_held_message_is_released_and_the_sweep_mails_it_with_its_reply_to(read, aws, folders):
    store(aws, folders, letters(1, _gotcha="x", email="bjorn@example.se", name="Björn"))
    [one] = pages(read, status="held")[0]
    path = f"/submissions/{one['id']}"
    assert read.owner("PATCH", path, {"action": "release"})["status"] == "received"
    assert read.ask("PATCH", path, {"action": "release"})["statusCode"] == 409
    # Due for longer than the sweep waits: as if ten minutes had gone by.
    [item] = [item for item in aws.items() if item["kind"] == {"S": "submission"}]
    past = int(item["dueAt"]["N"]) - 600_000
    assert item["status"] == {"S": "received"}
    aws.change(item, dueAt={"N": str(past)}, waiting={"S": f"received#{past:015d}"})
    with Function("SendContactInfoEmail", folders["SendContactInfoEmail"], aws.url, **MAIL, **FORMS) as function:
        assert function.invoke({"source": "brevlada.sweep"}) == (200, {})
    whole = read.owner("GET", path)
    assert whole["status"] == "notified"
    assert [entry["what"] for entry in whole["history"]] == ["held", "released", "notified"]


def test_all_that_failed_is_sent_again_at_once_and_nothing_else(read, aws, folders):
    store(aws, folders, letters(4))
    store(aws, folders, letters(1, name="Björn"), path="/f/order")
    store(aws, folders, letters(1, _gotcha="x", name="Robot"))
    begin = int(time.time() * 1000)
    by_name = {}
    for item in aws.items():
        by_name.setdefault(item["name"]["S"], []).append(item)
    # Of two forms; one message waits for its first mail, another is held.
    failed = by_name["Åsa Öberg"][:2] + by_name["Björn"]
    for item in failed:
        aws.change(
            item, remove=["dueAt"], status={"S": "failed"}, waiting={"S": f"failed#{begin:015d}"},
            lastError={"S": "refused by SES"}, attempts={"N": "1"},
        )
    ids = {item["sk"]["S"] for item in failed}
    others = [item for item in aws.items() if item["sk"]["S"] not in ids]
    assert {each["id"] for each in pages(read, status="failed")[0]} == ids and len(others) == 3
    audit = read.owner("GET", "/audit")
    assert audit["clean"] is False and [(each["kind"], each["count"]) for each in audit["problems"]] == [("failed", 3)]

    assert read.owner("POST", "/resend-failed") == {"resent": 3, "complete": True, "unreadable": []}
    end = int(time.time() * 1000)
    stored = [item for item in aws.items() if item["sk"]["S"] in ids]
    assert len(stored) == 3
    for item in stored:
        assert item["status"] == {"S": "received"} and item["attempts"] == {"N": "0"}
        due = int(item["dueAt"]["N"])
        assert begin <= due <= end and item["waiting"] == {"S": f"received#{due:015d}"}
        [entry] = json.loads(item["history"]["S"])
        assert "resent" in json.dumps(entry)
    assert [item for item in aws.items() if item["sk"]["S"] not in ids] == others
    assert read.owner("GET", "/audit")["clean"] is True
    assert read.owner("POST", "/resend-failed") == {"resent": 0, "complete": True, "unreadable": []}

    # The index finds them: as if ten minutes had gone by, the sweep mails these three.
    for item in stored:
        past = int(item["dueAt"]["N"]) - 600_000
        aws.change(item, dueAt={"N": str(past)}, waiting={"S": f"received#{past:015d}"})
    with Function("SendContactInfoEmail", folders["SendContactInfoEmail"], aws.url, **MAIL, **FORMS) as function:
        assert function.invoke({"source": "brevlada.sweep"}) == (200, {})
    assert {each["id"] for each in pages(read, status="notified")[0]} == ids


def test_marks_erasure_and_the_audit_add_up(read, aws, folders):
    store(aws, folders, letters(6))
    store(aws, folders, letters(2, email="Eva@Example.SE"))
    everything, _ = pages(read)
    path = f"/submissions/{everything[0]['id']}"
    assert read.owner("PATCH", path, {"read": True})["readAt"]
    assert len(pages(read, unread="true")[0]) == 7
    receipt = read.owner("POST", "/erasure", {"email": "eva@example.se"})
    assert receipt["erased"] == 2 and receipt["complete"] is True
    assert "eva" not in json.dumps(receipt).lower()
    assert len(pages(read, archived="any")[0]) == 6
    audit = read.owner("GET", "/audit")
    assert audit["accepted"] == 8 and audit["erased"] == 2 and audit["counts"]["received"] == 6
    assert audit["complete"] is True


def test_an_export_comes_in_parts_below_lambdas_limit_that_fit_together(read, aws, folders):
    table = aws.client("dynamodb")
    store(aws, folders, letters(1))
    [sample] = aws.items()
    # Large ones full of what grows in JSON: 40 of 200 KB are 8 MB as text and three times that on the way.
    for number in range(40):
        item = dict(sample)
        item["sk"] = {"S": f"{sample['sk']['S'][:-4]}{number:04d}"}
        fields = {"message": "<\"" * 50_000 + str(number), f"field{number % 7}": "x"}
        item["fields"] = {"S": json.dumps(fields)}
        table.put_item(TableName="submissions", Item=item)
    text, parts, query = "", 0, {"bom": "true"}
    while True:
        event_answer = read.ask("GET", "/submissions.csv", query=query)
        assert event_answer["statusCode"] == 200
        assert len(json.dumps(event_answer)) < 6 * 1024 * 1024
        text += event_answer["body"]
        parts += 1
        link = event_answer["headers"].get("Link")
        if not link:
            break
        target = urlsplit(re.fullmatch(r'<(.*)>; rel="next"', link)[1])
        assert target.path == "/api/submissions.csv" and len(link) < 8000
        query = dict(parse_qsl(target.query, strict_parsing=True))
    assert parts > 3
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert len(rows) == 42 and len({len(row) for row in rows}) == 1
    assert len({row[0] for row in rows}) == 42
    assert {f"field{number}" for number in range(7)} <= set(rows[0])


@pytest.mark.parametrize(
    "damage",
    [{"fields": {"S": "{"}}, {"fields": {"N": "1"}}, {"email": {"BOOL": True}}, {"status": {"S": "lost"}}, {"schemaVersion": {"N": "99"}}],
    ids=["no JSON", "fields of another type", "an address of another type", "an unknown status", "a newer version"],
)
def test_one_item_that_can_not_be_read_is_told_of_and_keeps_nothing_from_anybody(read, aws, folders, damage):
    store(aws, folders, letters(4))
    item, *others = sorted((item for item in aws.items() if item["kind"] == {"S": "submission"}), key=lambda item: item["sk"]["S"])
    aws.change(item, **damage)
    bad, good = item["sk"]["S"], {other["sk"]["S"] for other in others}
    for query in ({}, {"limit": 1}, {"q": "nummer"}, {"status": "received"}):
        told, cursor, found = [], None, set()
        while True:
            page = read.owner("GET", "/submissions", **query, **({"cursor": cursor} if cursor else {}))
            found |= {each["id"] for each in page["submissions"]}
            told += page["unreadable"]
            cursor = page["next"]
            if not cursor:
                break
        assert (found, told) == (good, [bad]), query
    alone = read.ask("GET", f"/submissions/{bad}")
    assert alone["statusCode"] == 500 and json.loads(alone["body"])["errors"][0]["code"] == "UNREADABLE"
    export = read.ask("GET", "/submissions.jsonl")
    assert export["headers"]["Brevlada-Unreadable"] == "1" and len(export["body"].splitlines()) == 3
    audit = read.owner("GET", "/audit")
    assert audit["accepted"] == audit["stored"] == 4 and audit["addsUp"] is not False
    receipt = read.owner("POST", "/erasure", {"email": "asa@example.se"})
    assert (set(receipt["ids"]), receipt["unreadable"]) == (good, [bad])
    assert receipt["complete"] is False and receipt["next"] is None
    assert [left["sk"]["S"] for left in aws.items() if left["kind"] == {"S": "submission"}] == [bad]
    lines = [line for line in read.log.splitlines() if "can't be read and is not shown" in line]
    assert len(lines) == 1 and bad in lines[0] and "asa@example.se" not in lines[0]


def test_the_table_being_gone_is_a_503_and_no_more(read, aws):
    aws.client("dynamodb").delete_table(TableName="submissions")
    answer = read.ask("GET", "/submissions")
    assert answer["statusCode"] == 503 and answer["headers"]["Retry-After"]
    assert "submissions" not in answer["body"]


@pytest.mark.parametrize("event", [b"{}", b"[]", b"not json", b'{"version":"2.0"}'])
def test_an_event_that_is_none_is_an_error_and_the_next_is_answered(read, event):
    _, body = read.invoke(event)
    assert body["errorType"] == "Event.Malformed"
    assert read.ask("GET", "/submissions")["statusCode"] == 200
