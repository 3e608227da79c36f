# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Reads a bucket's files as S3 would let somebody read them: by the bucket's policy, and by nothing else."""

import json

from botocore.exceptions import ClientError
from werkzeug import Response

from ..account import Account
from . import policy

_KEPT = ("CacheControl", "ContentType", "ContentEncoding", "ContentLanguage", "ContentDisposition")
_HEADERS = {
    "CacheControl": "Cache-Control", "ContentType": "Content-Type", "ContentEncoding": "Content-Encoding",
    "ContentLanguage": "Content-Language", "ContentDisposition": "Content-Disposition",
}


class BucketReader:
    def __init__(self, account: Account, bucket: str, service: str = "", **context: str):
        self._account, self._bucket, self._service = account, bucket, service
        # The rehearsal has no TLS; CloudFront and browsers have it on AWS, a website's visitors have not.
        self._context = {name.replace("_", ":"): value for name, value in context.items()}

    def _may(self, action: str, resource: str) -> bool:
        try:
            document = json.loads(self._account.client("s3").get_bucket_policy(Bucket=self._bucket)["Policy"])
        except ClientError:
            return False  # a bucket without a policy is its account's alone
        request = policy.Request(action, resource, self._service, self._context)
        return policy.allows(document, request)

    def get(self, key: str) -> Response:
        """200 with the file, 404 where it is known to be missing, 403 where not even that may be known."""
        arn = f"arn:aws:s3:::{self._bucket}"
        if not self._may("s3:GetObject", f"{arn}/{key}"):
            return _error(403, "AccessDenied", "Access Denied")
        try:
            found = self._account.client("s3").get_object(Bucket=self._bucket, Key=key)
        except ClientError:
            if self._may("s3:ListBucket", arn):
                return _error(404, "NoSuchKey", "The specified key does not exist.")
            return _error(403, "AccessDenied", "Access Denied")
        response = Response(found["Body"].read(), 200)
        for name in _KEPT:
            if name in found:
                response.headers[_HEADERS[name]] = found[name]
        response.headers["ETag"] = found["ETag"]
        response.last_modified = found["LastModified"]
        response.headers["Accept-Ranges"] = "bytes"
        return response


def _error(status: int, code: str, message: str) -> Response:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>'
    return Response(text, status, {"Content-Type": "application/xml"})
