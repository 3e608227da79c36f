# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Reads requests of AWS's protocols and writes their answers, from botocore's models and with moto's own code for it."""

import re
from functools import cache

from moto.core.exceptions import ServiceException
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.serialize import SerializationContext, get_serializer_class
from moto.core.utils import get_service_model
from werkzeug import Request, Response

# The name that a request is signed for, where botocore calls the service otherwise.
_SERVICES = {
    "ses": "sesv2", "servicequotas": "service-quotas", "monitoring": "cloudwatch", "codestar-connections": "codeconnections",
}


class AWSError(ServiceException):
    """What AWS says when it refuses: a code, and a sentence."""

    def __init__(self, code: str, message: str):
        self.code = code
        super().__init__(message)


def service_of(request: Request) -> str | None:
    """The service that a request is signed for; None without a signature."""
    found = re.search(r"Credential=[^/]+/[0-9]{8}/[^/]+/([^/]+)/aws4_request", request.headers.get("Authorization", ""))
    if found is None:
        return None
    if found[1] == "s3" and request.path.startswith("/v20180820/"):
        return "s3control"
    return _SERVICES.get(found[1], found[1])


@cache
def _routes(service: str):
    """(method, path as a pattern, query fields that must be there, operation) of each operation, the longest path first."""
    model = get_service_model(service)
    routes = []
    for name in model.operation_names:
        http = model.operation_model(name).http
        path, _, query = http["requestUri"].partition("?")
        pattern = re.sub(r"\\{(\w+)\\\+\\}", r"(?P<\1>.+)", re.escape(path))
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", pattern)
        routes.append((http["method"], re.compile(pattern + "/?"), [one for one in query.split("&") if one], name))
    return sorted(routes, key=lambda route: (-len(route[2]), -len(route[1].pattern)))


def operation_of(service: str, request: Request) -> tuple[str | None, dict]:
    """The operation that a request calls, and the parameters in its path."""
    if target := request.headers.get("X-Amz-Target"):
        return target.rpartition(".")[2], {}
    protocol = get_service_model(service).metadata["protocol"]
    if protocol in ("query", "ec2"):
        return request.values.get("Action"), {}
    for method, pattern, query, name in _routes(service):
        if method == request.method and all(one.partition("=")[0] in request.args for one in query):
            if found := pattern.fullmatch(request.path):
                return name, found.groupdict()
    return None, {}


def _protocol(service: str, request: Request) -> str:
    model = get_service_model(service)
    # Services that speak several are asked in the one that the client chose.
    offered = model.metadata.get("protocols", [model.metadata["protocol"]])
    if "json" in offered and (request.content_type or "").startswith("application/x-amz-json"):
        return "json"
    if "query" in offered and (request.content_type or "").startswith("application/x-www-form-urlencoded"):
        return "query"
    return model.metadata["protocol"]


def parsed(service: str, operation: str, request: Request, path: dict) -> dict:
    model = get_service_model(service).operation_model(operation)
    parser = PROTOCOL_PARSERS[_protocol(service, request)](model, map_type=dict)
    return parser.parse({
        "method": request.method, "values": request.values, "headers": request.headers, "body": request.get_data(),
        "url_path": request.path, "url_params": path,
    })


def answered(service: str, operation: str, request: Request, result, status: int | None = None) -> Response:
    """The response for a result, or for an error that AWS would give."""
    model = get_service_model(service).operation_model(operation)
    serializer = get_serializer_class(service, _protocol(service, request))(
        operation_model=model, context=SerializationContext("c6104cbe-af31-11e0-8154-cbc7ccf896c7")
    )
    written = serializer.serialize(result)
    return Response(written["body"], status or written["status_code"], written["headers"])
