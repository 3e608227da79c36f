# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What functions write, taken to CloudWatch: lines to their log group, embedded metrics to CloudWatch's metrics.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
import logging
import queue
import re
import secrets
import threading
import time

from ..account import Account, now

log = logging.getLogger("rehearsal.logs")

_LAST_LINES = 5  # seconds that they have to be written at the end

_START = re.compile(r"START RequestId: (\S+) Version: (\S+)")
_END = re.compile(r"END RequestId: (\S+)")
_REPORT = re.compile(r"REPORT RequestId: (\S+)\s+(.*)")


def platform_line(line: str) -> str | None:
    """The emulator's own lines as Lambda writes them with LogFormat JSON; None where there is no such line."""
    def record(kind: str, **values):
        return json.dumps({"time": now().isoformat(timespec="milliseconds").replace("+00:00", "Z"), "type": kind, "record": values})

    if found := _START.match(line):
        return record("platform.start", requestId=found[1], version=found[2])
    if found := _REPORT.match(line):
        duration = re.search(r"Duration: ([\d.]+) ms", found[2])
        return record(
            "platform.report", requestId=found[1], metrics={"durationMs": float(duration[1]) if duration else 0.0},
            status="success",
        )
    return None if _END.match(line) else line


class LogWriter:
    """Writes the lines of one function, in the order that they came, a moment after."""

    def __init__(self, account: Account, group: str):
        self._account, self._group = account, group
        self._lines: queue.Queue = queue.Queue()
        self._streams: set[str] = set()
        self._thread = threading.Thread(target=self._run, name=f"log {group}", daemon=True)
        self._thread.start()

    @staticmethod
    def stream_name() -> str:
        return f"{now():%Y/%m/%d}/[$LATEST]{secrets.token_hex(16)}"

    def write(self, stream: str, line: str):
        if line := line and platform_line(line):
            self._lines.put((stream, int(time.time() * 1000), line))

    def close(self):
        self._lines.put(None)
        self._thread.join(_LAST_LINES)

    def _run(self):
        while (first := self._lines.get()) is not None:
            batch = [first]
            while not self._lines.empty() and len(batch) < 1000:
                if (one := self._lines.get()) is None:
                    self._put(batch)
                    return
                batch.append(one)
            self._put(batch)

    def _put(self, batch):
        try:
            logs = self._account.client("logs")
            for stream in dict.fromkeys(one[0] for one in batch):
                if stream not in self._streams:
                    logs.create_log_stream(logGroupName=self._group, logStreamName=stream)
                    self._streams.add(stream)
                events = [{"timestamp": at, "message": line} for name, at, line in batch if name == stream]
                logs.put_log_events(logGroupName=self._group, logStreamName=stream, logEvents=events)
            for _, _, line in batch:
                if '"_aws"' in line:
                    self._count(line)
        except Exception as error:  # a group that was deleted, as on AWS: the lines are lost
            log.debug("lines lost group=%s error=%s", self._group, error)

    def _count(self, line: str):
        try:
            entry = json.loads(line)
            directives = entry["_aws"]["CloudWatchMetrics"]
        except (ValueError, KeyError, TypeError):
            return
        for directive in directives:
            data = [
                {"MetricName": metric["Name"], "Value": float(entry[metric["Name"]]), "Timestamp": now(),
                 "Dimensions": [{"Name": name, "Value": str(entry[name])} for name in names]}
                for metric in directive["Metrics"] for names in directive["Dimensions"]
            ]
            self._account.client("cloudwatch").put_metric_data(Namespace=directive["Namespace"], MetricData=data)
