# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Plays a CloudFront distribution: behaviours, functions at the edge, private bucket, API, error pages and headers.

Nothing is cached, and there is no TLS: a request counts as having come over HTTPS.
"""

import re
import secrets

from werkzeug import Request, Response

from ..account import Account
from ..listener import Listener
from ..records import Record
from . import edge_function, headers
from .bucket import BucketReader


class Distribution:
    def __init__(self, account: Account, record: Record, port: int):
        self._account, self._record = account, record
        self._listener = Listener(self._serve, port)
        self.port = self._listener.port
        # The paths that CloudFront was asked to forget, by the invalidation's id.
        self.invalidations: dict[str, list[str]] = {}

    def close(self):
        self._listener.close()

    @property
    def _config(self) -> dict:
        return self._record.properties["DistributionConfig"]

    @property
    def _domain(self) -> str:
        return self._record.attributes["DomainName"]

    def _serve(self, environ, start_response):
        request = Request(environ)
        response = self._answer(request)
        response.headers["X-Cache"] = "Miss from cloudfront" if response.status_code < 400 else "Error from cloudfront"
        response.headers["Via"] = f"1.1 {self._domain} (CloudFront)"
        response.headers["X-Amz-Cf-Id"] = secrets.token_urlsafe(41)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        behaviour = self._behaviour(request.path)
        if request.method not in behaviour["AllowedMethods"]:
            return headers.applied(self._account, behaviour.get("ResponseHeadersPolicyId"), _refused())
        path = request.path
        for one in behaviour.get("FunctionAssociations", []):
            if one["EventType"] != "viewer-request":
                continue
            code = self._account.records.get("AWS::CloudFront::Function", one["FunctionARN"]).properties["FunctionCode"]
            gone_on = edge_function.run(code, request, path, self._host(request), self._domain)
            if isinstance(gone_on, Response):
                return headers.applied(self._account, behaviour.get("ResponseHeadersPolicyId"), gone_on)
            path = gone_on
        response = self._with_error_page(request, self._from_origin(request, behaviour, path))
        return headers.applied(self._account, behaviour.get("ResponseHeadersPolicyId"), response)

    def _host(self, request: Request) -> str:
        """The distribution's own name where the browser says localhost, so that an alias is told from it."""
        aliases = self._config.get("Aliases", [])
        return request.host if request.host in aliases else (aliases or [self._domain])[0]

    def _behaviour(self, path: str) -> dict:
        for one in self._config.get("CacheBehaviors", []):
            pattern = re.escape(one["PathPattern"]).replace(r"\*", ".*").replace(r"\?", ".")
            if re.fullmatch(pattern if pattern.startswith("/") else "/" + pattern, path):
                return one
        return self._config["DefaultCacheBehavior"]

    def _from_origin(self, request: Request, behaviour: dict, path: str) -> Response:
        origin = next(one for one in self._config["Origins"] if one["Id"] == behaviour["TargetOriginId"])
        if "S3OriginConfig" in origin:
            response = self._bucket(origin).get(self._key(path))
            if response.status_code == 200:
                response.make_conditional(request, accept_ranges=True, complete_length=len(response.get_data()))
            return response
        id = origin["DomainName"].partition(".")[0]
        api = self._account.records.get("AWS::ApiGateway::RestApi", id)
        if api is None:
            return Response("CloudFront could not reach the origin", 502)
        return api.running.answer(request, host=origin["DomainName"], forwarded_for=request.remote_addr or "127.0.0.1")

    def _bucket(self, origin: dict) -> BucketReader:
        name = origin["DomainName"].partition(".s3.")[0]
        if not origin.get("OriginAccessControlId"):
            return BucketReader(self._account, name, aws_SecureTransport="true")
        # Signed by CloudFront, for this distribution.
        arn = f"arn:aws:cloudfront::{self._account.id}:distribution/{self._record.id}"
        return BucketReader(
            self._account, name, "cloudfront.amazonaws.com", aws_SourceArn=arn, aws_SourceAccount=self._account.id,
            aws_SecureTransport="true",
        )

    def _key(self, path: str) -> str:
        return path.lstrip("/") or self._config.get("DefaultRootObject", "")

    def _with_error_page(self, request: Request, response: Response) -> Response:
        for one in self._config.get("CustomErrorResponses", []):
            if one["ErrorCode"] == response.status_code and "ResponsePagePath" in one:
                behaviour = self._behaviour(one["ResponsePagePath"])
                origin = next(each for each in self._config["Origins"] if each["Id"] == behaviour["TargetOriginId"])
                page = self._bucket(origin).get(self._key(one["ResponsePagePath"]))
                if page.status_code == 200:
                    page.status_code = one["ResponseCode"]
                    page.headers.pop("Accept-Ranges", None)
                    return page
        return response


def _refused() -> Response:
    return Response(
        "This distribution is not configured to allow the HTTP request method that was used for this request.", 403,
        {"Content-Type": "text/plain"},
    )
