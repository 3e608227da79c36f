# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The commands for AWS from outside: what they say when the AWS CLI can't, and what lies in S3 after the real one uploaded."""

import json
import os
import pty
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from harness.aws import Moto
from harness.aws_cli import ScriptedCLI, loaded_cli, write_zips
from harness.brevlada import binary
from harness.lambdas import CREDENTIALS

ACCOUNT = {"UserId": "AIDAEXAMPLE", "Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/eva"}
NO_STACK = {
    "error": "\nAn error occurred (ValidationError) when calling the DescribeStacks operation: Stack with id brevlada does not "
    "exist\n",
    "exit": 254,
}
QUIET_ACCOUNT = [
    ("sts get-caller-identity", ACCOUNT),
    (
        "sesv2 get-account",
        {
            "ProductionAccessEnabled": True, "SendingEnabled": True, "EnforcementStatus": "HEALTHY",
            "SendQuota": {"Max24HourSend": 50000.0, "MaxSendRate": 14.0, "SentLast24Hours": 0.0},
        },
    ),
    ("sesv2 get-email-identity", {"VerifiedForSendingStatus": True}),
    ("lambda get-account-settings", {"AccountLimit": {"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": 1000}}),
]


@pytest.fixture
def site(tmp_path):
    """A folder with a site, its configuration and the functions' zips."""
    folder = tmp_path / "site"
    (folder / "img").mkdir(parents=True)
    (folder / "index.html").write_text('<!doctype html><form action="/api/contact" method="post"></form>\n', encoding="utf-8")
    (folder / "thanks.html").write_text("<!doctype html><p>Thanks\n", encoding="utf-8")
    (folder / "tack så.html").write_text("<!doctype html><p>Tack\n", encoding="utf-8")
    (folder / "app-5XHYTW2J.js").write_text("'use strict'\n", encoding="utf-8")
    (folder / "img/logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>\n", encoding="utf-8")
    (folder / ".env").write_text("SECRET=1\n", encoding="utf-8")
    (tmp_path / "brevlada.yaml").write_text(
        "mail: {from: form@example.com, to: eva@example.com}\n"
        "aws: {region: eu-north-1, parameters: {MailIdentity: Existing}}\n", encoding="utf-8"
    )
    write_zips(tmp_path / "zips")
    return tmp_path


def run(folder, *arguments, path, **environment):
    environment = {
        "PATH": path, "HOME": str(folder), "LANG": "C.UTF-8", "TMPDIR": os.environ.get("TMPDIR", "/tmp"), **environment
    }
    return subprocess.run(
        [binary(), *arguments], cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=300,
    )


def deploy(folder, *arguments, path, **environment):
    return run(folder, "deploy", "--lambdas", "zips", *arguments, path=path, **environment)


def test_a_missing_cli_says_where_to_get_it(site):
    done = deploy(site, path="/nonexistent")
    assert done.returncode == 2
    assert done.stderr == (
        "error: the AWS CLI is not installed, or not on the PATH; install it from https://aws.amazon.com/cli/ or with "
        '"pip install awscli"\n'
    )


@pytest.mark.parametrize(
    ("error", "says", "code"),
    [
        ('Unable to locate credentials. You can configure credentials by running "aws configure".', "the AWS CLI has no credentials; run", 2),
        ("The config profile (eva) could not be found", "the profile is not there: The config profile (eva) could not be found", 2),
        (
            "An error occurred (ExpiredToken) when calling the GetCallerIdentity operation: The security token included in the "
            "request is expired",
            "the credentials have expired or are not valid", 2,
        ),
        ('Could not connect to the endpoint URL: "https://sts.eu-north-1.amazonaws.com/"', "AWS can't be reached", 2),
        (
            "An error occurred (AccessDenied) when calling the GetCallerIdentity operation: no", 
            "the profile may not call GetCallerIdentity: no", 1,
        ),
    ],
)
def test_a_cli_that_fails_is_explained(site, tmp_path, error, says, code):
    cli = ScriptedCLI(tmp_path / "cli", [("sts", {"error": f"\n{error}\n", "exit": 255})])
    done = deploy(site, path=cli.path)
    assert done.returncode == code
    assert done.stderr.startswith(f"error: {says}"), done.stderr


def test_all_that_is_wrong_is_said_at_once_and_aws_is_not_asked(site, tmp_path):
    (site / "brevlada.yaml").write_text("aws: {parameters: {Hosting: S3, Wav: true}}\n", encoding="utf-8")
    (site / "zips/AddContactInfo.zip").write_bytes(b"no zip")
    cli = ScriptedCLI(tmp_path / "cli", [])
    done = deploy(site, path=cli.path)
    assert done.returncode == 2 and not cli.calls
    for sentence in (
        'AddContactInfo.zip" is no zip file', "mail.from is not set", "mail.to is not set", 'aws.parameters.Hosting is "S3"',
        'aws.parameters.Wav is no parameter of the template; did you mean "Waf"?',
    ):
        assert sentence in done.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "common"),
    [
        ([], {}, ["--region", "eu-north-1"]),
        (["--region", "eu-west-1", "--profile", "eva"], {}, ["--region", "eu-west-1", "--profile", "eva"]),
        ([], {"BREVLADA_AWS_REGION": "eu-west-3"}, ["--region", "eu-west-3"]),
        ([], {"AWS_REGION": "eu-west-3"}, ["--region", "eu-north-1"]),
    ],
)
def test_region_and_profile_reach_every_call(site, tmp_path, arguments, environment, common):
    cli = ScriptedCLI(tmp_path / "cli", [("cloudformation describe-stacks", NO_STACK)])
    done = run(site, "status", *arguments, path=cli.path, **environment)
    assert done.returncode == 2 and 'there is no stack "brevlada"' in done.stderr
    assert [call[-len(common):] for call in cli.calls] == [common]


def test_the_region_of_the_cli_counts_when_nothing_else_says_one(site, tmp_path):
    (site / "brevlada.yaml").write_text("{}\n", encoding="utf-8")
    cli = ScriptedCLI(tmp_path / "cli", [("cloudformation describe-stacks", NO_STACK)])
    done = run(site, "status", path=cli.path)
    assert done.returncode == 2 and done.stderr.startswith("error: no Region is set; name one with --region or aws.region")
    (site / ".aws").mkdir()
    (site / ".aws/config").write_text(
        "[default]\nregion = eu-central-1\n[profile eva]\nregion = eu-west-2\n", encoding="utf-8"
    )
    done = run(site, "status", path=cli.path)
    assert 'there is no stack "brevlada" in eu-central-1' in done.stderr
    done = run(site, "status", "--profile", "eva", path=cli.path)
    assert 'there is no stack "brevlada" in eu-west-2' in done.stderr
    done = run(site, "status", "--profile", "bo", path=cli.path)
    assert done.returncode == 2 and "the profile is not there: The config profile (bo) could not be found" in done.stderr


@pytest.mark.parametrize(("config", "environment"), [("", {"AWS_REGION": "us-east-1"}), ("region = us-east-1", {})])
@pytest.mark.parametrize("command", [("deploy",), ("doctor", "--aws")])
def test_a_certificate_can_be_made_where_the_cli_says_that_it_is_us_east_1(site, tmp_path, command, config, environment):
    (site / "brevlada.yaml").write_text(
        "mail: {from: form@example.com, to: eva@example.com}\nsite_url: https://www.example.com\n"
        "aws: {parameters: {HostedZoneId: Z0123456789ABCDEFGHIJ}}\n", encoding="utf-8"
    )
    (site / ".aws").mkdir()
    (site / ".aws/config").write_text(f"[default]\n{config}\n", encoding="utf-8")
    refusal = "An error occurred (AccessDenied) when calling the GetCallerIdentity operation: no"
    cli = ScriptedCLI(tmp_path / "cli", [("--version", "aws-cli/2.32.0\n"), ("sts", {"error": f"\n{refusal}\n", "exit": 254})])
    done = run(site, *command, "--lambdas", "zips", path=cli.path, **environment)
    assert done.returncode == 1, done.stderr
    assert "needs a certificate" not in done.stdout + done.stderr
    assert "the profile may not call GetCallerIdentity" in done.stdout + done.stderr


@pytest.mark.parametrize("command", [("deploy", "--lambdas", "zips", "--yes"), ("destroy", "--yes"), ("status",)])
def test_a_stack_of_somebody_else_is_left_alone(site, tmp_path, command):
    stack = {
        "StackId": "arn:aws:cloudformation:eu-north-1:123456789012:stack/brevlada/1", "StackName": "brevlada",
        "StackStatus": "ROLLBACK_COMPLETE", "Parameters": [{"ParameterKey": "VpcId", "ParameterValue": "vpc-1"}], "Outputs": [],
    }
    cli = ScriptedCLI(tmp_path / "cli", [("cloudformation describe-stacks", {"Stacks": [stack]}), *QUIET_ACCOUNT])
    done = run(site, *command, path=cli.path)
    assert done.returncode == 2
    assert done.stderr.startswith('error: the stack "brevlada" in eu-north-1 is not one of Brevlåda\'s, and is left as it is')
    assert {call[1] for call in cli.calls} <= {"get-caller-identity", "describe-stacks"}


@pytest.mark.parametrize("value", ["Stockholm", "eu north", ""])
def test_a_region_that_is_none_is_refused(site, value):
    assert run(site, "status", "--region", value, path="/nonexistent").returncode == 64


def test_the_doctor_says_everything_and_changes_nothing(site, tmp_path):
    cli = ScriptedCLI(
        tmp_path / "cli",
        [("--version", "aws-cli/2.31.0 Python/3.13.7 Linux/6.8\n"), ("cloudformation describe-stacks", NO_STACK), *QUIET_ACCOUNT],
    )
    done = run(site, "doctor", "--aws", "--lambdas", "zips", "--json", path=cli.path)
    report = json.loads(done.stdout)
    assert done.returncode == 0 and report["ok"], report
    texts = [finding["text"] for finding in report["findings"]]
    assert "the AWS CLI is aws-cli/2.31.0" in texts
    assert 'there is no stack "brevlada" yet; deploying makes it' in texts
    assert all(call[0] == "--version" or call[1].startswith(("get-", "describe-")) for call in cli.calls)


def test_the_doctor_says_once_what_is_wrong_with_the_sites_folder(site, tmp_path):
    cli = ScriptedCLI(
        tmp_path / "cli",
        [("--version", "aws-cli/2.31.0 Python/3.13.7 Linux/6.8\n"), ("cloudformation describe-stacks", NO_STACK), *QUIET_ACCOUNT],
    )
    (site / "site/index.html").unlink()
    with (site / "brevlada.yaml").open("a", encoding="utf-8") as file:
        file.write("data: messages\n")
    # Where links lead counts.
    (site / "messages").symlink_to("site")
    done = run(site, "doctor", "--aws", "--lambdas", "zips", "--json", path=cli.path)
    texts = [finding["text"] for finding in json.loads(done.stdout)["findings"]]
    assert done.returncode == 1
    for start in ("the site has no index.html", "data is "):
        assert len([text for text in texts if text.startswith(start)]) == 1, texts
    # Deploying says each too.
    refused = deploy(site, path=cli.path)
    assert refused.returncode == 2 and "the site has no index.html" in refused.stderr and "data is " in refused.stderr


@pytest.mark.parametrize("command", [("deploy", "--lambdas", "zips"), ("destroy", "--yes"), ("status",), ("doctor", "--aws")])
def test_a_stack_that_somebody_else_has_planned_is_left_alone(site, tmp_path, command):
    stack = {
        "StackId": "arn:aws:cloudformation:eu-north-1:123456789012:stack/brevlada/1", "StackName": "brevlada",
        "StackStatus": "REVIEW_IN_PROGRESS",
    }
    cli = ScriptedCLI(
        tmp_path / "cli",
        [
            ("--version", "aws-cli/2.31.0 Python/3.13.7 Linux/6.8\n"), ("cloudformation describe-stacks", {"Stacks": [stack]}),
            ("cloudformation list-change-sets", {"Summaries": [{"ChangeSetName": "theirs", "ChangeSetId": "arn:theirs"}]}),
            *QUIET_ACCOUNT,
        ],
    )
    done = run(site, *command, path=cli.path)
    assert done.returncode in (1, 2)
    assert "is not one of Brevlåda's, and is left as it is" in done.stdout + done.stderr
    assert {call[1] for call in cli.calls if len(call) > 1} <= {"get-caller-identity", "describe-stacks", "list-change-sets"}


CHANGE = {
    "Status": "CREATE_COMPLETE",
    "Changes": [
        {
            "Type": "Resource",
            "ResourceChange": {
                "Action": "Modify", "LogicalResourceId": "Table", "ResourceType": "AWS::DynamoDB::GlobalTable", "Replacement": "True",
                "PolicyAction": "ReplaceAndRetain", "Details": [{"Target": {"Attribute": "Properties", "Name": "KeySchema"}}],
            },
        }
    ],
}


@pytest.fixture
def changing(tmp_path):
    """An AWS CLI whose stack would change."""
    answers = [("cloudformation describe-change-set", CHANGE), *stack_answers("http://127.0.0.1:1", "/api/contact")]
    return ScriptedCLI(
        tmp_path / "cli",
        [("s3api get-bucket-tagging", {"TagSet": [{"Key": "brevlada:ready", "Value": "1"}]}), ("s3", ""), *answers],
    )


def test_nothing_is_changed_where_nobody_can_answer(site, changing):
    done = deploy(site, path=changing.path)
    assert done.returncode == 2
    assert done.stderr == "error: deploy asks before it changes anything, and there is no terminal to ask at; add --yes\n"
    assert "-/+ table                    Table: KeySchema  REPLACED" in done.stdout
    assert "!   Table holds the messages: a new, empty one takes its place; the old one is kept" in done.stdout
    assert [call[1] for call in changing.calls if call[0] == "cloudformation"][-1] == "delete-change-set"
    assert not any("execute-change-set" in call for call in changing.calls)


def test_it_asks_at_a_terminal_and_takes_no_for_an_answer(site, changing):
    terminal, end = pty.openpty()
    process = subprocess.Popen(
        [binary(), "deploy", "--lambdas", "zips"], cwd=site, stdin=end, stderr=end, stdout=subprocess.PIPE,
        env={"PATH": changing.path, "HOME": str(site), "TERM": "xterm"},
    )
    os.close(end)
    seen = b""
    try:
        while b"[y/N]" not in seen:
            seen += os.read(terminal, 4096)
        os.write(terminal, b"n\n")
        output, _ = process.communicate(timeout=120)
        while b"nothing was changed" not in seen:
            seen += os.read(terminal, 4096)
    finally:
        process.kill()
        process.wait()
        os.close(terminal)
    assert process.returncode == 1 and b"1 to REPLACE" in output
    assert not any("execute-change-set" in call for call in changing.calls)
    assert any("delete-change-set" in call for call in changing.calls)


# -- S3, as the real AWS CLI leaves it


class Front(BaseHTTPRequestHandler):
    """Answers the smoke test as the real front would."""

    def answer(self, status, **fields):
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self):
        self.answer(200, Content_Type="text/html; charset=utf-8")

    def do_OPTIONS(self):
        self.answer(204, Access_Control_Allow_Origin=self.headers["Origin"])

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(422)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def front():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Front)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def s3_cli(tmp_path_factory):
    with loaded_cli(tmp_path_factory.mktemp("cli")) as path:
        yield path


@pytest.fixture
def moto():
    moto = Moto()
    yield moto
    moto.stop()


def stack_answers(front, contact):
    outputs = {"SiteUrl": front, "ApiUrl": f"{front}/api", "ContactUrl": contact, "SiteBucketName": "site-of-the-test"}
    stack = {
        "StackId": "arn:aws:cloudformation:eu-north-1:123456789012:stack/brevlada/1", "StackName": "brevlada",
        "StackStatus": "UPDATE_COMPLETE",
        "Parameters": [{"ParameterKey": name, "ParameterValue": "x"} for name in ("CodeBucket", "AddContactInfoKey")],
        "Outputs": [{"OutputKey": name, "OutputValue": value} for name, value in outputs.items()],
    }
    return [
        *QUIET_ACCOUNT,
        ("cloudformation describe-stacks", {"Stacks": [stack]}),
        ("cloudformation create-change-set", {"Id": "arn:changeset", "StackId": stack["StackId"]}),
        (
            "cloudformation describe-change-set",
            {"Status": "FAILED", "StatusReason": "The submitted information didn't contain changes.", "Changes": []},
        ),
        ("cloudformation delete-change-set", ""), ("s3api put-bucket-policy", ""),
    ]


def uploads(cli):
    """The calls that write to S3."""
    return [call for call in cli.calls if call[0] in ("s3", "s3api") and call[1] not in ("list-objects-v2", "get-bucket-tagging")
            and not (call[1] == "cp" and call[2].startswith("s3://"))]


def test_the_site_lies_in_the_bucket_as_the_server_would_send_it_and_a_second_run_uploads_nothing(site, tmp_path, front, moto, s3_cli):
    """Statement 63 of docs/template-acceptance.md."""
    cli = ScriptedCLI(tmp_path / "cli", stack_answers(front, f"{front}/api/contact"), s3=s3_cli)
    environment = CREDENTIALS | {"AWS_ENDPOINT_URL": moto.url, "AWS_EC2_METADATA_DISABLED": "true"}
    s3 = moto.client("s3")
    s3.create_bucket(Bucket="site-of-the-test", CreateBucketConfiguration={"LocationConstraint": "eu-north-1"})
    s3.put_object(Bucket="site-of-the-test", Key="old/gone.html", Body=b"old")

    done = deploy(site, path=cli.path, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 files uploaded, 1 removed" in done.stdout
    found = {entry["Key"]: s3.head_object(Bucket="site-of-the-test", Key=entry["Key"])
             for entry in s3.list_objects_v2(Bucket="site-of-the-test")["Contents"]}
    assert {key: (head["ContentType"], head["CacheControl"]) for key, head in found.items()} == {
        "index.html": ("text/html; charset=utf-8", "no-cache"),
        "tack så.html": ("text/html; charset=utf-8", "no-cache"),
        "thanks.html": ("text/html; charset=utf-8", "no-cache"),
        "app-5XHYTW2J.js": ("text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        "img/logo.svg": ("image/svg+xml; charset=utf-8", "public, max-age=300, must-revalidate"),
    }
    page = s3.get_object(Bucket="site-of-the-test", Key="index.html")["Body"].read().decode()
    assert f'action="{front}/api/contact"' in page
    assert 'action="/api/contact"' in (site / "site/index.html").read_text(encoding="utf-8"), "the source stays as it is"
    batches = [call[call.index("--content-type") + 1] for call in cli.calls if "--recursive" in call]
    assert batches == ["image/svg+xml; charset=utf-8", "text/javascript; charset=utf-8", "text/html; charset=utf-8"], "pages last"

    bucket = "brevlada-artifacts-123456789012-eu-north-1"
    assert s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert all(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values())
    [policy] = [json.loads(call[call.index("--policy") + 1]) for call in cli.calls if call[1] == "put-bucket-policy"]
    assert [(one["Effect"], one["Condition"]) for one in policy["Statement"]] == [("Deny", {"Bool": {"aws:SecureTransport": "false"}})]
    assert len(s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]) == 2
    keys = {entry["Key"].split("/")[0] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]}
    assert keys == {"functions", "templates", "sites"}

    cli.forget()
    done = deploy(site, path=cli.path, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the stack is as it should be" in done.stdout and "the site is as it was, 5 files" in done.stdout
    assert uploads(cli) == []

    (site / "site/img/logo.svg").unlink()
    (site / "site/index.html").write_text("<!doctype html><p>new\n", encoding="utf-8")
    cli.forget()
    done = deploy(site, path=cli.path, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 file uploaded, 1 removed, 3 unchanged" in done.stdout
    assert "img/logo.svg" not in {entry["Key"] for entry in s3.list_objects_v2(Bucket="site-of-the-test")["Contents"]}


def test_a_folder_that_is_a_link_is_published_whole(site, tmp_path, front, moto, s3_cli):
    cli = ScriptedCLI(tmp_path / "cli", stack_answers(front, "/api/contact"), s3=s3_cli)
    environment = CREDENTIALS | {"AWS_ENDPOINT_URL": moto.url, "AWS_EC2_METADATA_DISABLED": "true"}
    s3 = moto.client("s3")
    s3.create_bucket(Bucket="site-of-the-test", CreateBucketConfiguration={"LocationConstraint": "eu-north-1"})
    (site / "site").rename(site / "pages")
    (site / "site").symlink_to("pages")
    (site / "pages/pictures").symlink_to("img")
    done = deploy(site, path=cli.path, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "posts to a form" not in done.stdout, "the page was found"
    held = {entry["Key"] for entry in s3.list_objects_v2(Bucket="site-of-the-test")["Contents"]}
    assert held == {
        "index.html", "tack så.html", "thanks.html", "app-5XHYTW2J.js", "img/logo.svg", "pictures/logo.svg",
    }
    # Nothing to publish, and what is live stays.
    (site / "pages/index.html").unlink()
    (site / "out.html").write_text("<!doctype html>", encoding="utf-8")
    (site / "site").unlink()
    (site / "site").mkdir()
    (site / "site/index.html").symlink_to("../out.html")
    done = deploy(site, path=cli.path, **environment)
    assert done.returncode == 2 and "has no file to publish" in done.stderr
    assert {entry["Key"] for entry in s3.list_objects_v2(Bucket="site-of-the-test")["Contents"]} == held
