# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Plays S3's website of a public bucket: index and error documents, for whom the bucket's policy lets read.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteHosting.html
"""

from urllib.parse import quote

from werkzeug import Request, Response

from ..account import Account
from ..listener import Listener
from ..records import Record
from .bucket import BucketReader


class Website:
    def __init__(self, account: Account, record: Record, port: int):
        self._account, self._record = account, record
        self._listener = Listener(self._serve, port)
        self.port = self._listener.port

    def close(self):
        self._listener.close()

    def _serve(self, environ, start_response):
        request = Request(environ)
        return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return Response("405 Method Not Allowed", 405, {"Allow": "GET, HEAD"})
        index = self._record.get("WebsiteConfiguration.IndexDocument", "index.html")
        bucket = BucketReader(
            self._account, self._record.id, aws_SecureTransport="false", aws_SourceIp=request.remote_addr or "127.0.0.1"
        )
        key = request.path.lstrip("/")
        found = bucket.get(key + index if not key or key.endswith("/") else key)
        if found.status_code == 200:
            return found.make_conditional(request, accept_ranges=True, complete_length=len(found.get_data()))
        if key and not key.endswith("/") and bucket.get(f"{key}/{index}").status_code == 200:
            return Response(b"", 302, {"Location": quote(f"/{key}/")})
        # A bucket that everybody may read but nobody list answers 403 for what is missing, with the error document too.
        error = self._record.get("WebsiteConfiguration.ErrorDocument")
        page = bucket.get(error) if error else None
        if page is not None and page.status_code == 200:
            page.status_code = found.status_code
            return page
        return found
