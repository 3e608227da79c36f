# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Forms as browsers and scripts encode them."""

import json
import time
from urllib.parse import quote_plus

JSON = "application/json"
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
BOUNDARY = "----BrevladaBoundary7MA4YWxkTrZu0gW"


def letter(**changes):
    """Fields of a fine message; a change to None takes the field away."""
    fields = {"name": "Åsa Öberg", "email": "asa@example.se", "message": "Hej! Båten läcker. Vad göra?"} | changes
    return {name: value for name, value in fields.items() if value is not None}


def next_millisecond():
    """Messages of one millisecond have no order that is theirs."""
    time.sleep(0.002)


def encode(fields, media_type):
    """(Content-Type, body) of `fields`, a dictionary or a list of pairs; a list as value repeats the name."""
    pairs = []
    for name, value in fields.items() if isinstance(fields, dict) else fields:
        pairs += [(name, each) for each in value] if isinstance(value, list) else [(name, value)]
    if media_type == JSON:
        values = dict(fields)
        return JSON, json.dumps(values, ensure_ascii=False).encode()
    if media_type == URLENCODED:
        return URLENCODED, "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs).encode()
    parts = b""
    for name, value in pairs:
        shown = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{shown}"\r\n\r\n'
        parts += head.encode() + value.encode() + b"\r\n"
    return f"{MULTIPART}; boundary={BOUNDARY}", parts + f"--{BOUNDARY}--\r\n".encode()


def post(client, fields, media_type=URLENCODED, path="/api/contact", accept=JSON, **headers):
    """Sends a form as the site's own page does, so that nothing about it looks like spam."""
    content_type, body = encode(fields, media_type)
    sent = {"Content-Type": content_type, "Referer": f"http://{client.host}:{client.port}/"}
    if accept:
        sent["Accept"] = accept
    sent |= {name.replace("_", "-").title(): value for name, value in headers.items()}
    return client.request("POST", path, {name: value for name, value in sent.items() if value is not None}, body)
