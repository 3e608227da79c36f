# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""DynamoDB, its streams and SES, played by moto, with a table as the template makes it."""

import subprocess
import sys
import time
import urllib.request

import boto3
from botocore.config import Config

from harness.lambdas import CREDENTIALS, REGION, free_port


class Moto:
    """A moto server on a free port. `reset` brings it back to one empty table."""

    def __init__(self):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/moto-api/", timeout=1).close()
                return
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise AssertionError("moto does not listen") from None
                time.sleep(0.05)

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
        """Every item of the table."""
        pages = self.client("dynamodb").get_paginator("scan").paginate(TableName="submissions")
        return [item for page in pages for item in page["Items"]]

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
