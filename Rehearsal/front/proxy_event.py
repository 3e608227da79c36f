# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Requests as API Gateway hands them to a function (AWS_PROXY, format 1.0), and the function's answers as responses.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

import base64
import json
from urllib.parse import parse_qsl

from werkzeug import Request, Response

from ..account import Account, now
from .gateway_response import Refusal

# Hop by hop, or API Gateway's own.
_LEFT_OUT = {"connection", "content-length", "transfer-encoding", "keep-alive", "host"}


def event(
    account: Account, api: str, stage: str, resource: str, path: str, parameters: dict, request: Request, body: bytes,
    *, host: str, forwarded_for: str, request_id: str, authorizer: dict | None, identity: dict, binary: list[str],
) -> dict:
    headers = [(name, value) for name, value in request.headers if name.lower() not in _LEFT_OUT]
    chain = ", ".join(value for name, value in headers if name.lower() == "x-forwarded-for")
    headers = [pair for pair in headers if pair[0].lower() not in ("x-forwarded-for", "x-forwarded-proto", "x-forwarded-port")]
    headers += [
        ("Host", host), ("X-Forwarded-For", f"{chain}, {forwarded_for}".strip(", ")), ("X-Forwarded-Port", "443"),
        ("X-Forwarded-Proto", "https"), ("X-Amzn-Trace-Id", f"Root=1-{int(now().timestamp()):08x}-{request_id.replace('-', '')[:24]}"),
    ]
    pairs = parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True)
    encoded = bool(body) and _is_binary(request.headers.get("Content-Type", ""), request.headers.get("Accept", ""), binary)
    time = now()
    context = {
        "resourceId": resource.strip("/") or "/", "resourcePath": resource, "httpMethod": request.method,
        "extendedRequestId": request_id[:15], "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "path": f"/{stage}{path}", "accountId": account.id, "protocol": "HTTP/1.1", "stage": stage,
        "domainPrefix": api, "requestTimeEpoch": int(time.timestamp() * 1000), "requestId": request_id,
        "identity": {
            "sourceIp": forwarded_for, "userAgent": request.headers.get("User-Agent"), "user": None, "userArn": None,
            "caller": None, "accountId": None, "accessKey": None, "apiKey": None, "cognitoIdentityId": None,
        } | identity,
        "domainName": host, "apiId": api,
    }
    return {
        "resource": resource, "path": path, "httpMethod": request.method,
        "headers": dict(headers) or None, "multiValueHeaders": _grouped(headers),
        "queryStringParameters": dict(pairs) or None, "multiValueQueryStringParameters": _grouped(pairs),
        "pathParameters": parameters or None, "stageVariables": None,
        "requestContext": context | ({"authorizer": authorizer} if authorizer else {}),
        "body": (base64.b64encode(body).decode() if encoded else body.decode("utf-8", "replace")) if body else None,
        "isBase64Encoded": encoded,
    }


def _grouped(pairs) -> dict | None:
    groups: dict[str, list[str]] = {}
    for name, value in pairs:
        groups.setdefault(name, []).append(value)
    return groups or None


def _is_binary(content_type: str, accept: str, declared: list[str]) -> bool:
    media = content_type.partition(";")[0].strip().lower()
    return any(
        one == "*/*" or one == media or (one.endswith("/*") and media.startswith(one[:-1])) for one in declared
    )


def response(payload: bytes) -> Response:
    """The function's answer; raises Refusal for what is none."""
    try:
        answer = json.loads(payload)
        status = int(answer["statusCode"])
        body = answer.get("body") or ""
        octets = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
        single, multiple = answer.get("headers") or {}, answer.get("multiValueHeaders") or {}
        headers = [(name, str(value)) for name, value in single.items() if name not in multiple]
        headers += [(name, str(value)) for name, values in multiple.items() for value in values]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refusal("MALFORMED_PROXY_RESPONSE", "Internal server error") from None
    made = Response(octets, status)
    made.headers.clear()
    for name, value in headers:
        made.headers.add(name, value)
    if "Content-Type" not in made.headers and status != 204:
        made.headers["Content-Type"] = "application/json"
    made.headers["Content-Length"] = str(len(octets))
    return made
