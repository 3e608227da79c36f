# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What the command asks AWS besides CloudFormation, asked of the rehearsal with the AWS CLI; and the page of mails."""

import base64
import json
import uuid

import pytest
from browser import axe_findings
from playwright.sync_api import expect

from harness.rehearsal import Rehearsal


@pytest.fixture
def account(cloud):
    """`account(**limits)` changes what the account may do, for this test."""
    before = cloud.switch("GET", "account")
    yield lambda **limits: cloud.switch("PUT", "account", **limits)
    cloud.switch("PUT", "account", **before)


def raw(sender, subject="Hej", html="<p>Hej</p>"):
    return base64.b64encode(
        f"From: {sender}\r\nTo: owner@example.com\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/alternative; boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n'
        f"Text of {subject}\r\n--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n--x--\r\n".encode()
    ).decode()


def send(cloud, sender, recipient="owner@example.com", **content):
    """The message's id; a client's exception where SES refuses."""
    return cloud.client("sesv2").send_email(
        FromEmailAddress=sender, Destination={"ToAddresses": [recipient]},
        Content={"Raw": {"Data": base64.b64decode(raw(sender, **content))}},
    )["MessageId"]


def test_who_it_is(cloud):
    assert cloud.aws("sts", "get-caller-identity")["Account"] == "123456789012"


def test_a_sandboxed_account_says_so_and_refuses(cloud, account):
    account(sandbox=True)
    told = cloud.aws("sesv2", "get-account")
    assert told["ProductionAccessEnabled"] is False and told["SendQuota"]["Max24HourSend"] == 200
    cloud.aws("sesv2", "create-email-identity", "--email-identity", "a@sandboxed.example")
    with pytest.raises(cloud.client("sesv2").exceptions.MessageRejected, match=r"not verified.*owner@nowhere\.example"):
        send(cloud, "a@sandboxed.example", "owner@nowhere.example")
    cloud.switch("POST", "verify", identity="owner@nowhere.example")
    assert send(cloud, "a@sandboxed.example", "owner@nowhere.example")
    account(sandbox=False)
    assert cloud.aws("sesv2", "get-account")["ProductionAccessEnabled"] is True


def test_an_identity_waits_until_somebody_verifies_it(cloud, account):
    account(verifies_at_once=False)
    cloud.aws("sesv2", "create-email-identity", "--email-identity", "slow@waiting.example")
    assert "AlreadyExistsException" in cloud.refusal("sesv2", "create-email-identity", "--email-identity", "slow@waiting.example")
    assert cloud.aws("sesv2", "get-email-identity", "--email-identity", "slow@waiting.example")["VerifiedForSendingStatus"] is False
    with pytest.raises(cloud.client("sesv2").exceptions.MessageRejected):
        send(cloud, "slow@waiting.example")
    assert cloud.notices()[-1]["To"] == "slow@waiting.example"
    cloud.switch("POST", "verify", identity="slow@waiting.example")
    assert cloud.aws("sesv2", "get-email-identity", "--email-identity", "slow@waiting.example")["VerifiedForSendingStatus"] is True
    assert send(cloud, '"Slow" <slow@waiting.example>')
    assert "NotFoundException" in cloud.refusal("sesv2", "get-email-identity", "--email-identity", "waiting.example")


def test_a_domain_stands_for_its_addresses(cloud):
    cloud.client("sesv2").create_email_identity(EmailIdentity="whole.example")
    assert send(cloud, "anybody@whole.example")


def test_quotas_and_what_they_are_asked_for(cloud, account):
    account(concurrent_runs=10)
    settings = cloud.aws("lambda", "get-account-settings")["AccountLimit"]
    assert settings["ConcurrentExecutions"] == 10
    place = ("--service-code", "lambda", "--quota-code", "L-B99A9384")
    quota = cloud.aws("service-quotas", "get-service-quota", *place)["Quota"]
    assert (quota["Value"], quota["Adjustable"]) == (10, True)
    assert cloud.aws("service-quotas", "get-aws-default-service-quota", *place)["Quota"]["Value"] == 1000
    asked = cloud.aws("service-quotas", "request-service-quota-increase", *place, "--desired-value", "500")["RequestedQuota"]
    assert asked["Status"] == "PENDING" and asked["DesiredValue"] == 500
    assert "ResourceAlreadyExistsException" in cloud.refusal(
        "service-quotas", "request-service-quota-increase", *place, "--desired-value", "600"
    )
    assert "NoSuchResourceException" in cloud.refusal(
        "service-quotas", "get-service-quota", "--service-code", "lambda", "--quota-code", "L-1"
    )


def test_reserving_more_than_a_new_account_has_fails_as_on_aws(cloud, account):
    account(concurrent_runs=10)
    function = {"Type": "AWS::Lambda::Function", "Properties": {
        "Runtime": "provided.al2023", "Handler": "bootstrap", "Role": "arn:aws:iam::123456789012:role/none",
        "Code": {"S3Bucket": "code-of-services", "S3Key": "a.zip"}, "ReservedConcurrentExecutions": 5,
    }}
    cloud.upload("code-of-services", "a.zip", b"")
    cloud.client("cloudformation").create_stack(
        StackName="reserving", TemplateBody=json.dumps({"Resources": {"Function": function}})
    )
    assert cloud.settled("reserving")["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "below its minimum value of [10]" in cloud.failures("reserving")[0][1]


def test_the_accounts_block_of_public_access(cloud):
    place = ("--account-id", "123456789012")
    assert "NoSuchPublicAccessBlockConfiguration" in cloud.refusal("s3control", "get-public-access-block", *place)
    cloud.aws("s3control", "put-public-access-block", *place, "--public-access-block-configuration", "BlockPublicPolicy=true")
    told = cloud.aws("s3control", "get-public-access-block", *place)["PublicAccessBlockConfiguration"]
    cloud.aws("s3control", "delete-public-access-block", *place)
    assert told["BlockPublicPolicy"] is True


def test_what_is_not_there_is_said_in_awss_words(cloud):
    for arguments, code in (
        (("cloudfront", "create-invalidation", "--distribution-id", "E1", "--paths", "/*"), "NoSuchDistribution"),
        (("codepipeline", "get-pipeline-state", "--name", "none"), "PipelineNotFoundException"),
        (("codeconnections", "get-connection", "--connection-arn",
          f"arn:aws:codeconnections:eu-north-1:123456789012:connection/{uuid.uuid4()}"), "ResourceNotFoundException"),
        (("lambda", "invoke", "--function-name", "none", "/dev/null"), "ResourceNotFoundException"),
    ):
        assert code in cloud.refusal(*arguments)


def test_a_fault_is_answered_as_often_as_asked(cloud):
    cloud.fault("sts", "GetCallerIdentity", status=503, code="ServiceUnavailable", message="down", times=1)
    client = cloud.client("sts")
    with pytest.raises(client.exceptions.ClientError, match="ServiceUnavailable"):
        client.get_caller_identity()
    assert client.get_caller_identity()["Account"]


@pytest.fixture
def mail_page(cloud, chromium):
    """The page of mails, in a context that does not mind what the console says: the browser tells of scripts it stopped."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(cloud.console + "/")
    yield page
    context.close()


def test_the_page_of_mails_shows_what_ses_got_and_lets_nothing_run(cloud, mail_page):
    cloud.client("sesv2").create_email_identity(EmailIdentity="page.example")
    subject = f"Boat {uuid.uuid4().hex[:6]}"
    script = "<script>document.body.textContent = 'run'; top.document.title = 'run'</script>"
    send(cloud, "a@page.example", subject=subject, html=f"<p>Bold <b>words</b></p>{script}")
    mail_page.reload()
    assert axe_findings(mail_page) == []
    mail_page.get_by_role("link", name=subject).click()
    expect(mail_page.get_by_text(f"Text of {subject}")).to_be_visible()
    expect(mail_page.get_by_role("cell", name="a@page.example")).to_be_visible()
    assert mail_page.locator("iframe").get_attribute("sandbox") == ""
    expect(mail_page.frame_locator("iframe").locator("b")).to_have_text("words")
    assert mail_page.title() == "Mail"
    assert axe_findings(mail_page) == []
    link = mail_page.get_by_role("link", name="As SES got it").get_attribute("href")
    source = mail_page.request.get(cloud.console + link)
    assert source.headers["content-type"].startswith("text/plain") and f"Subject: {subject}" in source.text()


def test_the_cloud_ends_with_whoever_started_it():
    cloud = Rehearsal()
    cloud.aws("sts", "get-caller-identity")
    cloud.stop()
    assert cloud._process.returncode == 0
    assert "connect" in cloud.refusal("sts", "get-caller-identity")
