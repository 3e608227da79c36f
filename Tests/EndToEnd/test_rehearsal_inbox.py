# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The owner's page as deployed on AWS: in a browser, with tokens that the rehearsal's user pool issues and its API checks,
and the real functions on the messages.

What the page does with everything else is in test_browser_owner.py, with answers no Cognito should give in
test_browser_cognito.py, and what the authorizer takes in test_rehearsal_front.py.
"""

import base64
import csv
import io
import json
import re
import uuid
from urllib.parse import quote_plus

import pytest
from browser import axe_findings
from playwright.sync_api import expect

from harness.deployment import Deployment
from harness.mail import text_of
from harness.rehearsal import Visitor
from harness.tokens import expired, foreign, payload, signed_in, tampered
from harness.waiting import until

OWNER, PASSWORD = "owner@example.com", "correct horse battery staple"


@pytest.fixture(scope="module")
def live(cloud, tmp_path_factory):
    deployment = Deployment(cloud, tmp_path_factory.mktemp("inbox"), "inkorg")
    deployment.deploy(OwnerAccess="Cognito", Alarms="false", Dashboard="false")
    yield deployment
    deployment.destroy()


@pytest.fixture(scope="module")
def pool(cloud, live):
    """The stack's user pool, whose first owner has chosen a password."""
    pool = live.outputs["OwnerPoolId"]
    cloud.client("cognito-idp").admin_set_user_password(UserPoolId=pool, Username=OWNER, Password=PASSWORD, Permanent=True)
    return pool


@pytest.fixture
def door(open_page, live, pool):
    """`door(place="")` opens the owner's page, signed out."""
    def door(place="", **options):
        page = open_page(f"{live.outputs['SiteUrl']}/inbox/{place}", allowed=(live.outputs["SignInUrl"],), **options)
        # So tall that nothing is scrolled out of sight, where axe could not see it.
        page.set_viewport_size({"width": 1280, "height": 2000})
        return page
    return door


@pytest.fixture
def inbox(door):
    """The same, signed in."""
    def inbox(place="", **options):
        page = door(place, **options)
        sign_in(page)
        return page
    return inbox


def sign_in(page, username=OWNER, password=PASSWORD):
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("E-mail").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#app")).to_be_visible()


def search(page, text):
    page.get_by_role("searchbox").fill(text)
    expect(page).to_have_url(re.compile(rf"[#&]q={re.escape(quote_plus(text))}(&|$)"))
    expect(page.locator("#index")).to_have_attribute("aria-busy", "false")


def read(page, mark):
    """Finds the message with this mark by searching, opens it, and returns the letter."""
    search(page, mark)
    expect(page.locator(".row")).to_have_count(1)
    page.locator(".row").click()
    shown = page.locator("#letter")
    expect(shown.locator(".text")).to_contain_text(mark)
    expect(shown.locator(".history")).to_be_visible()
    return shown


def barriers(page):
    page.mouse.move(0, 0)
    return axe_findings(page)


def barriers_of_dialog(page):
    """axe does not know that a dialogue lies above all, and takes what is under it for its background."""
    page.evaluate("document.getElementById('app').style.visibility = 'hidden'")
    try:
        return barriers(page)
    finally:
        page.evaluate("document.getElementById('app').style.visibility = ''")


def item(live, id):
    [found] = [one for one in live.items() if one["sk"]["S"] == id]
    return found


def new_mark():
    return uuid.uuid4().hex


# ---- Coming in and going out


def test_an_invited_owner_chooses_a_password_and_comes_back_to_the_place(cloud, live, pool, door):
    invited, first = f"{new_mark()[:12]}@example.com", "the-first-password"
    cloud.client("cognito-idp").admin_create_user(
        UserPoolId=pool, Username=invited, TemporaryPassword=first, MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": invited}, {"Name": "email_verified", "Value": "true"}],
    )
    page = door("#box=all")
    expect(page.get_by_role("button", name="Sign in")).to_be_focused()
    assert barriers(page) == []
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(re.escape(live.outputs["SignInUrl"])))
    assert barriers(page) == []
    page.get_by_label("E-mail").fill(invited)
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("Incorrect username or password.")
    page.get_by_label("E-mail").fill(invited)
    page.get_by_label("Password").fill(first)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("New password").fill(PASSWORD)
    assert barriers(page) == []
    page.get_by_role("button", name="Change password and sign in").click()
    expect(page.get_by_role("heading", name="All", exact=True)).to_be_visible()
    expect(page.locator("#index")).to_have_attribute("aria-busy", "false")
    assert page.url == f"{live.outputs['SiteUrl']}/inbox/#box=all"


def test_nothing_is_asked_of_the_api_before_signing_in(door):
    asked = []
    page = door("#box=all")
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert asked and not any("/api/" in url for url in asked)
    assert page.evaluate("fetch('/api/submissions').then(reply => reply.status)") == 401


def test_a_reload_asks_the_sign_in_and_not_the_person(inbox):
    page = inbox("#box=held")
    page.reload()
    expect(page.get_by_role("heading", name="Held", exact=True)).to_be_visible()
    expect(page.locator("#index")).to_have_attribute("aria-busy", "false")


def test_signing_out_ends_it_there_too(live, pool, inbox):
    mark = new_mark()
    live.send(f"Hej {mark}")
    page = inbox()
    read(page, mark)
    with page.expect_response("**/oauth2/token") as issued:
        page.reload()
    refresh = issued.value.json()["refresh_token"]
    expect(page.locator("#letter .text")).to_contain_text(mark)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert mark not in page.content() and page.evaluate("sessionStorage.length") == 0
    # Neither the token nor the sign-in's own session is worth anything after.
    reply = page.request.post(f"{live.outputs['SignInUrl']}/oauth2/token", form={
        "grant_type": "refresh_token", "client_id": live.outputs["OwnerPoolClientId"], "refresh_token": refresh,
    })
    assert (reply.status, reply.json()) == (400, {"error": "invalid_grant"})
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Password")).to_be_visible()


# ---- What is done with messages


def test_a_message_is_found_and_read(live, inbox):
    mark, other = new_mark(), new_mark()
    id = live.send(f"Båten läcker. {mark}", name="Karin Lindqvist", phone="070-123 45 67")
    live.send(f"Något annat. {other}")
    live.until_status([id], "notified")
    page = inbox()
    expect(page.locator(".row").filter(has_text="Karin Lindqvist")).to_have_class(re.compile("unread"))
    assert barriers(page) == []
    search(page, "070-123 45 67")
    expect(page.locator(".row")).to_have_count(1)
    search(page, new_mark())
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    assert barriers(page) == []
    shown = read(page, mark)
    expect(shown).to_contain_text("070-123 45 67")
    expect(shown.locator(".history")).to_contain_text("Mailed to you")
    assert barriers(page) == []
    until(lambda: "readAt" in item(live, id), what="the mark of having been read")


def test_a_held_message_is_released_and_mailed(live, inbox):
    mark = new_mark()
    id = live.send(f"Köp nu! {mark}", _gotcha="jag är en robot", email="karin@example.se")
    live.until_status([id], "held")
    page = inbox("#box=held")
    shown = read(page, mark)
    expect(shown.locator(".notice")).to_contain_text("a hidden field that no person sees was filled in")
    assert barriers(page) == []
    shown.get_by_role("button", name="Not spam: release").click()
    expect(page.locator("#toast")).to_contain_text("Released")
    live.until_status([id], "notified")
    [mail] = live.mails([id])[id]
    assert mail["Reply-To"].addresses[0].addr_spec == "karin@example.se" and mark in text_of(mail)


def test_a_mail_that_failed_is_sent_again(cloud, live, inbox):
    mark = new_mark()
    refusal = "Address is on the suppression list"
    cloud.fault("sesv2", "SendEmail", status=400, code="MessageRejected", message=refusal, containing=mark)
    id = live.send(f"Hej! {mark}", _subject=mark)
    live.until_status([id], "failed")
    page = inbox("#box=failed")
    shown = read(page, mark)
    expect(shown.locator(".notice")).to_contain_text("suppress")
    assert barriers(page) == []
    cloud.clear_faults()
    shown.get_by_role("button", name="Send the mail again").click()
    expect(page.locator("#toast")).to_contain_text("on its way")
    live.until_status([id], "notified")
    assert len(live.mails([id])[id]) == 1
    expect(page.locator(".row")).to_have_count(0)
    page.get_by_role("link", name=re.compile("^Inbox")).click()
    expect(read(page, mark).locator(".history")).to_contain_text("Mailed to you")


def test_a_mail_that_came_back_is_seen_and_sent_again(cloud, live, inbox):
    mark = new_mark()
    id = live.send(f"Hej! {mark}", _subject=mark)
    live.until_status([id], "notified")
    bounce(cloud, mark)
    live.until_status([id], "bounced")
    page = inbox("#box=failed")
    shown = read(page, mark)
    expect(shown.locator(".notice")).to_contain_text("550 5.1.1 user unknown")
    expect(shown.locator(".history")).to_contain_text("Mail came back")
    assert barriers(page) == []
    shown.get_by_role("button", name="Send the mail again").click()
    expect(page.locator("#toast")).to_contain_text("on its way")
    until(lambda: len(live.mails([id])[id]) == 2, what="the second mail")
    live.until_status([id], "notified")


def bounce(cloud, mark):
    """Presses the button at the page of the mail with this mark."""
    [mail] = [one for one in cloud.switch("GET", "mails")["mails"] if mark.encode() in base64.b64decode(one["raw"])]
    assert Visitor(cloud.console).request("POST", f"/mail/{mail['number']}/bounce").status == 303


def test_what_is_seen_is_exported(live, inbox):
    word = new_mark()
    ids = [live.send(f"{word} {number}; =1+1,\n“rad två”", formula="=1+1") for number in range(3)]
    page = inbox()
    search(page, word)
    expect(page.locator(".row")).to_have_count(3)

    def download(choice):
        page.get_by_role("button", name="Export").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Format").select_option(label=choice)
        assert barriers_of_dialog(page) == []
        with page.expect_download() as waiting:
            dialog.get_by_role("button", name="Download").click()
        content = waiting.value.path().read_text(encoding="utf-8")
        expect(dialog.get_by_role("status")).to_contain_text("saved as")
        dialog.get_by_role("button", name="Close").click()
        return content

    lines = list(csv.DictReader(io.StringIO(download("CSV, commas"))))
    assert {line["id"] for line in lines} == set(ids)
    assert not any(cell.startswith("=") for line in lines for cell in line.values())
    found = [json.loads(line) for line in download("JSON Lines, for programs").splitlines()]
    assert {one["id"] for one in found} == set(ids)
    assert all(one["fields"]["formula"] == "=1+1" for one in found)


def test_all_of_one_address_is_erased_with_a_receipt(live, inbox):
    mark, address = new_mark(), f"{new_mark()[:10]}@example.se"
    ids = {live.send(f"{mark} {number}", email=address) for number in range(3)}
    kept = live.send(new_mark())
    page = inbox()
    read(page, f"{mark} 1").get_by_role("button", name="Erase all from this sender").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("E-mail address")).to_have_value(address)
    assert barriers_of_dialog(page) == []
    dialog.get_by_label("The same address again").fill(address)
    dialog.get_by_role("button", name="Erase for good").click()
    expect(dialog).to_contain_text("3 messages erased")
    assert barriers_of_dialog(page) == []
    with page.expect_download() as waiting:
        dialog.get_by_role("button", name="Save the receipt").click()
    receipt = json.loads(waiting.value.path().read_text(encoding="utf-8"))
    assert receipt["erased"] == 3 and set(receipt["ids"]) == ids
    assert address not in str(live.items()) and kept in str(live.items())


def test_the_overview_shows_what_became_of_them(live, inbox):
    live.send(new_mark())
    page = inbox("#box=overview")
    expect(page.get_by_role("heading", name="Every message is accounted for")).to_be_visible()
    assert barriers(page) == []


def test_what_somebody_deletes_in_the_console_is_missed(cloud, live, inbox):
    kept, lost = live.send("kept"), live.send("lost")
    live.until_status([kept, lost], "notified")
    assert live.counted("Missing") == 0
    table, [item] = live.outputs["TableName"], [item for item in live.items() if item["sk"]["S"] == lost]
    cloud.client("dynamodb").delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})
    # For the alarm.
    until(lambda: live.counted("Missing") == 1, timeout=30, what="the metric")
    report = live.audit(check=1)
    assert report["addsUp"] is False and report["accepted"] == report["stored"] + report["erased"] + 1
    assert [each["id"] for each in report["missing"]["newest"]] == [lost]
    page = inbox("#box=overview")
    expect(page.get_by_role("heading", name="The numbers don’t add up")).to_be_visible()
    expect(page.locator(".problems")).to_contain_text("Message that something else removed")
    expect(page.locator(".sum .missing")).to_contain_text("1")
    assert barriers(page) == []
    # Put back from a backup.
    cloud.client("dynamodb").put_item(TableName=table, Item=item)
    assert live.audit()["addsUp"] is True
    assert live.counted("Missing") == 1, "what the owner erased is not missed"


# ---- Who is not let in


def bad_tokens(cloud, live, pool):
    good = signed_in(cloud, pool, live.outputs["OwnerPoolClientId"], PASSWORD)["IdToken"]
    return {"none": None, "expired": expired(good), "tampered": tampered(good), "foreign": foreign(cloud)}


def calls(cloud, live):
    """How often the function has been called."""
    return cloud.switch("GET", "invocations")[live.outputs["ReadContactInfoName"]]


def test_without_a_good_token_every_route_is_401_and_nothing_else(cloud, live, pool):
    """The function is not even called, so that nothing can be learned, by its time either."""
    id = live.send(new_mark())
    live.until_status([id], "notified")
    before, called = item(live, id), calls(cloud, live)
    routes = [
        ("GET", "submissions", None), ("GET", "submissions?q=a&cursor=x", None), ("GET", f"submissions/{id}", None),
        ("PATCH", f"submissions/{id}", {"action": "spam"}), ("DELETE", f"submissions/{id}", None),
        ("GET", "submissions.csv", None), ("GET", "submissions.jsonl", None), ("GET", "audit", None),
        ("POST", "erasure", {"email": "asa@example.se"}), ("POST", "resend-failed", {}),
    ]
    for kind, token in bad_tokens(cloud, live, pool).items():
        for method, path, body in routes:
            answer = live.visitor.request(
                method, f"/api/{path}", {"Content-Type": "application/json"} | ({"Authorization": token} if token else {}),
                json.dumps(body).encode() if body is not None else None,
            )
            assert answer.status == 401, (kind, method, path)
            [error] = json.loads(answer.body)["errors"]
            assert error["code"] == "UNAUTHORIZED"
            assert answer.headers["Cache-Control"] == "no-store" and "Set-Cookie" not in answer.headers
            said = answer.body + str(answer.headers).encode()
            assert not any(secret.encode() in said for secret in (id, "asa@example.se", OWNER)), (kind, method, path)
    assert calls(cloud, live) == called
    assert item(live, id) == before


def swap(page, change):
    """From now on the page's requests carry `change(token)`."""
    def route(route):
        headers = dict(route.request.headers)
        if token := headers.get("authorization"):
            headers["authorization"] = change(token)
        route.continue_(headers=headers)
    page.route("**/api/**", route)


def test_an_expired_token_is_renewed_and_the_page_goes_on(live, inbox):
    mark = new_mark()
    live.send(f"Hej {mark}")
    page = inbox()
    expect(page.locator("#index")).to_have_attribute("aria-busy", "false")
    first, statuses = [], set()

    def spoil(token):
        # The first hour is over; what its token is renewed to is good.
        first[:] = first or [token]
        return expired(token) if token == first[0] else token

    page.on("response", lambda response: statuses.add(response.status) if "/api/" in response.url else None)
    with page.expect_response("**/oauth2/token") as renewed:
        swap(page, spoil)
        read(page, mark)
    assert renewed.value.status == 200 and payload(renewed.value.json()["id_token"])["email"] == OWNER
    assert statuses == {200, 401}


@pytest.mark.parametrize("kind", ["expired", "tampered", "foreign"])
def test_when_a_bad_token_can_not_be_renewed_the_page_shows_nothing(cloud, live, pool, inbox, kind):
    mark = new_mark()
    live.send(f"Hej {mark}")
    page = inbox()
    read(page, mark)
    place = page.url
    bad = bad_tokens(cloud, live, pool)[kind]
    # All refresh tokens of the owner are revoked.
    cloud.client("cognito-idp").admin_user_global_sign_out(UserPoolId=pool, Username=OWNER)
    swap(page, lambda _: bad)
    page.evaluate("location.hash = '#box=archived'")
    expect(page.locator("#knock")).to_contain_text("Your session has ended")
    expect(page.locator("#app")).to_be_hidden()
    assert barriers(page) == []
    page.unroute("**/api/**")
    # The sign-in's own session is another one: it goes on for its hour, and asks for no password.
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Archived", exact=True)).to_be_visible()
    page.goto(place)
    expect(page.locator("#letter .text")).to_contain_text(mark)
