# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Plays Cognito's hosted sign-in: the page, the code flow with PKCE, refreshing and signing out. The tokens are moto's.

https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html, RFC 6749, RFC 7636
"""

import base64
import hashlib
import html
import json
import secrets
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlencode

from werkzeug import Request, Response

from ..account import Account
from ..listener import Listener
from ..records import Record

_CODE_SECONDS = 300
_REMEMBERED = ("client_id", "redirect_uri", "response_type", "state", "scope", "nonce", "code_challenge", "code_challenge_method")

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sign in</title><style>body{{font:1rem/1.5 system-ui;max-width:24rem;margin:3rem auto;padding:0 1rem}}
label,button{{display:block;margin-top:1rem}}input{{width:100%;font:inherit}}</style>
<h1>Sign in</h1><p>The rehearsal's stand-in for Cognito's page. There is no second factor here.</p>{told}
<form method="post">{hidden}{fields}<button>{button}</button></form></html>"""


@dataclass(frozen=True)
class _Grant:
    tokens: dict
    client: str
    redirect: str
    challenge: str
    until: float


class SignIn:
    def __init__(self, account: Account, record: Record):
        self._account = account
        self._pool = record.properties["UserPoolId"]
        self._lock = threading.Lock()
        self._grants: dict[str, _Grant] = {}
        self._listener = Listener(self._serve)
        self.port = self._listener.port

    def close(self):
        self._listener.close()

    def _serve(self, environ, start_response):
        request = Request(environ)
        routes = {
            ("GET", "/oauth2/authorize"): self._page, ("POST", "/oauth2/authorize"): self._enter,
            ("GET", "/login"): self._page, ("POST", "/login"): self._enter,
            ("POST", "/oauth2/token"): self._token, ("OPTIONS", "/oauth2/token"): lambda _: Response("", 204),
            ("POST", "/oauth2/revoke"): lambda _: Response("", 200), ("GET", "/logout"): self._leave,
        }
        route = routes.get((request.method, request.path))
        response = route(request) if route else Response("not found", 404)
        if request.path.startswith("/oauth2/"):
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Access-Control-Allow-Headers"] = "*"
        response.headers.setdefault("Cache-Control", "no-store")
        return response(environ, start_response)

    def _client(self, id: str) -> Record | None:
        found = self._account.records.get("AWS::Cognito::UserPoolClient", id)
        return found if found and found.properties["UserPoolId"] == self._pool else None

    # -- The page

    def _fault(self, asked) -> str:
        client = self._client(asked.get("client_id", ""))
        if client is None:
            return "Client does not exist."
        if asked.get("redirect_uri") not in self._account.addresses.local(client.properties.get("CallbackURLs", [])):
            return "redirect_mismatch"
        if asked.get("response_type") not in client.properties.get("AllowedOAuthFlows", []):
            return "unauthorized_client"
        if not set(asked.get("scope", "openid").split()) <= set(client.properties.get("AllowedOAuthScopes", [])):
            return "invalid_scope"
        if asked.get("code_challenge") and asked.get("code_challenge_method") != "S256":
            return "invalid_request: code_challenge_method must be S256"
        return ""

    def _page(self, request: Request, told: str = "", asked=None, new_password: bool = False, **known) -> Response:
        asked = request.args if asked is None else asked
        # A wrong address or client is told here: nobody can be sent back to an address that is not trusted.
        if fault := self._fault(asked):
            return Response(html.escape(fault), 400, {"Content-Type": "text/plain"})
        hidden = {name: asked[name] for name in _REMEMBERED if name in asked} | known
        fields = (
            _field("new_password", "New password, at least 14 characters", "password", "new-password") if new_password
            else _field("username", "E-mail", "email", "username") + _field("password", "Password", "password", "current-password")
        )
        text = _PAGE.format(
            told=f'<p role="alert">{html.escape(told)}</p>' if told else "", fields=fields,
            hidden="".join(f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">' for name, value in hidden.items()),
            button="Change password and sign in" if new_password else "Sign in",
        )
        return Response(text, 200, {
            "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
        })

    def _enter(self, request: Request) -> Response:
        asked = request.form
        if fault := self._fault(asked):
            return Response(html.escape(fault), 400, {"Content-Type": "text/plain"})
        cognito = self._account.client("cognito-idp")
        try:
            if "new_password" in asked:
                answer = cognito.admin_respond_to_auth_challenge(
                    UserPoolId=self._pool, ClientId=asked["client_id"], ChallengeName="NEW_PASSWORD_REQUIRED",
                    Session=asked["session"],
                    ChallengeResponses={"USERNAME": asked["username"], "NEW_PASSWORD": asked["new_password"]},
                )
            else:
                answer = cognito.admin_initiate_auth(
                    UserPoolId=self._pool, ClientId=asked["client_id"], AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                    AuthParameters={"USERNAME": asked.get("username", ""), "PASSWORD": asked.get("password", "")},
                )
        except cognito.exceptions.InvalidPasswordException:
            return self._page(
                request, "The password is too short.", asked, True, username=asked["username"], session=asked["session"]
            )
        except cognito.exceptions.ClientError:
            return self._page(request, "Incorrect username or password.", asked)
        if answer.get("ChallengeName") == "NEW_PASSWORD_REQUIRED":
            return self._page(request, "Choose a password of your own.", asked, True, username=asked["username"], session=answer["Session"])
        code = secrets.token_urlsafe(24)
        grant = _Grant(
            answer["AuthenticationResult"], asked["client_id"], asked["redirect_uri"], asked.get("code_challenge", ""),
            time.monotonic() + _CODE_SECONDS,
        )
        with self._lock:
            self._grants[code] = grant
        back = {"code": code} | ({"state": asked["state"]} if "state" in asked else {})
        return Response("", 302, {"Location": f"{asked['redirect_uri']}?{urlencode(back)}"})

    # -- Tokens

    def _token(self, request: Request) -> Response:
        asked = request.form
        if self._client(asked.get("client_id", "")) is None:
            return _json(400, {"error": "invalid_client"})
        if asked.get("grant_type") == "refresh_token":
            return self._refreshed(asked)
        if asked.get("grant_type") != "authorization_code":
            return _json(400, {"error": "unsupported_grant_type"})
        with self._lock:
            # A code is good once.
            grant = self._grants.pop(asked.get("code", ""), None)
        if (
            grant is None or grant.until < time.monotonic() or grant.client != asked["client_id"]
            or grant.redirect != asked.get("redirect_uri") or not _proves(grant.challenge, asked.get("code_verifier", ""))
        ):
            return _json(400, {"error": "invalid_grant"})
        return _json(200, _tokens(grant.tokens))

    def _refreshed(self, asked) -> Response:
        cognito = self._account.client("cognito-idp")
        try:
            answer = cognito.admin_initiate_auth(
                UserPoolId=self._pool, ClientId=asked["client_id"], AuthFlow="REFRESH_TOKEN_AUTH",
                AuthParameters={"REFRESH_TOKEN": asked.get("refresh_token", "")},
            )
        except Exception:  # moto has no error of its own for a token it does not know
            return _json(400, {"error": "invalid_grant"})
        return _json(200, _tokens(answer["AuthenticationResult"]))

    def _leave(self, request: Request) -> Response:
        client = self._client(request.args.get("client_id", ""))
        to = request.args.get("logout_uri", "")
        if client is None or to not in self._account.addresses.local(client.properties.get("LogoutURLs", [])):
            return Response("Required String parameter 'redirect_uri' is not present", 400)
        return Response("", 302, {"Location": to})


def _field(name: str, label: str, kind: str, complete: str) -> str:
    return f'<label>{label}<input name="{name}" type="{kind}" autocomplete="{complete}" required></label>'


def _proves(challenge: str, verifier: str) -> bool:
    """RFC 7636, section 4.6; a code that was asked for without a challenge needs no proof."""
    if not challenge:
        return not verifier
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    return secrets.compare_digest(digest, challenge)


def _tokens(given: dict) -> dict:
    names = {"IdToken": "id_token", "AccessToken": "access_token", "RefreshToken": "refresh_token",
             "ExpiresIn": "expires_in", "TokenType": "token_type"}
    return {to: given[name] for name, to in names.items() if name in given}


def _json(status: int, value: dict) -> Response:
    return Response(json.dumps(value), status, {"Content-Type": "application/json"})
