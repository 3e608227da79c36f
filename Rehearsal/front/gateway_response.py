# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What API Gateway answers by itself, as the API's gateway responses have it.

https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
"""

import json

from werkzeug import Response


class Refusal(Exception):
    """A reason not to go on, by API Gateway's name for it."""

    def __init__(self, type: str, message: str):
        super().__init__(message)
        self.type, self.message = type, message

    @property
    def status(self) -> int:
        return _STATUS[self.type]


_STATUS = {
    "ACCESS_DENIED": 403, "API_CONFIGURATION_ERROR": 500, "BAD_REQUEST_BODY": 400, "DEFAULT_4XX": 400, "DEFAULT_5XX": 500,
    "EXPIRED_TOKEN": 403, "INTEGRATION_FAILURE": 504, "INTEGRATION_TIMEOUT": 504, "INVALID_SIGNATURE": 403,
    "MALFORMED_PROXY_RESPONSE": 502, "MISSING_AUTHENTICATION_TOKEN": 403, "REQUEST_TOO_LARGE": 413, "THROTTLED": 429,
    "UNAUTHORIZED": 401, "UNSUPPORTED_MEDIA_TYPE": 415, "WAF_FILTERED": 403,
}


def written(refusal: Refusal, declared: dict[str, dict], request_id: str) -> Response:
    """The response; `declared` has the properties of the API's own gateway responses by type."""
    general = "DEFAULT_4XX" if refusal.status < 500 else "DEFAULT_5XX"
    own = declared.get(refusal.type) or declared.get(general) or {}
    text = own.get("ResponseTemplates", {}).get("application/json", '{"message":$context.error.messageString}')
    values = {
        "$context.error.messageString": json.dumps(refusal.message), "$context.error.message": refusal.message,
        "$context.error.responseType": refusal.type, "$context.requestId": request_id,
    }
    for name, value in values.items():
        text = text.replace(name, value)
    response = Response(text, int(own.get("StatusCode", refusal.status)), {"Content-Type": "application/json"})
    for name, value in own.get("ResponseParameters", {}).items():
        # Only fixed values, in single quotes; others are mapped from the request.
        if name.startswith("gatewayresponse.header.") and value.startswith("'"):
            response.headers[name.removeprefix("gatewayresponse.header.")] = value.strip("'")
    response.headers["x-amzn-RequestId"] = request_id
    response.headers["x-amzn-ErrorType"] = refusal.type.title().replace("_", "") + "Exception"
    return response
