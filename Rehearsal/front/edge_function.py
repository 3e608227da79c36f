# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Runs a CloudFront Function with the request as CloudFront gives it.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
"""

import json

import quickjs
from werkzeug import Request, Response


def run(code: str, request: Request, uri: str, host: str, domain: str) -> str | Response:
    """The path to go on with, or the answer that the function gave itself."""
    context = quickjs.Context()
    context.set_memory_limit(2 * 1024 * 1024)
    context.set_time_limit(5)
    context.eval(code)
    event = {
        "version": "1.0", "context": {"distributionDomainName": domain, "eventType": "viewer-request"},
        "viewer": {"ip": request.remote_addr or "127.0.0.1"},
        "request": {
            "method": request.method, "uri": uri, "querystring": _query(request),
            "headers": {name.lower(): {"value": value} for name, value in request.headers} | {"host": {"value": host}},
            "cookies": {name: {"value": value} for name, value in request.cookies.items()},
        },
    }
    answer = json.loads(context.eval(f"JSON.stringify(handler({json.dumps(event)}))"))
    if "statusCode" not in answer:
        return answer["uri"]
    body = answer.get("body", "")
    if isinstance(body, dict):
        body = body.get("data", "")
    headers = {name.title(): one["value"] for name, one in answer.get("headers", {}).items()}
    return Response(body, answer["statusCode"], headers)


def _query(request: Request) -> dict:
    fields = {}
    for pair in request.query_string.decode("latin-1").split("&"):
        if pair:
            name, _, value = pair.partition("=")
            fields.setdefault(name, []).append(value)
    return {
        name: {"value": values[0]} | ({"multiValue": [{"value": one} for one in values]} if len(values) > 1 else {})
        for name, values in fields.items()
    }
