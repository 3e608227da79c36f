# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What the functions sign, checked by two others: botocore computes each signature again, and moto verifies it and the role."""

import json
import re
import urllib.request
from pathlib import Path

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from harness.aws import Moto
from harness.faulty_proxy import FaultyProxy
from harness.lambdas import CREDENTIALS, REGION, Function
from harness.siteverify import Siteverify

MESSAGE = {"name": "Åsa", "email": "asa@example.se", "message": "Hej! + & = ~ %41 'ö'"}
MAIL = {"BREVLADA_MAIL_FROM": "form@example.se", "BREVLADA_MAIL_TO": "owner@example.se"}
SITE = {"BREVLADA_SITE_URL": "https://example.se"}
# All that each function does, held against what it is seen to do below, and by Tests/Template against its role.
ACTIONS = json.loads((Path(__file__).parent / "lambda_actions.json").read_text())
AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, ?"
    r"SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})"
)


def signature_by_botocore(exchange, token=None):
    headers = {name.lower(): value for name, value in exchange.headers}
    key, date, region, service, names, signature = AUTHORIZATION.fullmatch(headers["authorization"]).groups()
    assert (key, region) == (CREDENTIALS["AWS_ACCESS_KEY_ID"], REGION)
    assert headers["x-amz-date"].startswith(date)
    assert {"host", "x-amz-date"} <= set(names.split(";"))
    request = AWSRequest(
        exchange.method, f"http://{headers['host']}{exchange.path}", {name: headers[name] for name in names.split(";")},
        exchange.body,
    )
    request.context["timestamp"] = headers["x-amz-date"]
    secret = CREDENTIALS["AWS_SECRET_ACCESS_KEY"]
    signer = SigV4Auth(Credentials(key, secret, token), service, region)
    return signature, signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)


def actions(exchanges):
    """What IAM calls the requests. SES asks for two rights when a mail is sent raw:
    https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html
    """
    operations = {exchange.operation for exchange in exchanges}
    named = {f"dynamodb:{operation}" for operation in operations - {"SendEmail"}}
    return named | ({"ses:SendEmail", "ses:SendRawEmail"} if "SendEmail" in operations else set())


def everything_an_owner_does(function):
    """Each route and each action once, on three messages."""
    listed = function.owner("GET", "/submissions", q="Åsa")["submissions"]
    assert len(listed) == 3
    one = f"/submissions/{listed[0]['id']}"
    assert function.owner("GET", one)["id"] == listed[0]["id"]
    assert function.owner("PATCH", one, {"read": True, "archived": True})["readAt"]
    for action in ("spam", "release"):
        assert function.owner("PATCH", one, {"action": action})["id"] == listed[0]["id"]
    assert function.owner("POST", "/resend-failed") == {"resent": 0, "complete": True, "unreadable": []}
    assert function.owner("GET", "/submissions.csv", archived="any").count("\r\n") == 4
    assert function.owner("DELETE", one) is None
    assert function.owner("POST", "/erasure", {"email": "asa@example.se"})["erased"] == 2
    assert function.owner("GET", "/audit")["erased"] == 3


@pytest.mark.parametrize("token", [None, "FwoGZXIvYXdzE+/=" * 20])
def test_botocore_computes_the_same_signatures(aws, tmp_path, token):
    proxy = FaultyProxy(aws.port)
    session = {"AWS_SESSION_TOKEN": token} if token else {}
    (tmp_path / "add").mkdir()
    try:
        with Siteverify() as checker, Function(
            "AddContactInfo", tmp_path / "add", proxy.url, **SITE, **session, **checker.settings
        ) as function:
            for number in range(3):
                solved = {"message": f"{MESSAGE['message']} {number}", "cf-turnstile-response": f"solved {number}", "_id": "1"}
                assert function.post(MESSAGE | solved)["statusCode"] == 200
            # Without a challenge a repeat is found by the write's condition.
            assert actions(proxy.exchanges) == {"dynamodb:PutItem"}
            assert function.post(MESSAGE | solved)["statusCode"] == 200
        assert actions(proxy.exchanges) == set(ACTIONS["AddContactInfo"])
        intake = len(proxy.exchanges)
        with Function("SendContactInfoEmail", tmp_path, proxy.url, **MAIL, **session) as function:
            assert function.invoke(aws.stream_event()) == (200, {"batchItemFailures": []})
            assert function.invoke({"source": "brevlada.sweep"}) == (200, {})
        mailing = len(proxy.exchanges)
        (tmp_path / "read").mkdir()
        with Function("ReadContactInfo", tmp_path / "read", proxy.url, **session) as function:
            everything_an_owner_does(function)
    finally:
        proxy.stop()
    assert actions(proxy.exchanges[intake:mailing]) == set(ACTIONS["SendContactInfoEmail"])
    assert actions(proxy.exchanges[mailing:]) == set(ACTIONS["ReadContactInfo"])
    for exchange in proxy.exchanges:
        ours, theirs = signature_by_botocore(exchange, token)
        assert ours == theirs, exchange.operation
        headers = {name.lower(): value for name, value in exchange.headers}
        assert headers.get("x-amz-security-token") == token


@pytest.fixture(scope="module")
def guarded():
    """A moto that authenticates and authorises every call once `lock` was called."""
    moto = Moto()
    yield moto
    moto.stop()


def lock(moto, count):
    """After `count` calls each one is checked."""
    head = {"Content-Type": "text/plain"}
    request = urllib.request.Request(f"{moto.url}/moto-api/reset-auth", str(count).encode(), head, method="POST")
    urllib.request.urlopen(request, timeout=120).close()


def role(moto, name, actions):
    """The environment of a function with a role that may do just that."""
    iam, sts = moto.client("iam"), moto.client("sts")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument="{}")
    # moto matches actions, not resources: those are the template's own tests.
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    iam.put_role_policy(
        RoleName=name, PolicyName="inline",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    taken = sts.assume_role(RoleArn=f"arn:aws:iam::123456789012:role/{name}", RoleSessionName="function")["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": taken["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": taken["SecretAccessKey"],
        "AWS_SESSION_TOKEN": taken["SessionToken"],
    }


def test_moto_verifies_the_signatures_and_the_permitted_actions(guarded, tmp_path):
    for name in ("add", "wrong", "narrow", "send", "read"):
        (tmp_path / name).mkdir()
    lock(guarded, "inf")
    guarded.reset()
    add = role(guarded, "add", ACTIONS["AddContactInfo"])
    narrow = role(guarded, "narrow", ["dynamodb:GetItem"])
    send = role(guarded, "send", ACTIONS["SendContactInfoEmail"])
    read = role(guarded, "read", ACTIONS["ReadContactInfo"])
    lock(guarded, 0)
    proxy = FaultyProxy(guarded.port)
    try:
        with Function("AddContactInfo", tmp_path / "add", guarded.url, **SITE, **add) as function:
            assert function.post(MESSAGE)["statusCode"] == 200, function.log
        (tmp_path / "challenged").mkdir()
        with Siteverify() as checker, Function(
            "AddContactInfo", tmp_path / "challenged", guarded.url, **SITE, **add, **checker.settings
        ) as function:
            for _ in range(2):
                solved = MESSAGE | {"message": "challenged", "cf-turnstile-response": "solved", "_id": "1"}
                assert function.post(solved)["statusCode"] == 200, function.log
        wrong = add | {"AWS_SECRET_ACCESS_KEY": add["AWS_SECRET_ACCESS_KEY"][::-1]}
        with Function("AddContactInfo", tmp_path / "wrong", proxy.url, **SITE, **wrong) as function:
            assert function.post(MESSAGE | {"message": "wrong secret"})["statusCode"] == 503
            assert b"SignatureDoesNotMatch" in proxy.exchanges[-1].answer
        with Function("AddContactInfo", tmp_path / "narrow", proxy.url, **SITE, **narrow) as function:
            assert function.post(MESSAGE | {"message": "not permitted"})["statusCode"] == 503
            assert b"AccessDenied" in proxy.exchanges[-1].answer
        lock(guarded, "inf")
        event = guarded.stream_event()
        lock(guarded, 0)
        with Function("SendContactInfoEmail", tmp_path / "send", guarded.url, **MAIL, **send) as function:
            assert function.invoke(event) == (200, {"batchItemFailures": []}), function.log
            assert "mail sent" in function.wait_for_log("mail (sent|postponed|given up)")
            assert function.invoke({"source": "brevlada.sweep"}) == (200, {}), function.log
        lock(guarded, "inf")
        assert [item["status"]["S"] for item in guarded.items()] == ["notified"] * 2
        lock(guarded, 0)
        with Function("AddContactInfo", tmp_path / "add", guarded.url, **SITE, **add) as function:
            assert function.post(MESSAGE | {"message": "Hej"})["statusCode"] == 200, function.log
        with Function("ReadContactInfo", tmp_path / "read", guarded.url, **read) as function:
            everything_an_owner_does(function)
    finally:
        lock(guarded, "inf")
        proxy.stop()
    # The owner has erased them all; what is left are the books.
    assert "submission" not in {item["kind"]["S"] for item in guarded.items()}
