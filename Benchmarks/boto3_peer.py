# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What most would write for the same form on Lambda: a Python handler with boto3, on AWS's own awslambdaric.

It does the part of AddContactInfo that every contact form needs: decode, check, store under a condition, answer, one log
line, one metric. It has no spam rules, no languages, no pages and no forms of its own configuration.
"""

import base64
import hashlib
import json
import os
import re
import time
from urllib.parse import parse_qs

import boto3
from botocore.config import Config

TABLE = os.environ["TABLE_NAME"]
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
dynamodb = boto3.client("dynamodb", config=Config(tcp_keepalive=True))
HEADERS = {"Content-Type": "application/json", "Cache-Control": "no-store", "Vary": "Origin"}


def handler(event, context):
    body = event.get("body") or ""
    if event.get("isBase64Encoded"):
        body = base64.b64decode(body).decode()
    fields = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
    errors = [name for name in ("email", "message") if not fields.get(name, "").strip()]
    if errors or not EMAIL.fullmatch(fields["email"]):
        return {"statusCode": 422, "headers": HEADERS, "body": json.dumps({"ok": False, "errors": errors})}
    now = time.time()
    digest = hashlib.sha256(body.encode()).hexdigest()[:32]
    item = {
        "pk": {"S": f"contact#{int(digest[-1], 16) % 8}"}, "sk": {"S": digest}, "kind": {"S": "submission"},
        "status": {"S": "received"}, "receivedAt": {"N": str(int(now * 1000))}, "region": {"S": os.environ["AWS_REGION"]},
        "name": {"S": fields.get("name", "")}, "email": {"S": fields["email"]}, "fields": {"S": json.dumps(fields)},
    }
    try:
        dynamodb.put_item(TableName=TABLE, Item=item, ConditionExpression="attribute_not_exists(pk)")
    except dynamodb.exceptions.ConditionalCheckFailedException:
        pass
    print(json.dumps({
        "_aws": {"Timestamp": int(now * 1000), "CloudWatchMetrics": [{
            "Namespace": "Peer", "Dimensions": [["Form"]], "Metrics": [{"Name": "Stored", "Unit": "Count"}],
        }]}, "Form": "contact", "Stored": 1,
    }))
    print(json.dumps({"level": "INFO", "message": "submission stored", "requestId": context.aws_request_id}))
    answer = {"ok": True, "next": "/thanks.html", "id": digest}
    return {"statusCode": 200, "headers": HEADERS, "body": json.dumps(answer)}
