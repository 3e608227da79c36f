# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Plays a REST API of API Gateway: what its stage's deployment pictured, and nothing that came after."""

import json
import re
import time
import uuid
from dataclasses import dataclass
from urllib.parse import unquote

from werkzeug import Request, Response

from ..account import Account, now
from ..listener import Listener
from ..records import Record
from . import authorizer, gateway_response, policy, proxy_event
from .gateway_response import Refusal
from .throttle import Throttle, settings

_LARGEST = 10 * 1024 * 1024  # octets of a request: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html


@dataclass(frozen=True)
class Picture:
    """An API as it was when a deployment was made."""

    routes: list[tuple[str, str, dict]]  # method, path with {names}, the method's properties
    responses: dict[str, dict]
    authorizers: dict[str, dict]
    binary: list[str]


def picture(account: Account, api: str) -> Picture:
    records = account.records
    paths = {records.get("AWS::ApiGateway::RestApi", api).attributes["RootResourceId"]: ""}
    waiting = records.of("AWS::ApiGateway::Resource", RestApiId=api)
    while waiting:
        known = [one for one in waiting if one.properties["ParentId"] in paths]
        if not known:
            raise ValueError("a resource of the API has no parent")
        for one in known:
            paths[one.id] = f"{paths[one.properties['ParentId']]}/{one.properties['PathPart']}"
            waiting.remove(one)
    return Picture(
        [
            (one.properties["HttpMethod"], paths[one.properties["ResourceId"]] or "/", dict(one.properties))
            for one in records.of("AWS::ApiGateway::Method", RestApiId=api)
        ],
        {one.properties["ResponseType"]: dict(one.properties)
         for one in records.of("AWS::ApiGateway::GatewayResponse", RestApiId=api)},
        {one.id: dict(one.properties) for one in records.of("AWS::ApiGateway::Authorizer", RestApiId=api)},
        list(records.get("AWS::ApiGateway::RestApi", api).properties.get("BinaryMediaTypes", [])),
    )


class Api:
    def __init__(self, account: Account, record: Record):
        self._account, self._record = account, record
        self._throttle = Throttle()
        self._listener = Listener(self._serve)
        self.port = self._listener.port

    def close(self):
        self._listener.close()

    def _serve(self, environ, start_response):
        request = Request(environ)
        host = f"{self._record.id}.execute-api.{self._account.region}.amazonaws.com"
        return self.answer(request, host, request.remote_addr or "127.0.0.1")(environ, start_response)

    def answer(self, request: Request, host: str, forwarded_for: str) -> Response:
        began, request_id = time.monotonic(), str(uuid.uuid4())
        _, _, rest = request.path.partition("/")
        stage_name, _, path = rest.partition("/")
        stage = self._stage(stage_name)
        if stage is None:
            return Response('{"message":"Forbidden"}', 403, {"Content-Type": "application/json"})
        pictured = stage.running
        call = _Call(request, request_id, stage_name, "/" + path.rstrip("/"), host, forwarded_for)
        try:
            response = self._integrated(call, pictured, stage)
        except Refusal as refusal:
            call.refused = refusal.type
            response = gateway_response.written(refusal, pictured.responses, request_id)
        if request.method == "HEAD":
            response.set_data(b"")
        self._log(stage, call, response, (time.monotonic() - began) * 1000)
        return response

    def _stage(self, name: str) -> Record | None:
        found = self._account.records.of("AWS::ApiGateway::Stage", RestApiId=self._record.id, StageName=name)
        return found[0] if found else None

    def _integrated(self, call: "_Call", pictured: Picture, stage: Record) -> Response:
        method, parameters = _routed(pictured, call.request.method, call.path)
        if method is None:
            raise Refusal("MISSING_AUTHENTICATION_TOKEN", "Missing Authentication Token")
        call.resource = method[1]
        if limits := settings(stage.properties, method[1], method[0]):
            if not self._throttle.admits(limits[0], *limits[1:]):
                raise Refusal("THROTTLED", "Too Many Requests")
        body = call.request.get_data()
        if len(body) > _LARGEST:
            raise Refusal("REQUEST_TOO_LARGE", "Request Too Long")
        who, identity = self._admitted(call, pictured, method[2], body)
        function = self._function(call, method)
        event = proxy_event.event(
            self._account, self._record.id, call.stage, method[1], call.path, parameters, call.request, body, host=call.host,
            forwarded_for=call.forwarded_for, request_id=call.id, authorizer=who, identity=identity, binary=pictured.binary,
        )
        began = time.monotonic()
        outcome = function.running.invoke(json.dumps(event).encode())
        call.took = (time.monotonic() - began) * 1000
        if outcome.error:
            raise Refusal("MALFORMED_PROXY_RESPONSE", "Internal server error")
        if call.took > float(method[2]["Integration"].get("TimeoutInMillis", 29_000)):
            raise Refusal("INTEGRATION_TIMEOUT", "Endpoint request timed out")
        response = proxy_event.response(outcome.payload)
        response.headers["x-amzn-RequestId"] = call.id
        return response

    def _admitted(self, call: "_Call", pictured: Picture, method: dict, body: bytes) -> tuple[dict | None, dict]:
        match method.get("AuthorizationType", "NONE"):
            case "NONE":
                return None, {}
            case "COGNITO_USER_POOLS":
                found = authorizer.claims(self._account, pictured.authorizers[method["AuthorizerId"]], call.request)
                return {"claims": found}, {}
            case "AWS_IAM":
                return None, authorizer.signer(self._account, call.request, call.host, body)
        raise Refusal("API_CONFIGURATION_ERROR", "Internal server error")

    def _function(self, call: "_Call", method) -> Record:
        """The function of a method's integration, if its policy lets this API call it."""
        found = re.search(r"/functions/(arn:[^/]+)/invocations", method[2]["Integration"]["Uri"])
        name = found[1].rpartition(":")[2]
        function = self._account.records.get("AWS::Lambda::Function", name)
        # API Gateway asks by the resource's path, with * for each {name}.
        asked = re.sub(r"\{[^}]+\}", "*", method[1])
        source = f"arn:aws:execute-api:{self._account.region}:{self._account.id}:{self._record.id}/{call.stage}/{method[0]}{asked}"
        if function is None or not policy.may_call(self._account, name, "apigateway.amazonaws.com", source):
            raise Refusal("API_CONFIGURATION_ERROR", "Internal server error")
        return function

    def _log(self, stage: Record, call: "_Call", response: Response, took: float):
        """The access log, as the stage declares it."""
        declared = stage.properties.get("AccessLogSetting")
        if not declared:
            return
        values = {
            "requestId": call.id, "requestTime": now().strftime("%d/%b/%Y:%H:%M:%S +0000"), "httpMethod": call.request.method,
            "resourcePath": call.resource, "status": response.status_code, "responseLatency": round(took),
            "integrationStatus": response.status_code if call.took else "-", "integrationLatency": round(call.took) or "-",
            "responseLength": len(response.get_data()), "error.responseType": call.refused or "-",
        }
        line = re.sub(r"\$context\.([A-Za-z.]+)", lambda found: str(values.get(found[1], "-")), declared["Format"])
        group = declared["DestinationArn"].partition(":log-group:")[2].removesuffix(":*")
        logs = self._account.client("logs")
        try:
            if not logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=call.stage)["logStreams"]:
                logs.create_log_stream(logGroupName=group, logStreamName=call.stage)
            event = {"timestamp": int(time.time() * 1000), "message": line}
            logs.put_log_events(logGroupName=group, logStreamName=call.stage, logEvents=[event])
        except logs.exceptions.ClientError:
            pass  # the group is gone, or another request has just made its stream


@dataclass
class _Call:
    request: Request
    id: str
    stage: str
    path: str
    host: str
    forwarded_for: str
    resource: str = "-"
    refused: str = ""
    took: float = 0


def _routed(pictured: Picture, method: str, path: str):
    """The route that fits best, a fixed part before a {name}; and what stands in the path for each name."""
    found = []
    for route in pictured.routes:
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(route[1]))
        if route[0] in (method, "ANY") and (match := re.fullmatch(pattern, path)):
            parameters = {name: unquote(value) for name, value in match.groupdict().items()}
            found.append((len(parameters), route, parameters))
    if not found:
        return None, {}
    _, route, parameters = min(found, key=lambda one: one[0])
    return route, parameters
