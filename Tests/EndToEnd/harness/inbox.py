# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The owner at the inbox: signs in as the page does, and asks the API."""

import json
import re
from urllib.parse import urlencode

from harness.brevlada import run

PASSWORD = "fyra slumpade ord här"
FIRST = re.compile(r"inbox\s+(http\S+)/inbox/#first=([0-9a-f]{64})")


def set_password(data, password=PASSWORD):
    """`brevlada passwd` for a data folder."""
    return run("passwd", "--stdin", "--data", data, stdin=password + "\n", check=0)


class Owner:
    """One browser of the owner's, with its cookie."""

    def __init__(self, server):
        self.client = server.client()
        self.origin = f"http://127.0.0.1:{server.port}"
        self.cookie = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.__exit__()

    def request(self, method, path, body=None, **headers):
        """`headers` are added with "-" for "_"; one that is None is left out."""
        sent = {"Accept": "application/json", "Origin": self.origin}
        if self.cookie:
            sent["Cookie"] = self.cookie
        if body is not None:
            sent["Content-Type"] = "application/json"
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent |= {name.replace("_", "-").title(): value for name, value in headers.items()}
        sent = {name: value for name, value in sent.items() if value is not None}
        return self.client.request(method, f"/api{path}", sent, body or b"")

    def get(self, path, **query):
        return self.request("GET", path + ("?" + urlencode(query) if query else ""))

    def sign_in(self, password=PASSWORD, **headers):
        answer = self.request("POST", "/session", {"password": password}, **headers)
        self.take_cookie(answer)
        return answer

    def take_cookie(self, answer):
        if answer["set-cookie"]:
            self.cookie = answer["set-cookie"].partition(";")[0]

    def submissions(self, **query):
        """Every message that matches, page by page."""
        found, cursor = [], None
        while True:
            answer = self.get("/submissions", **query, **({"cursor": cursor} if cursor else {}))
            assert answer.status == 200, answer.text
            page = answer.json()
            found += page["submissions"]
            cursor = page["next"]
            if cursor is None:
                return found


def signed_in(server, password=PASSWORD):
    """An owner who is in; the password is set when there is none."""
    if not (server.data / "owner-password").exists():
        set_password(server.data, password)
    owner = Owner(server)
    answer = owner.sign_in(password)
    assert answer.status == 200, answer.text
    return owner
