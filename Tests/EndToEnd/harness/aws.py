# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""DynamoDB, its streams and SES, played by moto, with a table as the template makes it."""

import os
import socket
import subprocess
import sys
import urllib.request

import boto3
from botocore.config import Config

from harness.lambdas import CREDENTIALS, REGION, REPOSITORY


class Moto:
    """A moto server on a free port. `reset` brings it back to one empty table."""

    def __init__(self):
        with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
            self.port = listener.getsockname()[1]
            self.url = f"http://127.0.0.1:{self.port}"
            self.process = subprocess.Popen(
                [sys.executable, REPOSITORY / "scripts/moto-server", str(listener.fileno())],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                pass_fds=[listener.fileno()], env=os.environ | {"MOTO_PORT": str(self.port)},
            )
        # Answered when moto has come up; refused or reset when it could not.
        try:
            urllib.request.urlopen(f"{self.url}/moto-api/", timeout=300).close()
        except OSError as error:
            raise AssertionError(f"moto does not answer: {error}") from None

    def stop(self):
        self.process.kill()
        self.process.wait()

    def client(self, service):
        return boto3.client(
            service, endpoint_url=self.url, region_name=REGION, config=Config(retries={"max_attempts": 1}),
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        )

    def reset(self, verified=("form@example.se", "owner@example.se")):
        request = urllib.request.Request(f"{self.url}/moto-api/reset", method="POST")
        urllib.request.urlopen(request, timeout=30).close()
        self.client("dynamodb").create_table(
            TableName="submissions", BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "waiting")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            GlobalSecondaryIndexes=[{
                "IndexName": "waiting",
                "KeySchema": [
                    {"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "waiting", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["attempts", "region"]},
            }],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        for address in verified:
            self.client("sesv2").create_email_identity(EmailIdentity=address)

    def items(self):
        """Every message's item of the table; what is kept beside them has a key of another form."""
        return [item for item in self._scan() if not item["pk"]["S"].startswith("#")]

    def receipts(self):
        """Every receipt of a message."""
        return [item for item in self._scan() if item["pk"]["S"].startswith("#receipts#")]

    def _scan(self):
        pages = self.client("dynamodb").get_paginator("scan").paginate(TableName="submissions")
        return [item for page in pages for item in page["Items"]]

    def change(self, item, remove=(), **values):
        """Sets attributes of the item that has this one's key, and removes others."""
        names = [*values, *remove]
        update = "SET " + ", ".join(f"#{name} = :{name}" for name in values)
        if remove:
            update += " REMOVE " + ", ".join(f"#{name}" for name in remove)
        self.client("dynamodb").update_item(
            TableName="submissions", Key={"pk": item["pk"], "sk": item["sk"]}, UpdateExpression=update,
            ExpressionAttributeNames={f"#{name}": name for name in names},
            ExpressionAttributeValues={f":{name}": value for name, value in values.items()},
        )

    def stream_event(self):
        """Everything that the table's stream tells, as the one batch that Lambda would hand over."""
        streams = self.client("dynamodbstreams")
        [stream] = streams.list_streams(TableName="submissions")["Streams"]
        shards = streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]["Shards"]
        records = []
        for shard in shards:
            iterator = streams.get_shard_iterator(
                StreamArn=stream["StreamArn"], ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            records += streams.get_records(ShardIterator=iterator)["Records"]
        for record in records:
            record["eventSourceARN"] = stream["StreamArn"]
            record["dynamodb"]["ApproximateCreationDateTime"] = int(
                record["dynamodb"]["ApproximateCreationDateTime"].timestamp()
            )
        return {"Records": records}
