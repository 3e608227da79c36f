# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What the command asks AWS besides CloudFormation, asked of the rehearsal with the AWS CLI; the page of mails; and what SES
tells of a mail afterwards, by way of SNS and Lambda.
"""

import base64
import json
import uuid

import pytest
from browser import axe_findings
from playwright.sync_api import expect

from harness.rehearsal import Rehearsal, Visitor, echo_zip
from harness.waiting import until


@pytest.fixture
def account(cloud):
    """`account(**limits)` changes what the account may do, for this test."""
    before = cloud.switch("GET", "account")
    yield lambda **limits: cloud.switch("PUT", "account", **limits)
    cloud.switch("PUT", "account", **before)


def raw(sender, subject="Hej", html="<p>Hej</p>", more=""):
    return base64.b64encode(
        f"From: {sender}\r\nTo: owner@example.com\r\nSubject: {subject}\r\n{more}MIME-Version: 1.0\r\n"
        f'Content-Type: multipart/alternative; boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n'
        f"Text of {subject}\r\n--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n--x--\r\n".encode()
    ).decode()


def send(cloud, sender, recipient="owner@example.com", options=None, **content):
    """The message's id; a client's exception where SES refuses."""
    return cloud.client("sesv2").send_email(
        FromEmailAddress=sender, Destination={"ToAddresses": [recipient]},
        Content={"Raw": {"Data": base64.b64decode(raw(sender, **content))}}, **(options or {}),
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


def test_the_mailbox_simulator_needs_no_verification_and_counts_for_no_quota(cloud, account):
    account(sandbox=True)
    cloud.client("sesv2").create_email_identity(EmailIdentity="a@simulated.example")
    before = cloud.aws("sesv2", "get-account")["SendQuota"]["SentLast24Hours"]
    for name in ("bounce", "bounce+label", "success", "Complaint", "ooto", "suppressionlist"):
        assert send(cloud, "a@simulated.example", f"{name}@simulator.amazonses.com")
    assert cloud.aws("sesv2", "get-account")["SendQuota"]["SentLast24Hours"] == before
    with pytest.raises(cloud.client("sesv2").exceptions.MessageRejected):
        send(cloud, "a@simulated.example", "bouncer@simulator.amazonses.com")


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


# -- What comes of a mail


# Writes each event into its log. "crash" fails every time, "flaky" the first time.
WATCH = '''
text = json.dumps(event)
print(json.dumps({"got": event}), flush=True)
seen = globals().setdefault("texts", set())
answer = {"errorType": "Poison", "errorMessage": "asked to"} if "crash" in text or "flaky" in text and text not in seen else {}
seen.add(text)
'''


def told(matching=("bounce", "complaint"), enabled=True, called_for="Topic", published_by="${Set}", retries=2):
    """A configuration set, whose events go to a topic, whose messages go to a function."""
    source = {"Fn::Sub": f"arn:${{AWS::Partition}}:ses:${{AWS::Region}}:${{AWS::AccountId}}:configuration-set/{published_by}"}
    return {
        "Resources": {
            "Set": {"Type": "AWS::SES::ConfigurationSet"},
            "Destination": {"Type": "AWS::SES::ConfigurationSetEventDestination", "DependsOn": "Policy", "Properties": {
                "ConfigurationSetName": {"Ref": "Set"}, "EventDestination": {
                    "Name": "what-came-of-it", "Enabled": enabled, "MatchingEventTypes": list(matching),
                    "SnsDestination": {"TopicARN": {"Ref": "Topic"}},
                },
            }},
            "Topic": {"Type": "AWS::SNS::Topic", "Properties": {
                "Subscription": [{"Protocol": "lambda", "Endpoint": {"Fn::GetAtt": ["Function", "Arn"]}}],
            }},
            "Other": {"Type": "AWS::SNS::Topic"},
            "Policy": {"Type": "AWS::SNS::TopicPolicy", "Properties": {
                "Topics": [{"Ref": "Topic"}], "PolicyDocument": {"Statement": [{
                    "Effect": "Allow", "Principal": {"Service": "ses.amazonaws.com"}, "Action": "sns:Publish",
                    "Resource": {"Ref": "Topic"}, "Condition": {"StringEquals": {
                        "aws:SourceAccount": {"Ref": "AWS::AccountId"}, "aws:SourceArn": source,
                    }},
                }]},
            }},
            "Permission": {"Type": "AWS::Lambda::Permission", "Properties": {
                "FunctionName": {"Ref": "Function"}, "Action": "lambda:InvokeFunction", "Principal": "sns.amazonaws.com",
                "SourceArn": {"Ref": called_for},
            }},
            "Retries": {"Type": "AWS::Lambda::EventInvokeConfig", "Properties": {
                "FunctionName": {"Ref": "Function"}, "Qualifier": "$LATEST", "MaximumRetryAttempts": retries,
                "MaximumEventAgeInSeconds": 3600,
            }},
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": []}}},
            "Group": {"Type": "AWS::Logs::LogGroup"},
            "Function": {"Type": "AWS::Lambda::Function", "Properties": {
                "Runtime": "provided.al2023", "Handler": "bootstrap", "Timeout": 20, "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "Code": {"S3Bucket": "code-of-mail-events", "S3Key": "watch.zip"}, "LoggingConfig": {"LogGroup": {"Ref": "Group"}},
            }},
        },
        "Outputs": {name: {"Value": {"Ref": name}} for name in ("Set", "Topic", "Group", "Function")},
    }


class MailEvents:
    def __init__(self, cloud):
        self.cloud = cloud
        cloud.upload("code-of-mail-events", "watch.zip", echo_zip(WATCH))
        cloud.client("sesv2").create_email_identity(EmailIdentity="told.example")
        self.outputs = cloud.create("mail-events", told())

    def declare(self, **changes):
        self.cloud.update("mail-events", told(**changes))

    def send(self, recipient, subject=None, configured=True, **content):
        """What no other mail has in its subject, and the mail's id."""
        subject = subject or uuid.uuid4().hex
        options = {"ConfigurationSetName": self.outputs["Set"]} if configured else {}
        return subject, send(self.cloud, "form@told.example", recipient, options, subject=subject, **content)

    def got(self, mark):
        """The events with this text that the function got, oldest first."""
        logs = self.cloud.client("logs")
        lines = logs.filter_log_events(logGroupName=self.outputs["Group"], filterPattern='"got"')["events"]
        return [json.loads(one["message"])["got"] for one in lines if mark in one["message"]]

    def until_got(self, mark):
        """The one event with this text, and what SES wrote."""
        [event] = until(lambda: self.got(mark), 60, "the event at the function")
        return event, json.loads(event["Records"][0]["Sns"]["Message"])

    def page_of(self, id):
        """The path of the page of a mail of SES's."""
        mails = self.cloud.switch("GET", "mails")["mails"]
        [number] = [one["number"] for one in mails if one["messageId"] == id]
        return f"/mail/{number}"


@pytest.fixture(scope="module")
def mail_events(cloud):
    return MailEvents(cloud)


def test_a_mail_that_bounces_is_told_of_as_ses_publishes_it(cloud, mail_events):
    address = "bounce+form@simulator.amazonses.com"
    mark, id = mail_events.send(address, more="X-Names: first\r\n second\r\n")
    event, message = mail_events.until_got(mark)
    [record] = event["Records"]
    [subscribed] = cloud.aws("sns", "list-subscriptions-by-topic", "--topic-arn", mail_events.outputs["Topic"])["Subscriptions"]
    assert (record["EventSource"], record["EventVersion"]) == ("aws:sns", "1.0")
    assert record["EventSubscriptionArn"] == subscribed["SubscriptionArn"]
    sns = record["Sns"]
    assert (sns["Type"], sns["TopicArn"]) == ("Notification", mail_events.outputs["Topic"])
    assert sns["Subject"] == "Amazon SES Email Event Notification" and sns["Message"].endswith("}\n")
    bounce, mail = message["bounce"], message["mail"]
    assert set(message) == {"eventType", "bounce", "mail"} and message["eventType"] == "Bounce"
    assert (bounce["bounceType"], bounce["bounceSubType"]) == ("Permanent", "General")
    assert bounce["bouncedRecipients"] == [
        {"emailAddress": address, "action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"},
    ]
    assert (mail["messageId"], mail["destination"]) == (id, [address]) and mail["timestamp"] < bounce["timestamp"]
    assert mail["sourceArn"] == "arn:aws:ses:eu-north-1:123456789012:identity/told.example"
    assert [one["name"] for one in mail["headers"]] == ["From", "To", "Subject", "X-Names", "MIME-Version", "Content-Type"]
    assert mail["headers"][3]["value"] == "first second" and mail["headersTruncated"] is False
    assert mail["commonHeaders"]["subject"] == mark and mail["commonHeaders"]["messageId"] == id
    assert mail["tags"]["ses:configuration-set"] == [mail_events.outputs["Set"]]


def test_each_of_the_simulators_addresses_plays_its_part(mail_events):
    quiet = [mail_events.send(f"{name}@simulator.amazonses.com")[0] for name in ("success", "ooto")]
    quiet.append(mail_events.send("owner@example.com")[0])
    suppressed, _ = mail_events.send("suppressionlist@simulator.amazonses.com")
    complained, _ = mail_events.send("complaint@simulator.amazonses.com")
    _, message = mail_events.until_got(suppressed)
    assert (message["bounce"]["bounceType"], message["bounce"]["bounceSubType"]) == ("Permanent", "Suppressed")
    _, message = mail_events.until_got(complained)
    assert message["eventType"] == "Complaint" and message["complaint"]["complaintFeedbackType"] == "abuse"
    assert message["complaint"]["complainedRecipients"] == [{"emailAddress": "complaint@simulator.amazonses.com"}]
    assert [mail_events.got(mark) for mark in quiet] == [[], [], []]


def test_of_a_long_header_an_event_has_the_first_ten_kilobytes(mail_events):
    more = "".join(f"X-{number}: {'x' * 900}\r\n" for number in range(12))
    mark, _ = mail_events.send("bounce@simulator.amazonses.com", more=more)
    mail = mail_events.until_got(mark)[1]["mail"]
    assert mail["headersTruncated"] is True
    assert [one["name"] for one in mail["headers"]][2:] == ["Subject", *(f"X-{number}" for number in range(11))]


@pytest.mark.parametrize("change", [
    {"enabled": False}, {"matching": ("complaint",)}, {"published_by": "another"}, {"called_for": "Other"}, None,
], ids=["disabled", "not-matching", "policy", "permission", "no-set"])
def test_without_a_part_of_the_way_nobody_is_told(cloud, mail_events, change):
    if change:
        mail_events.declare(**change)
    mark, id = mail_events.send("bounce@simulator.amazonses.com", configured=change is not None)
    page, console = mail_events.page_of(id), Visitor(cloud.console)
    # SES knows it all the same.
    until(lambda: b"Bounce at" in console.get(page).body, what="the bounce on the mail's page")
    if change:
        mail_events.declare()
    later, _ = mail_events.send("bounce@simulator.amazonses.com")
    mail_events.until_got(later)
    assert mail_events.got(mark) == []


def test_an_event_that_the_function_fails_is_given_again_as_declared(cloud, mail_events):
    function = mail_events.outputs["Function"]

    def publish(text):
        cloud.aws("sns", "publish", "--topic-arn", mail_events.outputs["Topic"], "--message", text)

    flaky, poison = f"flaky {uuid.uuid4()}", f"crash {uuid.uuid4()}"
    publish(flaky)
    until(lambda: len(mail_events.got(flaky)) == 2, what="the second try")
    publish(poison)
    until(lambda: f"an event is given up function={function} tries=3" in cloud.log, what="the end of trying")
    until(lambda: len(mail_events.got(poison)) == 3, what="the last try in the log")
    assert len(mail_events.got(flaky)) == 2
    mail_events.declare(retries=0)
    try:
        publish(once := f"crash {uuid.uuid4()}")
        until(lambda: f"an event is given up function={function} tries=1" in cloud.log, what="the end of trying")
        until(lambda: len(mail_events.got(once)) == 1, what="the try in the log")
    finally:
        mail_events.declare()


def test_a_mail_that_was_delivered_bounces_at_a_button(mail_events, mail_page):
    mark, id = mail_events.send("owner@example.com")
    mail_page.reload()
    mail_page.get_by_role("link", name=mark).click()
    mail_page.get_by_role("button", name="Let it bounce").click()
    expect(mail_page.get_by_text("owner@example.com smtp; 550 5.1.1 user unknown")).to_be_visible()
    assert axe_findings(mail_page) == []
    assert mail_events.until_got(mark)[1]["mail"]["messageId"] == id


def test_the_cloud_ends_with_whoever_started_it():
    cloud = Rehearsal()
    cloud.aws("sts", "get-caller-identity")
    cloud.stop()
    assert cloud._process.returncode == 0
    assert "connect" in cloud.refusal("sts", "get-caller-identity")
