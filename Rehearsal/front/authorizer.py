# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Who calls: a signed-in owner with a token of the user pool, or a signature with AWS credentials.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html
"""

import json
import urllib.request

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import KeySet
from werkzeug import Request

from ..account import KEYS, Account
from .gateway_response import Refusal

def claims(account: Account, authorizer: dict, request: Request) -> dict[str, str]:
    """The claims of the token, all as text, as the function gets them; raises Refusal for every other token."""
    header = authorizer["IdentitySource"].rpartition(".")[2]
    token = request.headers.get(header, "").removeprefix("Bearer ").strip()
    for arn in authorizer["ProviderARNs"] if token else []:
        pool = arn.rpartition("/")[2]
        if found := _verified(account, pool, token):
            return {name: value if isinstance(value, str) else json.dumps(value) for name, value in found.items()}
    raise Refusal("UNAUTHORIZED", "Unauthorized")


def _verified(account: Account, pool: str, token: str) -> dict | None:
    with urllib.request.urlopen(f"{account.url}/{pool}/.well-known/jwks.json", timeout=10) as answer:
        keys = KeySet.import_key_set(json.load(answer))
    clients = account.client("cognito-idp").list_user_pool_clients(UserPoolId=pool, MaxResults=60)["UserPoolClients"]
    try:
        decoded = jwt.decode(token, keys, algorithms=["RS256"])
        jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": f"https://cognito-idp.{account.region}.amazonaws.com/{pool}"},
            # Without scopes on the method, API Gateway takes the identity's token and no other.
            token_use={"essential": True, "value": "id"},
            aud={"essential": True, "values": [one["ClientId"] for one in clients]},
            exp={"essential": True},
        ).validate(decoded.claims)
    except ExpiredTokenError:
        raise Refusal("UNAUTHORIZED", "The incoming token has expired") from None
    except (JoseError, ValueError):
        return None
    return decoded.claims


def signer(account: Account, request: Request, host: str, body: bytes) -> dict[str, str]:
    """The identity of a signed request; raises Refusal without a signature, or with a wrong one."""
    header = request.headers.get("Authorization", "")
    if not header.startswith("AWS4-HMAC-SHA256 "):
        raise Refusal("MISSING_AUTHENTICATION_TOKEN", "Missing Authentication Token")
    parts = dict(one.strip().split("=", 1) for one in header.partition(" ")[2].split(",") if "=" in one)
    scope = parts.get("Credential", "").split("/")
    if len(scope) != 5 or scope[3] != "execute-api":
        raise Refusal("INVALID_SIGNATURE", "Credential should be scoped to correct service: 'execute-api'.")
    if scope[0] != KEYS["AWS_ACCESS_KEY_ID"]:
        raise Refusal("ACCESS_DENIED", "The security token included in the request is invalid.")
    names = parts["SignedHeaders"].split(";")
    signed = AWSRequest(
        request.method, f"http://{request.host}{request.environ.get('RAW_URI', request.full_path.rstrip('?'))}", data=body,
        headers={name: request.headers[name] for name in names if name in request.headers},
    )
    signed.context["timestamp"] = request.headers.get("X-Amz-Date", "")
    auth = SigV4Auth(Credentials(KEYS["AWS_ACCESS_KEY_ID"], KEYS["AWS_SECRET_ACCESS_KEY"]), "execute-api", scope[2])
    expected = auth.signature(auth.string_to_sign(signed, auth.canonical_request(signed)), signed)
    if expected != parts.get("Signature"):
        raise Refusal("INVALID_SIGNATURE", "The request signature we calculated does not match the signature you provided.")
    arn = f"arn:aws:iam::{account.id}:root"
    return {"accessKey": scope[0], "accountId": account.id, "caller": account.id, "user": account.id, "userArn": arn}
