# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Plays Cognito's hosted sign-in: the page, its session of an hour, the code flow with PKCE, refreshing, revoking and signing
out. The tokens are those of moto's pool, which the authorizer checks by moto's keys.

https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html, RFC 6749, RFC 7009, RFC 7636
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

from moto.cognitoidp.models import CognitoIdpUserPool, cognitoidp_backends
from werkzeug import Request, Response

from ..account import Account
from ..listener import Listener
from ..records import Record

_CODE_SECONDS = 300
# https://docs.aws.amazon.com/cognito/latest/developerguide/managed-login-sessions.html
_SESSION_SECONDS = 3600
_REMEMBERED = ("client_id", "redirect_uri", "response_type", "state", "scope", "nonce", "code_challenge", "code_challenge_method")

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sign in</title><style>body{{font:1rem/1.5 system-ui;max-width:24rem;margin:3rem auto;padding:0 1rem}}
label,button{{display:block;margin-top:1rem}}input,button{{font:inherit;min-height:2.5rem}}input{{width:100%;box-sizing:border-box}}</style>
<main><h1>Sign in</h1><p>The rehearsal's stand-in for Cognito's page. There is no second factor here.</p>{told}
<form method="post">{hidden}{fields}<button>{button}</button></form></main></html>"""


@dataclass(frozen=True)
class _Grant:
    username: str
    client: str
    redirect: str
    challenge: str
    nonce: str
    until: float


class SignIn:
    def __init__(self, account: Account, record: Record):
        self._account = account
        self._pool = record.properties["UserPoolId"]
        self._lock = threading.Lock()
        self._grants: dict[str, _Grant] = {}
        # Who has signed in, and until when (monotonic), by what the browser's cookie says. Browsers give a cookie of localhost to
        # each of its ports, so its name is the pool's own.
        self._sessions: dict[str, tuple[str, float]] = {}
        self._cookie = f"cognito-{self._pool}"
        self._listener = Listener(self._serve)
        self.port = self._listener.port

    def close(self):
        self._listener.close()

    def _serve(self, environ, start_response):
        request = Request(environ)
        routes = {
            ("GET", "/oauth2/authorize"): self._authorize, ("POST", "/oauth2/authorize"): self._enter,
            ("GET", "/login"): self._authorize, ("POST", "/login"): self._enter,
            ("POST", "/oauth2/token"): self._token, ("OPTIONS", "/oauth2/token"): lambda _: Response("", 204),
            ("POST", "/oauth2/revoke"): self._revoke, ("GET", "/logout"): self._leave,
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

    def _authorize(self, request: Request) -> Response:
        # A wrong address or client is told here: nobody can be sent back to an address that is not trusted.
        if fault := self._fault(request.args):
            return Response(fault, 400, {"Content-Type": "text/plain"})
        username = self._signed_in(request)
        return self._back(request.args, username) if username else self._page(request.args)

    def _page(self, asked, told: str = "", new_password: bool = False, **known) -> Response:
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
            return Response(fault, 400, {"Content-Type": "text/plain"})
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
            return self._page(asked, "The password is too short.", True, username=asked["username"], session=asked["session"])
        except cognito.exceptions.ClientError:
            return self._page(asked, "Incorrect username or password.")
        if answer.get("ChallengeName") == "NEW_PASSWORD_REQUIRED":
            return self._page(asked, "Choose a password of your own.", True, username=asked["username"], session=answer["Session"])
        session = secrets.token_urlsafe(24)
        with self._lock:
            self._sessions[session] = asked["username"], time.monotonic() + _SESSION_SECONDS
        response = self._back(asked, asked["username"])
        response.set_cookie(self._cookie, session, max_age=_SESSION_SECONDS, httponly=True, samesite="Lax")
        return response

    def _signed_in(self, request: Request) -> str | None:
        """Who signed in here within the hour, unless the account is gone or locked since."""
        with self._lock:
            username, until = self._sessions.get(request.cookies.get(self._cookie, ""), ("", 0))
        if until < time.monotonic():
            return None
        cognito = self._account.client("cognito-idp")
        try:
            return username if cognito.admin_get_user(UserPoolId=self._pool, Username=username)["Enabled"] else None
        except cognito.exceptions.UserNotFoundException:
            return None

    def _back(self, asked, username: str) -> Response:
        """To the page that asked, with a code for the tokens."""
        code = secrets.token_urlsafe(24)
        grant = _Grant(
            username, asked["client_id"], asked["redirect_uri"], asked.get("code_challenge", ""), asked.get("nonce", ""),
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
        return _json(200, self._issued(grant))

    @property
    def _moto(self) -> CognitoIdpUserPool:
        """moto's pool itself, since its API takes no nonce (OpenID Connect Core 3.1.2.1) and revokes no single token."""
        return cognitoidp_backends[self._account.id][self._account.region].user_pools[self._pool]

    def _issued(self, grant: _Grant) -> dict:
        pool = self._moto
        refresh, origin = pool.create_refresh_token(grant.client, grant.username)
        access, seconds = pool.create_access_token(grant.client, grant.username, origin)
        said = pool.get_user_extra_data_by_client_id(grant.client, grant.username) | {"origin_jti": origin}
        if grant.nonce:
            said["nonce"] = grant.nonce
        identity, _ = pool.create_jwt(grant.client, grant.username, "id", extra_data=said)
        return {
            "id_token": identity, "access_token": access, "refresh_token": refresh, "expires_in": seconds, "token_type": "Bearer",
        }

    def _refreshed(self, asked) -> Response:
        cognito = self._account.client("cognito-idp")
        try:
            answer = cognito.admin_initiate_auth(
                UserPoolId=self._pool, ClientId=asked["client_id"], AuthFlow="REFRESH_TOKEN_AUTH",
                AuthParameters={"REFRESH_TOKEN": asked.get("refresh_token", "")},
            )
        except Exception:  # moto has no error of its own for a token it does not know
            return _json(400, {"error": "invalid_grant"})
        given = answer["AuthenticationResult"]
        return _json(200, {
            "id_token": given["IdToken"], "access_token": given["AccessToken"], "expires_in": given["ExpiresIn"],
            "token_type": given["TokenType"],
        })

    def _revoke(self, request: Request) -> Response:
        """A token that is unknown is as revoked as it can be (RFC 7009, section 2.2)."""
        tokens, token = self._moto.refresh_tokens, request.form.get("token", "")
        if token in tokens:
            tokens[token] = None
        return Response("", 200)

    def _leave(self, request: Request) -> Response:
        client = self._client(request.args.get("client_id", ""))
        to = request.args.get("logout_uri", "")
        if client is None or to not in self._account.addresses.local(client.properties.get("LogoutURLs", [])):
            return Response("Required String parameter 'redirect_uri' is not present", 400)
        with self._lock:
            self._sessions.pop(request.cookies.get(self._cookie, ""), None)
        response = Response("", 302, {"Location": to})
        response.delete_cookie(self._cookie, httponly=True, samesite="Lax")
        return response


def _field(name: str, label: str, kind: str, complete: str) -> str:
    return f'<label>{label}<input name="{name}" type="{kind}" autocomplete="{complete}" required></label>'


def _proves(challenge: str, verifier: str) -> bool:
    """RFC 7636, section 4.6; a code that was asked for without a challenge needs no proof."""
    if not challenge:
        return not verifier
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    return secrets.compare_digest(digest, challenge)


def _json(status: int, value: dict) -> Response:
    return Response(json.dumps(value), status, {"Content-Type": "application/json"})
