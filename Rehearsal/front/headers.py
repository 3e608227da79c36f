# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""CloudFront's response headers policies, the template's own and the managed one that it names."""

from werkzeug import Response

# SecurityHeadersPolicy: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html
_MANAGED = {
    "67f7725c-6f97-4210-82d7-5512b31e9d03": {
        "SecurityHeadersConfig": {
            "StrictTransportSecurity": {"AccessControlMaxAgeSec": 31536000, "Override": False},
            "ContentTypeOptions": {"Override": True},
            "FrameOptions": {"FrameOption": "SAMEORIGIN", "Override": False},
            "ReferrerPolicy": {"ReferrerPolicy": "strict-origin-when-cross-origin", "Override": False},
            "XSSProtection": {"Protection": True, "ModeBlock": True, "Override": False},
        },
    },
}


def applied(account, policy_id: str | None, response: Response) -> Response:
    """The response with the policy's headers; one that does not override leaves the origin's own."""
    record = account.records.get("AWS::CloudFront::ResponseHeadersPolicy", policy_id) if policy_id else None
    config = record.properties["ResponseHeadersPolicyConfig"] if record else _MANAGED.get(policy_id or "", {})
    for name, value, override in _headers(config):
        if override or name not in response.headers:
            # AWS's addresses on loopback: the policy names the sign-in.
            response.headers[name] = account.addresses.local(value)
    return response


def _headers(config: dict):
    security = config.get("SecurityHeadersConfig", {})
    if one := security.get("StrictTransportSecurity"):
        value = f"max-age={one['AccessControlMaxAgeSec']}"
        value += "; includeSubDomains" if one.get("IncludeSubdomains") else ""
        yield "Strict-Transport-Security", value + ("; preload" if one.get("Preload") else ""), one["Override"]
    if one := security.get("ContentTypeOptions"):
        yield "X-Content-Type-Options", "nosniff", one["Override"]
    if one := security.get("FrameOptions"):
        yield "X-Frame-Options", one["FrameOption"], one["Override"]
    if one := security.get("ReferrerPolicy"):
        yield "Referrer-Policy", one["ReferrerPolicy"], one["Override"]
    if one := security.get("XSSProtection"):
        yield "X-XSS-Protection", ("1; mode=block" if one.get("ModeBlock") else "1") if one["Protection"] else "0", one["Override"]
    if one := security.get("ContentSecurityPolicy"):
        yield "Content-Security-Policy", one["ContentSecurityPolicy"], one["Override"]
    for one in config.get("CustomHeadersConfig", {}).get("Items", []):
        yield one["Header"], one["Value"], one["Override"]
