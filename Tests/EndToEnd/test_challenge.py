# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""A challenge on one machine, as far as it goes without asking the service: the server knows no other place to ask.

What a service that answers brings about is tested on the Lambda (test_lambda_add.py), which takes another address.
"""

import pytest

from harness.brevlada import run
from harness.forms import JSON, MULTIPART, URLENCODED, letter, post
from harness.store import submissions

SERVICES = {
    "turnstile": ("cf-turnstile-response", "https://challenges.cloudflare.com"),
    "hcaptcha": ("h-captcha-response", "https://hcaptcha.com"),
}
SECRET = "0x4AAA-a-secret-key"
# Longer than any token that a service makes; refused without asking.
NO_TOKEN = "x" * 5000


@pytest.fixture(scope="module", params=SERVICES)
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def server(start, kind):
    return start(BREVLADA_CHALLENGE_KIND=kind, BREVLADA_CHALLENGE_SECRET=SECRET)


def refusal(answer, code):
    """The one error of a refused message."""
    assert answer.status == 422, answer.text
    said = answer.json()
    assert said["ok"] is False and "id" not in said
    [error] = said["errors"]
    assert error["code"] == code and error["message"]
    return error


@pytest.mark.parametrize("media_type", [JSON, URLENCODED, MULTIPART])
@pytest.mark.parametrize("token", [None, "", "  "], ids=["none", "empty", "blank"])
def test_a_message_without_a_token_is_refused_and_not_stored(server, client, kind, media_type, token):
    field, _ = SERVICES[kind]
    error = refusal(post(client, letter(**{field: token}), media_type), "CHALLENGE_MISSING")
    assert error["field"] == field
    assert submissions(server.database) == []


def test_the_token_of_another_service_is_none(server, client, kind):
    [other] = [field for name, (field, _) in SERVICES.items() if name != kind]
    refusal(post(client, letter(**{other: "solved"})), "CHALLENGE_MISSING")
    assert submissions(server.database) == []


def test_what_can_be_no_token_is_refused_and_not_stored(server, client, kind):
    field, _ = SERVICES[kind]
    error = refusal(post(client, letter(**{field: NO_TOKEN})), "CHALLENGE_FAILED")
    assert error["field"] == field
    assert submissions(server.database) == []


def test_wrong_fields_are_said_before_the_token_is_looked_at(server, client, kind):
    """A token can be used once, and is not to be used up by a message that is sent back."""
    field, _ = SERVICES[kind]
    answer = post(client, letter(email="nobody", **{field: NO_TOKEN}))
    assert answer.status == 422
    assert [error["code"] for error in answer.json()["errors"]] == ["TYPE_EMAIL"]


def test_a_visitor_without_script_gets_a_page_with_the_text_kept(server, client, kind):
    answer = post(client, letter(message="words that took an hour"), accept="text/html")
    assert answer.status == 422 and answer["content-type"] == "text/html; charset=utf-8"
    assert "words that took an hour" in answer.text
    assert submissions(server.database) == []


def test_the_site_lets_the_widget_load(server, client, kind):
    _, source = SERVICES[kind]
    policy = client.get("/")["content-security-policy"]
    for directive in ("script-src", "frame-src"):
        [sources] = [part.split() for part in policy.split(";") if part.split()[:1] == [directive]]
        assert source in sources


def test_without_a_challenge_no_token_is_asked_for_and_nothing_of_the_service_loads(start):
    server = start()
    with server.client() as client:
        assert post(client, letter()).status == 200
        policy = client.get("/")["content-security-policy"]
    assert not [source for _, source in SERVICES.values() if source in policy]


def test_the_secret_stands_in_no_log(server, client, kind):
    refusal(post(client, letter()), "CHALLENGE_MISSING")
    server.stop()
    assert SECRET not in server.log
    server.start()


@pytest.mark.parametrize("settings, said", [
    ({"BREVLADA_CHALLENGE_SECRET": SECRET}, "challenge.secret is set but challenge.kind is not"),
    ({"BREVLADA_CHALLENGE_KIND": "turnstile"}, "challenge.kind is set but challenge.secret is not"),
    ({"BREVLADA_CHALLENGE_KIND": "riddle", "BREVLADA_CHALLENGE_SECRET": SECRET}, "write one of turnstile, hcaptcha"),
])
def test_half_a_challenge_is_no_configuration(tmp_path, settings, said):
    run("init", tmp_path, check=0)
    done = run("serve", cwd=tmp_path, check=2, PORT=0, BREVLADA_DATA=tmp_path / "data", **settings)
    assert said in done.stderr
    assert SECRET not in done.stdout + done.stderr
