# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Where `brevlada inbox --aws` finds the table and whose credentials it uses."""

import json
import os

import pytest

from harness.aws import Moto
from harness.brevlada import run
from harness.lambdas import CREDENTIALS, REGION

# What the AWS CLI answers. The real one is asked in the rehearsal.
AWS = f"""#!/bin/sh
case "$*" in
*"cloudformation describe-stacks --stack-name my-site --output json --region {REGION} --profile shop"*)
    echo '{{"Stacks": [{{"StackName": "my-site", "StackStatus": "CREATE_COMPLETE", "Outputs": [
        {{"OutputKey": "TableName", "OutputValue": "messages-of-a-stack"}},
        {{"OutputKey": "TableShards", "OutputValue": "3"}}]}}]}}' ;;
*"configure export-credentials --format process "*"--profile sso"*)
    echo '{{"Version": 1, "AccessKeyId": "{CREDENTIALS['AWS_ACCESS_KEY_ID']}",
        "SecretAccessKey": "{CREDENTIALS['AWS_SECRET_ACCESS_KEY']}", "SessionToken": "token"}}' ;;
*"--profile nobody"*) echo "The config profile (nobody) could not be found" >&2; exit 255 ;;
*) echo "An error occurred (ValidationError) when calling the DescribeStacks operation: $* does not exist" >&2; exit 254 ;;
esac
"""
MESSAGE = {
    "id": "01M7QJ5PDDTWFY2J1AAP2XQJ7H", "form": "contact", "receivedAt": "2026-11-18T14:50:01.005Z", "status": "held",
    "email": "anna@example.se", "fields": {"email": "anna@example.se", "message": "Hello"}, "language": "sv",
    "spamReasons": ["honeypot"], "delivery": {"attempts": 0}, "history": [],
}


@pytest.fixture(scope="module")
def moto():
    server = Moto()
    server.reset()
    server.client("dynamodb").create_table(
        TableName="messages-of-a-stack", BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )
    yield server
    server.stop()


@pytest.fixture
def home(tmp_path, moto):
    """A person's home with a profile `shop`, and nothing of AWS in the environment."""
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/credentials").write_text(
        f"[shop]\naws_access_key_id = {CREDENTIALS['AWS_ACCESS_KEY_ID']}\n"
        f"aws_secret_access_key = {CREDENTIALS['AWS_SECRET_ACCESS_KEY']}\n"
    )
    (tmp_path / ".aws/config").write_text(f"[profile shop]\nregion = {REGION}\n[profile sso]\nregion = {REGION}\n")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/aws").write_text(AWS)
    (tmp_path / "bin/aws").chmod(0o755)
    return tmp_path


@pytest.fixture
def inbox(home, moto, monkeypatch):
    """The command in that home; `tools=False` takes the AWS CLI off the PATH."""
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)

    def inbox(*arguments, check=0, tools=True, **values):
        path = f"{home / 'bin'}:/usr/bin:/bin" if tools else str(home / "nothing")
        values = {"HOME": home, "PATH": path, "AWS_ENDPOINT_URL": moto.url} | values
        return run("inbox", *arguments, "--aws", cwd=home, check=check, timeout=120, **values)

    return inbox


def test_the_stack_tells_its_table_and_the_profile_its_region(inbox, home, moto):
    (home / "one.jsonl").write_text(json.dumps(MESSAGE) + "\n")
    stack = ("--stack", "my-site", "--profile", "shop")
    assert inbox("import", "one.jsonl", *stack).stdout == "1 stored, 0 there already\n"
    items = moto.client("dynamodb").scan(TableName="messages-of-a-stack")["Items"]
    [item] = [item for item in items if item["kind"]["S"] == "submission"]
    assert [other["pk"]["S"] for other in items if other is not item] == [f"#receipts#{item['pk']['S']}"]
    number = sum("0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(letter) << 5 * place
                 for place, letter in enumerate(reversed(MESSAGE["id"])))
    assert item["pk"]["S"] == f"contact#{number % 2**64 % 3}"
    [listed] = json.loads(inbox("list", "--json", *stack).stdout)
    assert listed == MESSAGE
    # Signed with what the AWS CLI hands out.
    sso = inbox("list", "--json", "--table", "messages-of-a-stack", "--shards", "3", "--profile", "sso")
    assert json.loads(sso.stdout) == [MESSAGE]
    # The same table by its name, without the AWS CLI and with keys from the environment.
    named = inbox("list", "--json", "--table", "messages-of-a-stack", "--shards", "3", "--region", REGION, tools=False,
                  **CREDENTIALS)
    assert json.loads(named.stdout) == [MESSAGE]
    # Where brevlada.yaml says what "brevlada deploy" is to use, no flag is needed.
    (home / "brevlada.yaml").write_text("aws:\n  stack: my-site\n  profile: shop\n")
    assert json.loads(inbox("list", "--json").stdout) == [MESSAGE]


def test_what_can_not_be_read_is_named_once_all_the_rest_is_done(inbox, home, moto):
    table = ("--table", "messages-of-a-stack", "--shards", "3", "--profile", "shop")
    messages = [MESSAGE | {"id": MESSAGE["id"][:-1] + letter, "email": "bo@example.se"} for letter in "ABC"]
    (home / "three.jsonl").write_text("".join(json.dumps(message) + "\n" for message in messages))
    inbox("import", "three.jsonl", *table)
    bad = messages[1]["id"]
    dynamodb = moto.client("dynamodb")
    [key] = [{name: item[name] for name in ("pk", "sk")} for item in dynamodb.scan(TableName="messages-of-a-stack")["Items"]
             if item["sk"]["S"] == bad and item["kind"]["S"] == "submission"]
    dynamodb.update_item(TableName="messages-of-a-stack", Key=key, UpdateExpression="SET #f = :bad", ExpressionAttributeNames={"#f": "fields"},
                         ExpressionAttributeValues={":bad": {"S": "{"}})
    told = f"1 message can't be read and is %s: {bad}; \"brevlada inbox show ID\" says why"
    listed = inbox("list", "--json", "--search", "bo@", *table, check=1)
    assert [each["id"] for each in json.loads(listed.stdout)] == [messages[2]["id"], messages[0]["id"]]
    assert told % "not shown" in listed.stderr
    exported = inbox("export", "--format", "jsonl", "--output", "all.jsonl", *table, check=1)
    assert told % "not in the export" in exported.stderr
    assert bad not in (home / "all.jsonl").read_text() and messages[2]["id"] in (home / "all.jsonl").read_text()
    shown = inbox("show", bad, *table, check=70)
    assert f"submission {bad} can't be read: attribute \"fields\" is not what was written" in shown.stderr
    erased = inbox("erase", "bo@example.se", "--yes", "--json", *table, check=1)
    receipt = json.loads(erased.stdout)
    assert (sorted(receipt["ids"]), receipt["unreadable"]) == ([messages[0]["id"], messages[2]["id"]], [bad])
    assert told % "not erased, though any may be from that address" in erased.stderr
    # Once it is mended, it goes as well.
    dynamodb.update_item(TableName="messages-of-a-stack", Key=key, UpdateExpression="SET #f = :good", ExpressionAttributeNames={"#f": "fields"},
                         ExpressionAttributeValues={":good": {"S": json.dumps(MESSAGE["fields"])}})
    assert json.loads(inbox("erase", "bo@example.se", "--yes", "--json", *table).stdout)["ids"] == [bad]
    # The table is as it was, for the other tests.
    for item in dynamodb.scan(TableName="messages-of-a-stack")["Items"]:
        if item["sk"]["S"] in {message["id"] for message in messages}:
            dynamodb.delete_item(TableName="messages-of-a-stack", Key={name: item[name] for name in ("pk", "sk")})


def test_a_receipt_erases_again_what_has_expired_meanwhile_and_is_still_there(inbox, home, moto):
    table = ("--table", "messages-of-a-stack", "--shards", "3", "--profile", "shop")
    messages = [MESSAGE | {"id": MESSAGE["id"][:-1] + letter, "email": "bo@example.se"} for letter in "ABC"]
    (home / "two.jsonl").write_text("".join(json.dumps(message) + "\n" for message in messages[:2]))
    inbox("import", "two.jsonl", *table)
    dynamodb = moto.client("dynamodb")
    ids = [message["id"] for message in messages]

    def keys():
        items = dynamodb.scan(TableName="messages-of-a-stack")["Items"]
        return [{name: item[name] for name in ("pk", "sk")} for item in items
                if item["sk"]["S"] in ids and item["kind"]["S"] == "submission"]

    [key] = [key for key in keys() if key["sk"]["S"] == ids[0]]
    dynamodb.update_item(TableName="messages-of-a-stack", Key=key, UpdateExpression="SET expiresAtMilliseconds = :past",
                         ExpressionAttributeValues={":past": {"N": "1000"}})
    (home / "receipt.json").write_text(json.dumps({"ids": ids}))
    erased = inbox("erase", "--receipt", "receipt.json", "--yes", "--json", *table)
    assert sorted(json.loads(erased.stdout)["ids"]) == ids[:2] and not keys()
    assert "the receipt names 3 messages; found 2" in erased.stderr
    # The table is as it was, for the other tests.
    for item in dynamodb.scan(TableName="messages-of-a-stack")["Items"]:
        if item["sk"]["S"] in ids:
            dynamodb.delete_item(TableName="messages-of-a-stack", Key={name: item[name] for name in ("pk", "sk")})


@pytest.mark.parametrize(
    "arguments, values, reason",
    [
        (("--stack", "my-site"), {}, "no Region is set"),
        (("--stack", "no-such-stack", "--profile", "shop"), {}, "or name the table with --table"),
        (("--table", "nowhere", "--profile", "shop"), {}, 'table "nowhere" is not there'),
        (("--stack", "my-site", "--region", REGION), {"tools": False} | CREDENTIALS, "not on the PATH"),
        (("--stack", "nowhere", "--region", REGION), CREDENTIALS, 'there is no stack "nowhere" in eu-north-1; '),
        (("--table", "t", "--region", REGION, "--profile", "nobody"), {}, "the profile is not there"),
        (("--table", "t", "--stack", "s"), {}, "leave one out"),
        (("--shards", "3"), {}, "--shards goes with --table"),
    ],
)
def test_what_is_missing_is_said_with_its_remedy(inbox, arguments, values, reason):
    done = inbox("list", *arguments, check=None, **values)
    assert done.returncode in (2, 64, 70) and reason in done.stderr


def test_options_of_aws_without_it_are_refused():
    done = run("inbox", "list", "--stack", "my-site")
    assert done.returncode == 64 and "--stack is for messages on AWS; add --aws" in done.stderr
