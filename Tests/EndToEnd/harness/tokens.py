# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Tokens of the rehearsal's user pools, and what somebody could make of them."""

import base64
import functools
import gzip
import json
import time
import uuid
from pathlib import Path

import moto
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa


def encoded(value):
    octets = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def payload(token):
    return json.loads(decoded(token.split(".")[1]))


def signed_with(key, claims):
    text = f"{encoded({'alg': 'RS256', 'kid': 'dummy'})}.{encoded(claims)}"
    return f"{text}.{encoded(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


@functools.cache
def moto_key():
    """What moto signs with; every moto has the same."""
    path = Path(moto.__file__).parent / "cognitoidp/resources/jwks-private.json.gz"
    known = json.loads(gzip.decompress(path.read_bytes()))
    known = known.get("keys", [known])[0]
    n, e, d = (int.from_bytes(decoded(known[name])) for name in ("n", "e", "d"))
    p, q = rsa.rsa_recover_prime_factors(n, e, d)
    public = rsa.RSAPublicNumbers(e, n)
    return rsa.RSAPrivateNumbers(
        p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q), public
    ).private_key()


def tampered(token):
    head, _, signature = token.split(".")
    return f"{head}.{encoded(payload(token) | {'email': 'other@example.com'})}.{signature}"


def unsigned(token):
    return f"{encoded({'alg': 'none'})}.{token.split('.')[1]}."


def expired(token):
    """The same, signed by the pool's own key and past its time."""
    return signed_with(moto_key(), payload(token) | {"exp": int(time.time()) - 1})


def foreign(cloud):
    """A token of another pool of the same account, with moto's own signature."""
    cognito = cloud.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName=f"another-{uuid.uuid4()}")["UserPool"]["Id"]
    client = cognito.create_user_pool_client(UserPoolId=pool, ClientName="a")["UserPoolClient"]["ClientId"]
    cognito.admin_create_user(UserPoolId=pool, Username="owner@example.com")
    cognito.admin_set_user_password(UserPoolId=pool, Username="owner@example.com", Password="Aa1!long-enough", Permanent=True)
    return signed_in(cloud, pool, client, "Aa1!long-enough")["IdToken"]


def signed_in(cloud, pool, client, password, username="owner@example.com"):
    """What Cognito gives who signs in: IdToken, AccessToken, RefreshToken."""
    return cloud.client("cognito-idp").admin_initiate_auth(
        UserPoolId=pool, ClientId=client, AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": password},
    )["AuthenticationResult"]
