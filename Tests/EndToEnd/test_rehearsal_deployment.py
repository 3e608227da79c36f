# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""From a folder to a live site in the rehearsal: the real template, the real zips, a real browser.

The tests run in their order and share one deployment; the last one takes it away.
"""

import re
import uuid
from urllib.parse import quote

import pytest
from playwright.sync_api import expect
from test_browser_form import SCRIPT, fill, send, wait_for_thanks

from harness.deployment import Deployment
from harness.mail import html_of, text_of
from harness.waiting import until


@pytest.fixture(scope="module")
def live(cloud, tmp_path_factory):
    deployment = Deployment(cloud, tmp_path_factory.mktemp("deployment"), "hallskar")
    deployment.deploy()
    return deployment


@pytest.mark.parametrize("script", SCRIPT)
@pytest.mark.parametrize("language", ["en", "sv"])
def test_a_visitor_sends_the_form_and_the_owner_has_the_mail(live, open_page, language, script):
    page = open_page(
        live.outputs["SiteUrl"] + {"en": "/", "sv": "/sv/"}[language], java_script_enabled=script, locale=language
    )
    name = f"Åsa {uuid.uuid4().hex[:8]}"
    message = fill(page, name=name)
    send(page)
    wait_for_thanks(page, language, script)

    [item] = [one for one in live.items() if message in str(one)]
    id = item["sk"]["S"]
    assert re.fullmatch(r"contact#[0-7]", item["pk"]["S"]) and item["region"] == {"S": "eu-north-1"}
    live.until_status([id], "notified")
    [mail] = live.mails([id])[id]
    assert mail["From"] == live.sender and mail["To"] == "owner@example.com"
    assert mail["Reply-To"].addresses[0].addr_spec == "asa@example.se" and mail["Reply-To"].addresses[0].display_name == name
    assert name in mail["Subject"] and mail["Date"] and mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == f"<{id}@hallskar.example.com>"
    assert message in text_of(mail) and message in html_of(mail)


def test_an_error_stands_by_its_field_without_a_script(live, open_page):
    page = open_page(live.outputs["SiteUrl"] + "/", java_script_enabled=False)
    message = fill(page, email="asa..oberg@example.se")
    send(page)
    expect(page.locator("form [name=message]")).to_have_value(message)
    expect(page.locator("form [name=email]")).to_have_attribute("aria-invalid", "true")
    page.locator("form [name=email]").fill("asa@example.se")
    send(page)
    wait_for_thanks(page, "en", False)
    assert len([one for one in live.items() if message in str(one)]) == 1


def test_a_repeat_is_stored_and_mailed_once(live):
    message = f"twice {uuid.uuid4()}"
    token = {"_id": str(uuid.uuid4())}
    ids = {live.send(message, **token) for _ in range(3)}
    assert len(ids) == 1
    live.until_status(ids, "notified")
    assert [len(mails) for mails in live.mails(ids).values()] == [1]


def test_a_pages_own_script_is_let_in_and_another_sites_is_not(live):
    api, site = live.outputs["ApiUrl"], live.outputs["SiteUrl"]
    for origin, allowed in ((site, site), ("https://elsewhere.example", None)):
        answer = live.visitor.request("OPTIONS", "/api/contact", {
            "Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type",
        })
        assert answer.headers.get("Access-Control-Allow-Origin") == allowed, api
    refused = live.visitor.post("/api/contact", {"message": "Hej"}, Origin="https://elsewhere.example")
    assert refused.status == 403


def test_the_logs_can_be_read_with_the_cli(cloud, live):
    id = live.send(f"logged {uuid.uuid4()}")
    live.until_status([id], "notified")
    for output, text in (("AddContactInfoLogGroup", "submission stored"), ("SendContactInfoEmailLogGroup", "mail sent")):
        def look(output=output, text=text):
            return cloud.aws(
                "logs", "filter-log-events", "--log-group-name", live.outputs[output], "--filter-pattern", f'"{id}"'
            )["events"]
        events = until(look, what=f"the line about the submission in {output}")
        assert any(text in one["message"] for one in events), events
        assert "asa@example.se" not in str(events)


def test_redeploying_the_same_changes_nothing(cloud, live):
    before = len(cloud.events("hallskar"))
    live.deploy()
    assert len(cloud.events("hallskar")) == before


def test_the_status_tells_of_an_alarm_that_was_silenced_or_deleted(cloud, live):
    watch = cloud.client("cloudwatch")
    alarms = [one for one in watch.describe_alarms(MaxRecords=100)["MetricAlarms"] if one["AlarmName"].startswith("hallskar-")]
    assert live.status()["Alarms"] == [("passed", f"none of {len(alarms)} rings")]
    sweep = next(one["AlarmName"] for one in alarms if "SweepAlarm" in one["AlarmName"])
    watch.disable_alarm_actions(AlarmNames=[sweep])
    lines = live.status()["Alarms"]
    assert ("failed", "SweepAlarm is silenced: it rings, and tells nobody") in lines
    [(_, command)] = [line for line in lines if "enable-alarm-actions" in line[1]]
    cloud.aws(*command.split()[1:])
    assert live.status()["Alarms"] == [("passed", f"none of {len(alarms)} rings")]
    watch.delete_alarms(AlarmNames=[sweep])
    assert ("failed", "SweepAlarm was deleted") in live.status()["Alarms"]
    # As the status says: to deploy the same again would leave it so.
    live.deploy(Alarms="false")
    assert live.status()["Alarms"] == [("none", "switched off")]
    live.deploy(Alarms="true")
    assert live.status()["Alarms"] == [("passed", f"none of {len(alarms)} rings")]


def test_a_changed_site_and_a_changed_option_are_live(cloud, live):
    page = live.site / "index.html"
    page.write_text(page.read_text(encoding="utf-8").replace("<h1", "<h1 data-new", 1), encoding="utf-8")
    (live.site / "more.html").write_text("<!doctype html><title>More</title>", encoding="utf-8")
    (live.site / "öppna-förskolan.html").write_text("<!doctype html><title>Öppet</title>", encoding="utf-8")
    (live.site / "robots.txt").unlink()
    address = live.outputs["SiteUrl"]
    live.deploy(MailFromName="The workshop", LogLevel="debug")
    assert live.outputs["SiteUrl"] == address
    assert b"<h1 data-new" in live.visitor.get("/").body
    assert live.visitor.get("/more.html").status == 200
    assert "Öppet" in live.visitor.get(quote("/öppna-förskolan.html")).body.decode()
    assert live.visitor.get("/robots.txt").status == 404
    id = live.send(f"changed {uuid.uuid4()}")
    live.until_status([id], "notified")
    [mail] = live.mails([id])[id]
    assert mail["From"].addresses[0].display_name == "The workshop"


def test_a_poisonous_message_ends_in_the_queue_and_the_next_are_mailed(cloud, live):
    marker = f"poison{uuid.uuid4().hex[:8]}"
    cloud.fault("sesv2", "SendEmail", containing=marker)
    poison = live.send(marker, _subject=marker)
    until(live.queue_length, what="the notice in the failure queue")
    fine = [live.send(f"after it {number} {uuid.uuid4()}") for number in range(3)]
    live.until_status(fine, "notified")
    assert live.statuses([poison]) == {poison: "received"}
    # And when it is one no more, the sweep mails it.
    cloud.clear_faults()
    live.make_overdue([poison])
    cloud.switch("POST", "sweep")
    live.until_status([poison], "notified")
    assert len(live.mails([poison])[poison]) == 1


def test_when_ses_is_down_all_mails_arrive_after(cloud, live):
    waiting = live.queue_length()
    cloud.fault("sesv2", "SendEmail", status=503, code="ServiceUnavailable", message="down")
    ids = [live.send(f"while it is down {number} {uuid.uuid4()}") for number in range(6)]
    until(lambda: live.queue_length() > waiting, what="the notice in the failure queue")
    assert set(live.statuses(ids).values()) == {"received"}
    assert all(not mails for mails in live.mails(ids).values())
    # The sweep tries too, and finds it down.
    live.make_overdue(ids)
    cloud.switch("POST", "sweep")
    assert set(live.statuses(ids).values()) == {"received"}
    cloud.clear_faults()
    live.make_overdue(ids)
    cloud.switch("POST", "sweep")
    live.until_status(ids, "notified")
    assert {len(mails) for mails in live.mails(ids).values()} == {1}


def test_the_counts_agree(live):
    """Every submission that a visitor was thanked for is there, and each is mailed; `brevlada audit` says the same."""
    items = live.items()
    ids = [item["sk"]["S"] for item in items]
    until(lambda: set(live.statuses(ids).values()) == {"notified"}, what="all to be mailed")
    mails = live.mails(ids)
    assert len(ids) == len(set(ids)) == len(mails)
    assert {id: len(one) for id, one in mails.items()} == dict.fromkeys(ids, 1)
    report = live.audit()
    assert report["clean"] and report["accepted"] == report["counts"]["notified"] == len(ids)


def test_a_change_that_fails_leaves_the_site_as_it_was(cloud, live):
    cloud.switch("POST", "resources", logicalId="SendContactInfoEmail", reason="Lambda was unable to do it")
    with pytest.raises(AssertionError, match="SendContactInfoEmail"):
        live.deploy(LogLevel="trace")
    assert cloud.settled("hallskar")["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    live.parameters["LogLevel"] = "debug"
    live.deploy(GiveUpAfterDays="4")
    id = live.send(f"after the failure {uuid.uuid4()}")
    live.until_status([id], "notified")


def test_destroying_keeps_what_it_promises(cloud, live):
    outputs, count = live.outputs, len(live.items())
    site = live.visitor
    live.destroy()
    with pytest.raises(OSError):
        site.get("/")
    assert "hallskar-" not in str(cloud.client("lambda").list_functions()["Functions"])
    # The messages, the site's files and the logs' bucket stay.
    assert cloud.client("dynamodb").scan(TableName=outputs["TableName"], Select="COUNT")["Count"] >= count
    keys = {one["Key"] for one in cloud.client("s3").list_objects_v2(Bucket=outputs["SiteBucketName"])["Contents"]}
    assert {"index.html", "more.html"} <= keys
    cloud.client("s3").head_bucket(Bucket=outputs["LogBucketName"])


def test_a_mail_that_comes_back_is_known_by_its_message(cloud, tmp_path):
    """By way of the template's configuration set, topic, subscription and permission, to the real function."""
    deployment = Deployment(cloud, tmp_path, "studs")
    address = "bounce+studs@simulator.amazonses.com"
    deployment.deploy(MailTo=address, DigestBatch="1", Alarms="false", Dashboard="false")

    def sent():
        return [one for one in cloud.switch("GET", "mails")["mails"] if one["recipients"] == [address]]

    # One in a mail of its own, and three that mails may list.
    ids = [deployment.send(f"into nowhere {uuid.uuid4()}")]
    deployment.until_status(ids, "bounced")
    ids += [deployment.send(f"into nowhere {uuid.uuid4()}") for _ in range(3)]
    deployment.until_status(ids, "bounced")
    assert all("550 5.1.1 user unknown" in item["lastError"]["S"] for item in deployment.items())
    # For the alarm.
    until(lambda: deployment.counted("Returned") >= 2, what="the metric")
    # What has bounced is the owner's to send again.
    before = len(sent())
    cloud.switch("POST", "sweep")
    assert 2 <= len(sent()) == before <= len(ids)
    report = deployment.audit(check=1)
    assert report["counts"]["bounced"] == len(ids) and report["addsUp"] is True
    deployment.destroy()


def test_the_owners_routes_are_gone_when_the_sign_in_is_switched_off(cloud, tmp_path):
    deployment = Deployment(cloud, tmp_path, "avstangd")
    deployment.deploy(OwnerAccess="Cognito", Alarms="false", Dashboard="false")
    visitor = deployment.visitor
    assert visitor.get("/api/submissions").status == 401
    assert visitor.get("/inbox/").status == 200
    done = deployment.deploy(OwnerAccess="None")
    assert "the routes that were removed answer no more" in done.stdout
    assert visitor.get("/api/submissions").status == 404
    assert visitor.get("/inbox/").status == 404
    assert visitor.post("/api/contact", {"email": "nobody"}).status == 422
    # A later update lets the stage be, and the routes come back with the sign-in.
    deployment.deploy(MailFromName="The workshop")
    assert visitor.get("/api/submissions").status == 404
    deployment.deploy(OwnerAccess="Cognito")
    assert visitor.get("/api/submissions").status == 401
    deployment.destroy()


@pytest.fixture(scope="module")
def plain(cloud, tmp_path_factory):
    """On a public website of S3, where the form's address is another origin than the page's."""
    deployment = Deployment(cloud, tmp_path_factory.mktemp("plain"), "plain")
    deployment.parameters |= {"Hosting": "S3Website", "Alarms": "false", "Dashboard": "false"}
    # An account that forbids public buckets is told apart before a visitor sees 403.
    cloud.aws("s3control", "put-public-access-block", "--account-id", "123456789012",
              "--public-access-block-configuration", "BlockPublicPolicy=true,RestrictPublicBuckets=true")
    try:
        with pytest.raises(AssertionError, match=r"(?i)public"):
            deployment.deploy()
    finally:
        cloud.aws("s3control", "delete-public-access-block", "--account-id", "123456789012")
    if cloud.run("cloudformation", "describe-stacks", "--stack-name", "plain").returncode == 0:
        cloud.aws("cloudformation", "delete-stack", "--stack-name", cloud.settled("plain")["StackId"])
        until(lambda: cloud.run("cloudformation", "describe-stacks", "--stack-name", "plain").returncode, what="the deletion")
    deployment.deploy()
    return deployment


@pytest.mark.parametrize("script", SCRIPT)
def test_on_a_public_website_the_form_goes_to_the_api(plain, open_page, script):
    outputs = plain.outputs
    api = outputs["ApiUrl"].removesuffix("/api")
    page = open_page(outputs["SiteUrl"] + "/", java_script_enabled=script, allowed=(api,))
    message = fill(page)
    send(page)
    wait_for_thanks(page, "en", script)
    assert page.url.startswith(outputs["SiteUrl"])
    [item] = [one for one in plain.items() if message in str(one)]
    plain.until_status([item["sk"]["S"]], "notified")
