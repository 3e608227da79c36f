# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The rehearsal's CloudFront, API Gateway and sign-in, played from the real template with functions that echo.

What a visitor sees of the real functions is in test_rehearsal_deployment.py.
"""

import base64
import hashlib
import html
import json
import re
import secrets
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography.hazmat.primitives.asymmetric import rsa

from harness.rehearsal import REGION, TEMPLATE, Visitor, echo_zip
from harness.tokens import encoded, expired, foreign, moto_key, payload, signed_in, signed_with, tampered, unsigned

CODE = "code-of-echoes"
PARAMETERS = {
    "CodeBucket": CODE, "AddContactInfoKey": "echo.zip", "SendContactInfoEmailKey": "echo.zip", "ReadContactInfoKey": "echo.zip",
    "MailFromAddress": "form@example.com", "MailTo": "owner@example.com", "OwnerEmail": "owner@example.com",
    "Architecture": "x86_64", "Alarms": "false", "Dashboard": "false",
}


class Stack:
    def __init__(self, cloud, name, **parameters):
        cloud.upload(CODE, "echo.zip", echo_zip())
        self.cloud, self.name = cloud, name
        # SES takes an address once in an account.
        self.parameters = PARAMETERS | {"MailFromAddress": f"form@{name}.example.com"} | parameters
        self.outputs = cloud.create(name, TEMPLATE.read_text(encoding="utf-8"), self.parameters)
        self.site, self.api = Visitor(self.outputs["SiteUrl"]), Visitor(self.outputs["ApiUrl"].removesuffix("/api"))

    def put(self, key, text, **options):
        self.cloud.client("s3").put_object(Bucket=self.outputs["SiteBucketName"], Key=key, Body=text.encode(), **options)

    def id(self, logical):
        return self.cloud.client("cloudformation").describe_stack_resource(
            StackName=self.name, LogicalResourceId=logical
        )["StackResourceDetail"]["PhysicalResourceId"]


@pytest.fixture(scope="module")
def stack(cloud):
    stack = Stack(cloud, "echo", OwnerAccess="Cognito", FormRate="1000", FormBurst="1000", ApiRate="1000", ApiBurst="1000")
    stack.put("index.html", "<h1>Home</h1>", ContentType="text/html", CacheControl="public, max-age=0")
    stack.put("sv/index.html", "<h1>Hem</h1>", ContentType="text/html")
    stack.put("404.html", "<h1>Nothing here</h1>", ContentType="text/html")
    return stack


def event_of(response):
    assert response.status == 200, response.body
    return json.loads(response.body)


# -- The site


def test_the_site_comes_from_the_private_bucket(stack):
    answer = stack.site.get("/")
    assert (answer.status, answer.body) == (200, b"<h1>Home</h1>")
    assert answer.headers["Content-Type"] == "text/html" and answer.headers["Cache-Control"] == "public, max-age=0"
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'") and "frame-ancestors 'self'" in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN" and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert stack.site.get("/", **{"If-None-Match": answer.headers["ETag"]}).status == 304
    assert stack.site.get("/", Range="bytes=0-3").body == b"<h1>"
    assert stack.site.request("HEAD", "/").body == b""


def test_the_inbox_has_a_policy_of_its_own(stack):
    stack.put("inbox/index.html", "<h1>Inbox</h1>", ContentType="text/html")
    answer = stack.site.get("/inbox/")
    assert (answer.status, answer.body) == (200, b"<h1>Inbox</h1>")
    policy = answer.headers["Content-Security-Policy"]
    # The sign-in is where the rehearsal has it.
    assert stack.outputs["SignInUrl"].startswith("http://localhost:") and f"connect-src 'self' {stack.outputs['SignInUrl']};" in policy
    assert policy.startswith("default-src 'none'") and policy.endswith("frame-ancestors 'none'")
    assert answer.headers["X-Frame-Options"] == "DENY" and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert stack.outputs["SignInUrl"] not in stack.site.get("/").headers["Content-Security-Policy"]


def test_folders_have_their_index(stack):
    assert stack.site.get("/sv/").body == b"<h1>Hem</h1>"
    moved = stack.site.get("/sv?a=1")
    assert (moved.status, moved.headers["Location"]) == (301, "/sv/?a=1")


def test_what_is_missing_has_the_error_page(stack):
    answer = stack.site.get("/gone.html")
    assert (answer.status, answer.body) == (404, b"<h1>Nothing here</h1>")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_the_site_is_only_read(stack, method):
    assert stack.site.request(method, "/index.html", body=b"").status == 403


def test_without_the_distributions_statement_nothing_is_read(cloud, stack):
    """As when somebody loses the bucket's policy: the bucket is private."""
    s3, bucket = cloud.client("s3"), stack.outputs["SiteBucketName"]
    kept = s3.get_bucket_policy(Bucket=bucket)["Policy"]
    policy = json.loads(kept)
    try:
        policy["Statement"] = [one for one in policy["Statement"] if one["Sid"] != "OurDistributionLearnsWhatIsMissing"]
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
        assert stack.site.get("/").status == 200
        assert stack.site.get("/gone.html").status == 403, "what may not be listed can't be known to be missing"
        for one in policy["Statement"]:
            if one["Sid"] == "OurDistributionReads":
                one["Condition"]["StringEquals"]["aws:SourceArn"] += "X"
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
        assert stack.site.get("/").status == 403
        s3.delete_bucket_policy(Bucket=bucket)
        assert stack.site.get("/").status == 403
    finally:
        s3.put_bucket_policy(Bucket=bucket, Policy=kept)
    assert stack.site.get("/").status == 200


# -- The API


def test_a_request_becomes_an_event_as_api_gateway_makes_it(stack):
    body = b"name=\xc3\x85sa&bad=\xff"
    event = event_of(stack.site.request(
        "POST", "/api/f/order?a=1&a=2&b=%20", {"Content-Type": "application/x-www-form-urlencoded", "X-Two": "1"}, body
    ))
    assert (event["resource"], event["path"], event["httpMethod"]) == ("/f/{form}", "/f/order", "POST")
    assert event["pathParameters"] == {"form": "order"}
    assert event["queryStringParameters"] == {"a": "2", "b": " "}
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"], "b": [" "]}
    # BinaryMediaTypes takes all, so that the octets arrive as they were sent.
    assert event["isBase64Encoded"] is True and base64.b64decode(event["body"]) == body
    assert event["multiValueHeaders"]["X-Two"] == ["1"]
    context = event["requestContext"]
    assert (context["stage"], context["path"], context["resourcePath"]) == ("api", "/api/f/order", "/f/{form}")
    assert context["identity"]["sourceIp"] == "127.0.0.1" and "authorizer" not in context
    # Through CloudFront the API is asked by its own name.
    assert re.fullmatch(rf"[a-z0-9]+\.execute-api\.{REGION}\.amazonaws\.com", event["headers"]["Host"])
    assert event["headers"]["Host"] == context["domainName"]


@pytest.mark.parametrize(("method", "path"), [("PUT", "/contact"), ("GET", "/nothing"), ("POST", "/f"), ("POST", "/f/a/b")])
@pytest.mark.parametrize("through", ["site", "api"])
def test_what_is_no_route_is_the_templates_own_answer(stack, through, method, path):
    answer = getattr(stack, through).request(method, f"/api{path}", body=b"")
    assert answer.status == 404
    if through == "api":
        assert json.loads(answer.body)["errors"][0]["code"] == "FORM_NOT_FOUND"
        assert answer.headers["Access-Control-Allow-Origin"] == "*" and answer.headers["Cache-Control"] == "no-store"


def test_another_stage_is_forbidden(stack):
    assert stack.api.get("/dev/contact").status == 403


def test_too_large_a_body_ends_at_the_edge(stack):
    answer = stack.site.request("POST", "/api/contact", body=b"x" * 262_145)
    assert answer.status == 413 and json.loads(answer.body)["errors"][0]["code"] == "TOO_LONG"
    assert event_of(stack.site.request("POST", "/api/contact", body=b"x" * 262_144))["body"]


def test_ten_megabytes_are_too_much_for_the_api(stack):
    answer = stack.api.request("POST", "/api/contact", body=b"x" * (10 * 1024 * 1024 + 1))
    assert answer.status == 413 and json.loads(answer.body)["error"] == "Body too large"


def test_the_preflight_is_the_functions(stack):
    event = event_of(stack.api.request("OPTIONS", "/api/contact", {"Origin": "https://elsewhere.example"}))
    assert event["httpMethod"] == "OPTIONS" and event["headers"]["Origin"] == "https://elsewhere.example"


def test_the_access_log_has_what_the_stage_says(cloud, stack):
    stack.api.post("/api/f/logged", {"a": "b"})
    events = cloud.client("logs").filter_log_events(logGroupName=stack.outputs["ApiLogGroup"])["events"]
    lines = [json.loads(one["message"]) for one in events]
    assert {"/f/{form}", "/contact"} <= {line["route"] for line in lines}
    assert "127.0.0.1" not in json.dumps(lines) and "logged" not in json.dumps(lines)


def test_a_method_without_its_permission_is_not_called(cloud, stack):
    """The permission names the method and the path; a wider or another one would be a fault of the template."""
    template = TEMPLATE.read_text(encoding="utf-8")
    start = template.index("  ContactOptionsPermission:\n")
    end = template.index("  ContactGetPermission:\n")
    cloud.upload(CODE, "echo.zip", echo_zip())
    outputs = cloud.create(
        "unpermitted", template[:start] + template[end:], PARAMETERS | {"MailFromAddress": "form@unpermitted.example.com"}
    )
    api = Visitor(outputs["ApiUrl"].removesuffix("/api"))
    refused = api.request("OPTIONS", "/api/contact")
    assert refused.status == 503 and json.loads(refused.body)["errors"][0]["code"] == "UNAVAILABLE"
    assert refused.headers["Retry-After"] == "5"
    assert api.post("/api/contact", {}).status == 200


def test_the_stage_throttles(cloud):
    stack = Stack(cloud, "throttled", FormRate="1", FormBurst="2")
    statuses = [stack.api.post("/api/contact", {}).status for _ in range(5)]
    assert statuses[:2] == [200, 200] and 429 in statuses
    answer = next(one for one in (stack.api.post("/api/contact", {}) for _ in range(20)) if one.status == 429)
    assert answer.headers["Retry-After"] == "5" and json.loads(answer.body)["errors"][0]["code"] == "TOO_MANY_REQUESTS"
    # Another route has a bucket of its own.
    assert stack.api.post("/api/AddContactInfo", {}).status == 200


def test_a_route_is_live_with_its_deployment(cloud):
    """A method that no new deployment pictures is not there: the trap that the template's hash is for."""
    stack = Stack(cloud, "pictured", OwnerAccess="Iam")
    template = TEMPLATE.read_text(encoding="utf-8").replace("PathPart: contact}", "PathPart: kontakt}")
    cloud.update("pictured", template, stack.parameters)
    assert stack.api.post("/api/contact", {}).status == 200
    assert stack.api.post("/api/kontakt", {}).status == 404
    # A choice of OwnerAccess has a deployment of its own, so that this one is live.
    cloud.update("pictured", TEMPLATE.read_text(encoding="utf-8"), stack.parameters | {"OwnerAccess": "None"})
    assert stack.api.get("/api/submissions").status == 404
    assert stack.api.post("/api/contact", {}).status == 200


def test_the_words_of_another_language_are_live_at_once(cloud):
    """What API Gateway says by itself is live when a deployment pictures it, and each language has one of its own."""
    stack = Stack(cloud, "spoken")

    def said():
        return json.loads(stack.api.get("/api/nothing").body)["message"]

    assert said() == "The form was sent to a web address that does not exist. Contact the site’s owner in another way."
    cloud.update("spoken", TEMPLATE.read_text(encoding="utf-8"), stack.parameters | {"Language": "sv"})
    assert said() == "Formuläret skickades till en webbadress som inte finns. Kontakta webbplatsens ägare på annat sätt."


# -- The owner's routes


@pytest.fixture(scope="module")
def owner(cloud, stack):
    """An owner with a password of their own, and the client's id."""
    cloud.client("cognito-idp").admin_set_user_password(
        UserPoolId=stack.outputs["OwnerPoolId"], Username="owner@example.com", Password="a-long-password-of-mine", Permanent=True
    )
    return stack.outputs["OwnerPoolClientId"]


def tokens(cloud, stack, client):
    return signed_in(cloud, stack.outputs["OwnerPoolId"], client, "a-long-password-of-mine")


@pytest.mark.parametrize("prefix", ["", "Bearer "])
def test_a_signed_in_owner_is_let_in(cloud, stack, owner, prefix):
    token = tokens(cloud, stack, owner)["IdToken"]
    event = event_of(stack.site.get("/api/submissions", Authorization=prefix + token))
    claims = event["requestContext"]["authorizer"]["claims"]
    assert claims["email"] == "owner@example.com" and claims["aud"] == owner and claims["token_use"] == "id"
    assert all(isinstance(value, str) for value in claims.values())


FOREIGN = {
    "none": lambda _: None,
    "empty": lambda _: "",
    "noise": lambda _: "a.b.c",
    "tampered": lambda good: tampered(good["IdToken"]),
    "unsigned": lambda good: unsigned(good["IdToken"]),
    "with another key": lambda good: signed_with(rsa.generate_private_key(65537, 2048), payload(good["IdToken"])),
    "access": lambda good: good["AccessToken"],
    "expired": lambda good: expired(good["IdToken"]),
    "without an end": lambda good: signed_with(
        moto_key(), {name: value for name, value in payload(good["IdToken"]).items() if name != "exp"}
    ),
    "for another client": lambda good: signed_with(moto_key(), payload(good["IdToken"]) | {"aud": "another"}),
    "of another Region": lambda good: signed_with(
        moto_key(), payload(good["IdToken"]) | {"iss": payload(good["IdToken"])["iss"].replace("eu-north-1", "eu-west-1")}
    ),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_every_other_token_is_refused(cloud, stack, owner, kind):
    good = tokens(cloud, stack, owner)
    token = FOREIGN[kind](good)
    answer = stack.api.get("/api/submissions", **({} if token is None else {"Authorization": token}))
    assert answer.status == 401, answer.body
    assert json.loads(answer.body)["errors"][0]["code"] == "UNAUTHORIZED"
    # What makes the tokens makes good ones too.
    assert stack.api.get("/api/submissions", Authorization=signed_with(moto_key(), payload(good["IdToken"]))).status == 200


def test_a_token_of_another_pool_is_refused(cloud, stack, owner):
    assert stack.api.get("/api/submissions", Authorization=foreign(cloud)).status == 401


def test_iam_takes_a_signature_and_nothing_else(cloud):
    stack = Stack(cloud, "signed", OwnerAccess="Iam")
    path = "/api/submissions"
    # Without a signature it is as if the route were not there.
    assert stack.api.get(path).status == 404

    def signed(secret):
        request = AWSRequest("GET", stack.api.url + path)
        key = cloud.environment["AWS_ACCESS_KEY_ID"]
        SigV4Auth(Credentials(key, secret), "execute-api", REGION).add_auth(request)
        return stack.api.request("GET", path, dict(request.headers))

    event = event_of(signed(cloud.environment["AWS_SECRET_ACCESS_KEY"]))
    assert event["requestContext"]["identity"]["accessKey"] == cloud.environment["AWS_ACCESS_KEY_ID"]
    assert signed("another secret").status == 403
    assert stack.api.get(path, Authorization="AWS4-HMAC-SHA256 Credential=x").status == 403


# -- Signing in


def hidden(page):
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in found}


def test_signing_in_with_a_first_password_and_pkce(cloud):
    stack = Stack(cloud, "signing", OwnerAccess="Cognito")
    sign_in, client = Visitor(stack.outputs["SignInUrl"]), stack.outputs["OwnerPoolClientId"]
    back = stack.outputs["SiteUrl"] + "/inbox/"
    verifier = secrets.token_urlsafe(48)
    challenge = encoded(hashlib.sha256(verifier.encode()).digest())
    asked = {
        "client_id": client, "response_type": "code", "redirect_uri": back, "state": "s&1", "scope": "openid email", "nonce": "n",
        "code_challenge": challenge, "code_challenge_method": "S256",
    }
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    def authorize(cookie="", **changes):
        return sign_in.get("/oauth2/authorize?" + urlencode(asked | changes), **({"Cookie": cookie} if cookie else {}))

    def submit(page, **fields):
        return sign_in.request("POST", "/oauth2/authorize", form, urlencode(hidden(page) | fields).encode())

    page = authorize()
    assert page.status == 200 and b"stand-in" in page.body
    for wrong in ({"redirect_uri": "https://evil.example/"}, {"client_id": "x"}, {"response_type": "token"},
                  {"code_challenge_method": "plain"}, {"scope": "admin"}):
        assert authorize(**wrong).status == 400, wrong
    refused = submit(page.body.decode(), username="owner@example.com", password="wrong")
    assert b"Incorrect username or password." in refused.body

    [mail] = [one for one in cloud.notices() if one["Subject"] == "Your temporary password"][-1:]
    password = re.search(r"temporary password is (\S+)", mail.get_content())[1]
    page = submit(page.body.decode(), username="owner@example.com", password=password)
    assert b"new_password" in page.body
    moved = submit(page.body.decode(), new_password="correct horse battery staple")
    assert moved.status == 302
    location = urlsplit(moved.headers["Location"])
    answer = parse_qs(location.query)
    assert moved.headers["Location"].startswith(back) and answer["state"] == ["s&1"]

    def token(**fields):
        response = sign_in.request("POST", "/oauth2/token", form, urlencode({"client_id": client} | fields).encode())
        return response.status, json.loads(response.body)

    exchange = {"grant_type": "authorization_code", "code": answer["code"][0], "redirect_uri": back}
    assert token(**exchange | {"code": "x"}, code_verifier=verifier) == (400, {"error": "invalid_grant"})
    status, given = token(**exchange, code_verifier=verifier)
    assert status == 200 and given["token_type"] == "Bearer"
    assert token(**exchange, code_verifier=verifier) == (400, {"error": "invalid_grant"}), "a code is good once"
    assert payload(given["id_token"])["nonce"] == "n"
    assert stack.site.get("/api/audit", Authorization=given["id_token"]).status == 200
    status, again = token(grant_type="refresh_token", refresh_token=given["refresh_token"])
    assert status == 200 and stack.site.get("/api/audit", Authorization=again["id_token"]).status == 200

    # A stolen code is worth nothing without what the page kept.
    page = authorize()
    moved = submit(page.body.decode(), username="owner@example.com", password="correct horse battery staple")
    stolen = parse_qs(urlsplit(moved.headers["Location"]).query)["code"][0]
    assert token(**exchange | {"code": stolen}, code_verifier="guessed")[0] == 400

    revoked = sign_in.request("POST", "/oauth2/revoke", form, urlencode({"token": given["refresh_token"]}).encode())
    assert revoked.status == 200
    assert token(grant_type="refresh_token", refresh_token=given["refresh_token"]) == (400, {"error": "invalid_grant"})

    # For an hour, or until it is ended, the browser's session asks for no password, and is good for the same addresses alone.
    session = moved.headers["Set-Cookie"].partition(";")[0]
    assert "HttpOnly" in moved.headers["Set-Cookie"]
    again = authorize(session)
    assert again.status == 302 and again.headers["Location"].startswith(back)
    assert authorize(session, redirect_uri="https://evil.example/").status == 400
    assert authorize(session + "x").status == 200
    out = sign_in.get("/logout?" + urlencode({"client_id": client, "logout_uri": back}), Cookie=session)
    assert (out.status, out.headers["Location"]) == (302, back)
    assert authorize(session).status == 200
    assert sign_in.get("/logout?" + urlencode({"client_id": client, "logout_uri": "https://evil.example/"})).status == 400


def test_an_account_stays_its_owners_whatever_becomes_of_the_stack(cloud):
    stack = Stack(cloud, "owners", OwnerAccess="Cognito")
    cognito, pool, template = cloud.client("cognito-idp"), stack.outputs["OwnerPoolId"], TEMPLATE.read_text(encoding="utf-8")

    def accounts():
        users = cognito.list_users(UserPoolId=pool)["Users"]
        return {{one["Name"]: one["Value"] for one in user["Attributes"]}["email"]: user["UserStatus"] for user in users}

    cognito.admin_set_user_password(UserPoolId=pool, Username="owner@example.com", Password="a long password of mine", Permanent=True)
    cloud.update("owners", template, stack.parameters | {"OwnerEmail": "second@example.com"})
    mine = {"owner@example.com": "CONFIRMED", "second@example.com": "FORCE_CHANGE_PASSWORD"}
    assert accounts() == mine
    # What a failed update made is gone with it, and not in the way of the next.
    third = stack.parameters | {"OwnerEmail": "third@example.com", "ApiRate": "50"}
    cloud.switch("POST", "resources", logicalId="Stage", reason="no")
    with pytest.raises(AssertionError, match="Stage"):
        cloud.update("owners", template, third)
    assert accounts() == mine
    cloud.update("owners", template, third)
    # The first one's account is there, and would be taken over.
    with pytest.raises(AssertionError, match="FirstOwner"):
        cloud.update("owners", template, stack.parameters)
    cloud.update("owners", template, third | {"OwnerAccess": "None"})
    assert accounts() == mine | {"third@example.com": "FORCE_CHANGE_PASSWORD"}


# -- The public website


def test_the_public_website_is_s3s_own(cloud):
    stack = Stack(cloud, "website", Hosting="S3Website")
    stack.put("index.html", "home", ContentType="text/html")
    stack.put("sv/index.html", "hem", ContentType="text/html")
    stack.put("404.html", "nothing", ContentType="text/html")
    assert stack.site.get("/").body == b"home"
    assert stack.site.get("/sv/").body == b"hem"
    moved = stack.site.get("/sv")
    assert (moved.status, moved.headers["Location"]) == (302, "/sv/")
    # 404 is for those who may list the bucket: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    missing = stack.site.get("/gone")
    assert (missing.status, missing.body) == (403, b"nothing")
    assert stack.site.request("POST", "/", body=b"").status == 405
    assert stack.outputs["ContactUrl"] == stack.outputs["ApiUrl"] + "/contact"
    assert Visitor(stack.outputs["ApiUrl"].removesuffix("/api")).post("/api/contact", {}).status == 200
    # For whom the policy does not let in, it is closed.
    cloud.update("website", TEMPLATE.read_text(encoding="utf-8"), stack.parameters | {"AllowedSourceIps": "203.0.113.0/24"})
    assert stack.site.get("/").status == 403
