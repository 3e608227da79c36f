# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The owner of a running server: the password of the first run, a session, and what the API says."""

import json
import re
from urllib.parse import urlencode

from harness.waiting import until

PASSWORD = "fyra ord i en rad"
FIRST_RUN = re.compile(r"/inbox/#first=([\w.~-]+)")


def first_run_token(server):
    """The token of the link that `serve` prints while no password is set."""
    return FIRST_RUN.search(server.wait_for_log(FIRST_RUN))[1]


class Owner:
    """Signed in at `server`. Sets the password first, when that has not been done."""

    def __init__(self, server, password=PASSWORD):
        self.server, self.password = server, password
        self.cookie = None
        if self.call("GET", "session").json().get("needsPassword"):
            answer = self.call("POST", "session/password", {"token": first_run_token(server), "password": password})
        else:
            answer = self.call("POST", "session", {"password": password})
        assert answer.status == 200, answer
        self.cookie = answer["set-cookie"].partition(";")[0]

    @property
    def state(self):
        """The session as a browser context takes it (`storage_state`)."""
        name, _, value = self.cookie.partition("=")
        cookie = {"name": name, "value": value, "domain": "127.0.0.1", "path": "/", "expires": -1, "httpOnly": True,
                  "secure": False, "sameSite": "Strict"}
        return {"cookies": [cookie], "origins": []}

    def call(self, method, path, body=None, **query):
        headers = {"Origin": self.server.url}
        if method != "GET":
            headers["Content-Type"] = "application/json"
        if self.cookie:
            headers["Cookie"] = self.cookie
        target = f"/api/{path}" + (f"?{urlencode(query)}" if query else "")
        with self.server.client() as client:
            return client.request(method, target, headers, json.dumps(body).encode() if body is not None else b"")

    def submissions(self, **query):
        """The first page of what `query` selects, archived ones too unless it says otherwise."""
        answer = self.call("GET", "submissions", **{"archived": "any", "limit": 200} | query)
        assert answer.status == 200, answer
        return answer.json()["submissions"]

    def find(self, mark):
        """The one submission with this text."""
        [found] = until(lambda: self.submissions(q=mark), what=f"a submission with {mark!r}")
        answer = self.call("GET", f"submissions/{found['id']}")
        assert answer.status == 200, answer
        return answer.json()

    def wait(self, mark, **values):
        """The submission with this text, once it has these values."""
        def look():
            found = self.find(mark)
            return all(found[name] == value for name, value in values.items()) and found
        return until(look, timeout=60, what=f"{values} of {mark!r}")
