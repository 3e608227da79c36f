# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Plays the event source mapping: hands the table's stream to the function, as the mapping declares.

What is declared is honoured: filter, batch size, window, partial answers, bisecting, retries, the records' age and the
queue for what is given up. https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
"""

import base64
import json
import logging
import threading
import time
import uuid
from datetime import datetime

from ..account import Account, now
from ..records import Record
from .filters import Filter

log = logging.getLogger("rehearsal.stream")

_POLL = 0.2  # seconds; Lambda asks four times a second
_LONGEST_PAUSE = 2.0  # seconds between two tries of the same batch
_LAST_BATCH = 5  # seconds that one is waited for at the end


class StreamPoller:
    def __init__(self, account: Account, record: Record):
        self._account, self._record = account, record
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="stream", daemon=True)
        self._thread.start()

    def close(self):
        self._stop.set()
        self._thread.join(_LAST_BATCH)

    def _of(self, name: str, default):
        return self._record.properties.get(name, default)

    # -- Reading

    def _run(self):
        reader = _Reader(self._account, self._record.properties["EventSourceArn"], self._of("StartingPosition", "LATEST"))
        waiting: list[dict] = []
        since = 0.0
        read = None
        while not self._stop.is_set():
            # A stream is silent most of the time, and asking costs moto as much as an answer.
            if not waiting and read == self._account.table_writes:
                self._stop.wait(_POLL)
                continue
            read = self._account.table_writes
            try:
                chosen = Filter(self._of("FilterCriteria", None))
                fresh = [one for one in reader.read() if chosen.passes(one)]
            except Exception as error:
                # The table is gone, or not there yet.
                log.debug("the stream can't be read error=%s", error)
                read = None
                self._stop.wait(1)
                continue
            if fresh and not waiting:
                since = time.monotonic()
            waiting += fresh
            size = int(self._of("BatchSize", 100))
            window = float(self._of("MaximumBatchingWindowInSeconds", 0))
            while waiting and (len(waiting) >= size or time.monotonic() - since >= window) and not self._stop.is_set():
                batch, waiting = waiting[:size], waiting[size:]
                self.deliver(batch)
                since = time.monotonic()
            self._stop.wait(_POLL)

    # -- Handing over

    def deliver(self, batch: list[dict]):
        """Hands a batch over until it is taken or given up."""
        tries = 0
        while batch and not self._stop.is_set():
            batch = self._young(batch, tries)
            if not batch:
                return
            failed, cause = self._hand_over(batch)
            if failed is None:
                return
            tries += 1
            if failed > 0:
                # What comes before the first that failed is done, and the rest is a batch of its own.
                batch, tries = batch[failed:], 0
            elif cause and self._of("BisectBatchOnFunctionError", False) and len(batch) > 1:
                # Splitting does not count as a retry.
                middle = len(batch) // 2
                self.deliver(batch[:middle])
                self.deliver(batch[middle:])
                return
            elif 0 <= int(self._of("MaximumRetryAttempts", -1)) < tries:
                self._give_up(batch, "RetryAttemptsExhausted", tries)
                return
            self._stop.wait(min(0.1 * 2**tries, _LONGEST_PAUSE))

    def _young(self, batch, tries):
        limit = int(self._of("MaximumRecordAgeInSeconds", -1))
        if limit < 0:
            return batch
        old = [one for one in batch if time.time() - one["dynamodb"]["ApproximateCreationDateTime"] > limit]
        if old:
            self._give_up(old, "RecordAgeExceeded", tries)
        return [one for one in batch if one not in old]

    def _hand_over(self, batch) -> tuple[int | None, str]:
        """(None, "") when all is done; else where the first record is that is not, and the function's error if it was one."""
        name = self._record.properties["FunctionName"]
        function = self._account.records.get("AWS::Lambda::Function", name.rpartition(":")[2])
        if function is None:
            return 0, "the function is gone"
        outcome = function.running.invoke(json.dumps({"Records": batch}).encode())
        if outcome.error:
            log.info("a batch failed records=%d", len(batch))
            return 0, outcome.error
        if "ReportBatchItemFailures" not in self._of("FunctionResponseTypes", []):
            return None, ""
        return _first_failure(outcome.answer, [one["dynamodb"]["SequenceNumber"] for one in batch])

    def _give_up(self, batch, condition: str, tries: int):
        log.info("a batch is given up records=%d condition=%s", len(batch), condition)
        destination = self._of("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        if not destination:
            return
        queue = self._account.records.by_attribute("AWS::SQS::Queue", "Arn", destination)
        arn = self._record.properties["EventSourceArn"]
        numbers = [one["dynamodb"]["SequenceNumber"] for one in batch]
        arrivals = [
            datetime.fromtimestamp(one["dynamodb"]["ApproximateCreationDateTime"]).astimezone().isoformat() for one in batch
        ]
        # The record's place, not what it held: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
        self._account.client("sqs").send_message(QueueUrl=queue.id, MessageBody=json.dumps({
            "requestContext": {
                "requestId": str(uuid.uuid4()), "functionArn": self._record.properties["FunctionName"],
                "condition": condition, "approximateInvokeCount": tries,
            },
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": None},
            "version": "1.0", "timestamp": now().isoformat(),
            "DDBStreamBatchInfo": {
                "shardId": "shardId-00000000000000000000-00000000", "startSequenceNumber": numbers[0],
                "endSequenceNumber": numbers[-1], "approximateArrivalOfFirstRecord": arrivals[0],
                "approximateArrivalOfLastRecord": arrivals[-1], "batchSize": len(batch), "streamArn": arn,
            },
        }))


def _first_failure(answer, numbers: list[str]) -> tuple[int | None, str]:
    """From {"batchItemFailures": [{"itemIdentifier": …}]}; an answer that says something else failed as a whole."""
    failures = answer.get("batchItemFailures") if isinstance(answer, dict) else None
    if not failures:
        return None, ""
    try:
        return min(numbers.index(one["itemIdentifier"]) for one in failures), ""
    except (ValueError, KeyError, TypeError):
        return 0, "batchItemFailures names no record of the batch"


class _Reader:
    """The records of a stream, each once."""

    def __init__(self, account: Account, arn: str, position: str):
        self._account, self._arn, self._position = account, arn, position
        self._iterators: dict[str, str] = {}
        self._read: list[dict] = []

    def read(self) -> list[dict]:
        """All that is new."""
        streams = self._account.client("dynamodbstreams")
        shards = streams.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"]
        for shard in shards:
            id = shard["ShardId"]
            if id not in self._iterators:
                self._iterators[id] = streams.get_shard_iterator(
                    StreamArn=self._arn, ShardId=id, ShardIteratorType=self._position
                )["ShardIterator"]
            while True:
                read = streams.get_records(ShardIterator=self._iterators[id], Limit=1000)
                self._iterators[id] = read.get("NextShardIterator", self._iterators[id])
                self._read += [self._as_handed_over(one) for one in read["Records"]]
                if len(read["Records"]) < 1000:
                    break
        # What one call has read is kept when the next fails.
        records, self._read = self._read, []
        return records

    def _as_handed_over(self, record: dict) -> dict:
        change = record["dynamodb"]
        change["ApproximateCreationDateTime"] = int(change["ApproximateCreationDateTime"].timestamp())
        return _as_json(record | {"eventSourceARN": self._arn})


def _as_json(value):
    """Octets as Base64, which is how the event has them."""
    if isinstance(value, dict):
        return {key: _as_json(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_as_json(one) for one in value]
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value
