# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""AddContactInfo: the packed binary under AWS's Runtime Interface Emulator, storing in moto's DynamoDB."""

import json
import os
import re
import signal
import time
from urllib.parse import urlencode

import pytest

from harness.lambdas import Function, form_event
from harness.siteverify import Siteverify
from harness.waiting import in_one_window

MESSAGE = {"name": "Åsa Öberg", "email": "asa@example.se", "message": "Hej! Är ni öppna på söndag?"}
SETTINGS = {
    "BREVLADA_SITE_URL": "https://example.se",
    "BREVLADA_FORMS": json.dumps({
        "order": {"fields": {"email": {"type": "email", "required": True}, "what": {"required": True}}},
        "closed": {"active": False},
    }),
}


@pytest.fixture
def function(aws, folder):
    with Function("AddContactInfo", folder, aws.url, **SETTINGS) as function:
        yield function


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("AddContactInfo")


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("encoded", [False, True])
def test_stores_and_answers(function, aws, version, encoded):
    answer = function.post(MESSAGE, version=version, encoded=encoded)
    assert answer["statusCode"] == 200
    assert answer["headers"]["Access-Control-Allow-Origin"] == "https://example.se"
    body = json.loads(answer["body"])
    assert body["ok"] is True and body["next"] == "https://example.se/thanks.html"
    [item] = aws.items()
    assert item["sk"] == {"S": body["id"]}
    assert re.fullmatch(r"contact#[0-7]", item["pk"]["S"])
    assert item["kind"] == {"S": "submission"} and item["region"] == {"S": "eu-north-1"}
    assert "söndag" in json.dumps(item, ensure_ascii=False)


def test_pages_go_on_and_repeats_are_stored_once(function, aws):
    in_one_window(30)
    for _ in range(2):
        answer = function.post(MESSAGE, accept="text/html")
        assert answer["statusCode"] == 303
        assert answer["headers"]["Location"] == "https://example.se/thanks.html"
    assert len(aws.items()) == 1


@pytest.mark.parametrize("status, options", [
    (400, {"fields": b'{"name": ', "content_type": "application/json"}),
    (400, {"fields": "message=%zz"}),
    (403, {"fields": MESSAGE, "origin": "https://elsewhere.example"}),
    (403, {"fields": MESSAGE, "path": "/f/closed"}),
    (404, {"fields": MESSAGE, "path": "/f/none"}),
    (405, {"fields": "", "method": "GET"}),
    (413, {"fields": "message=" + "x" * 300_000}),
    (415, {"fields": "hello", "content_type": "text/plain"}),
    (422, {"fields": MESSAGE | {"email": "asa"}}),
    (422, {"fields": {"email": "asa@example.se"}, "path": "/f/order"}),
])
@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_error_answers(function, aws, status, options, accept):
    answer = function.post(accept=accept, **options)
    assert answer["statusCode"] == status
    if accept == "application/json":
        body = json.loads(answer["body"])
        assert body["ok"] is False and body["error"]
    else:
        assert answer["headers"]["Content-Type"].startswith("text/html") and "<h1" in answer["body"]
    assert aws.items() == []


def test_same_answer_as_on_one_machine(function, start):
    """The bytes that a visitor gets are the core's; the server adds headers of its own, and takes none away."""
    with start(BREVLADA_SITE_URL="https://example.se").client() as client:
        for fields, accept in [
            ({"email": "no"}, "application/json"), ({"email": "no"}, "text/html"), ({}, "application/json"),
        ]:
            body = urlencode(fields).encode()
            head = {
                "Accept": accept, "Content-Type": "application/x-www-form-urlencoded", "Origin": "https://example.se",
            }
            there = client.request("POST", "/api/contact", head, body)
            here = function.post(body, accept=accept)
            assert here["statusCode"] == there.status
            # The function stands beside the site, so its way back has the site's address.
            assert here["body"].replace('href="https://example.se"', 'href="/"').encode() == there.body
            for name, value in here["headers"].items():
                if name != "Content-Security-Policy":
                    assert there[name] == value, name


def test_preflight(function):
    answer = function.post("", method="OPTIONS")
    assert answer["statusCode"] == 204
    assert answer["headers"]["Access-Control-Allow-Methods"] == "POST, OPTIONS"
    assert "Idempotency-Key" in answer["headers"]["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("event", [b"{}", b"[]", b"not json", b'{"version":"2.0"}', b"\xff\xfe"])
def test_an_event_that_is_none_is_an_error_and_the_next_is_answered(function, aws, event):
    status, body = function.invoke(event)
    assert body["errorType"] == "Event.Malformed"
    assert function.post(MESSAGE)["statusCode"] == 200
    assert len(aws.items()) == 1


def test_log_lines_and_metrics(function):
    function.post(MESSAGE)
    function.wait_for_log("submission stored")
    function.wait_for_log("CloudWatchMetrics")
    entries = function.entries()
    stored = next(entry for entry in entries if entry.get("message") == "submission stored")
    assert stored["level"] == "INFO" and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", stored["timestamp"])
    assert re.fullmatch(r"[0-9a-f-]{36}", stored["requestId"])
    metric = next(entry for entry in entries if "_aws" in entry)
    assert metric["Stored"] == 1 and metric["Form"] == "contact" and metric["requestId"] == stored["requestId"]
    [directive] = metric["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Brevlada" and directive["Dimensions"] == [["FunctionName", "Form"], ["FunctionName"]]
    assert metric["FunctionName"] == function.name
    assert "söndag" not in function.log and "asa@example.se" not in function.log


def test_wrong_settings_are_all_said_before_the_first_event(aws, folder):
    settings = {"TABLE_NAME": None, "TABLE_SHARDS": "many", "BREVLADA_FORMS": "{", "BREVLADA_LANGUAGE": "de"}
    with Function("AddContactInfo", folder, aws.url, **settings) as function:
        _, body = function.invoke(form_event(MESSAGE))
        assert body["errorType"] == "Configuration.Invalid"
        for problem in ["TABLE_NAME is not set", 'TABLE_SHARDS is "many"', "BREVLADA_FORMS ", 'BREVLADA_LANGUAGE is "de"']:
            assert problem in body["errorMessage"]


def test_a_challenge_that_can_not_be_asked_leaves_no_form_open(aws, folder):
    settings = {
        "BREVLADA_CHALLENGE_KIND": "turnstile", "BREVLADA_CHALLENGE_SECRET": "0x4AAA",
        "BREVLADA_CHALLENGE_ENDPOINT": "challenges.example.com",
    }
    with Function("AddContactInfo", folder, aws.url, **SETTINGS, **settings) as function:
        _, body = function.invoke(form_event(MESSAGE))
        assert body["errorType"] == "Configuration.Invalid"
        assert "BREVLADA_CHALLENGE_ENDPOINT is no address that can be called" in body["errorMessage"]
    assert aws.items() == []


def test_a_stopped_function_times_out_and_the_next_call_starts_anew(aws, folder):
    # With a token, a repeat is one in the next ten minutes too.
    fields = MESSAGE | {"_id": "one-and-the-same", "_started": str(int(time.time() * 1000) - 60_000)}
    with Function("AddContactInfo", folder, aws.url, timeout=10, **SETTINGS) as function:
        assert function.post(fields)["statusCode"] == 200
        [pid] = function.pids()
        os.kill(pid, signal.SIGSTOP)
        _, body = function.invoke(form_event(fields))
        assert "timed out" in str(body)
        assert function.post(fields)["statusCode"] == 200
        assert function.pids() != [pid]
    assert len(aws.items()) == 1


def test_a_crash_costs_at_most_its_own_event(aws, folder):
    with Function("AddContactInfo", folder, aws.url, **SETTINGS) as function:
        assert function.post(MESSAGE)["statusCode"] == 200
        [pid] = function.pids()
        os.kill(pid, signal.SIGKILL)
        status, body = function.invoke(form_event(MESSAGE | {"message": "after the crash"}))
        if not (isinstance(body, dict) and body.get("statusCode") == 200):
            assert "Runtime.ExitError" in str(body)
            assert function.post(MESSAGE | {"message": "after the crash"})["statusCode"] == 200
    assert len(aws.items()) == 2


def test_a_challenge_is_checked_and_a_used_up_token_meets_the_message_it_let_in(aws, folder):
    with Siteverify() as checker, Function("AddContactInfo", folder, aws.url, **SETTINGS, **checker.settings) as function:
        without = function.post(MESSAGE)
        assert (without["statusCode"], json.loads(without["body"])["errors"][0]["code"]) == (422, "CHALLENGE_MISSING")
        wrong = function.post(MESSAGE | {"cf-turnstile-response": "wrong"})
        assert (wrong["statusCode"], json.loads(wrong["body"])["errors"][0]["code"]) == (422, "CHALLENGE_FAILED")
        assert aws.items() == []
        solved = MESSAGE | {"cf-turnstile-response": "solved", "_id": "token-1"}
        first = function.post(solved)
        assert first["statusCode"] == 200
        # The answer was lost and the visitor sends again: the token is used up, the message is there.
        again = function.post(solved)
        assert again["statusCode"] == 200
        assert json.loads(again["body"])["id"] == json.loads(first["body"])["id"]
        other = function.post(solved | {"message": "another one"})
        assert (other["statusCode"], json.loads(other["body"])["errors"][0]["code"]) == (422, "CHALLENGE_EXPIRED")
        [item] = aws.items()
        assert item["status"] == {"S": "received"}
        assert "turnstile" not in item["fields"]["S"]
    assert [form["secret"] for form in checker.asked] == [["0x4AAA"]] * 4
    assert all(set(form) == {"secret", "response"} for form in checker.asked)


def test_a_checker_that_is_down_holds_the_message(aws, folder):
    with Siteverify() as checker:
        settings = checker.settings
    with Function("AddContactInfo", folder, aws.url, **SETTINGS, **settings) as function:
        assert function.post(MESSAGE | {"cf-turnstile-response": "solved"})["statusCode"] == 200
    [item] = aws.items()
    assert item["status"] == {"S": "held"} and item["spamReasons"] == {"L": [{"S": "challenge-unavailable"}]}


def test_many_calls_of_one_instance(function, aws, counts):
    function.post(MESSAGE)
    [pid] = function.pids()
    resident = None
    for number in range(counts.lambda_calls):
        answer = function.post(MESSAGE | {"message": f"question {number}"})
        assert answer["statusCode"] == 200
        if number == counts.lambda_calls // 4:
            resident = rss(pid)
    assert function.pids() == [pid]
    assert len(aws.items()) == counts.lambda_calls + 1
    # What a call leaves behind would show in three quarters of them.
    assert rss(pid) < resident * 1.2 + 1_000_000


def rss(pid):
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
