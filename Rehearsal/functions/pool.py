# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""A function: a few emulators of it, each with one event at a time, as Lambda has instances."""

import json
import logging
import threading
from dataclasses import dataclass

from ..account import Account
from ..records import Record
from .code import Unfit, unpacked
from .emulator import Emulator
from .logs import LogWriter

log = logging.getLogger("rehearsal.functions")

_PATIENCE = 15  # seconds beyond a function's timeout, for a first start on a busy machine


@dataclass(frozen=True)
class Outcome:
    """What an invocation gave: the function's answer, or the error that Lambda reports in its place."""

    payload: bytes
    error: str = ""  # as in X-Amz-Function-Error

    @property
    def answer(self):
        return json.loads(self.payload)


class _Ended(Exception):
    pass


class Pool:
    def __init__(self, account: Account, record: Record):
        self._account, self._record = account, record
        self._properties = record.properties
        self._changed = threading.Condition()
        self._idle: list[Emulator] = []
        # Started, or being started.
        self._count = 0
        self._busy: set[Emulator] = set()
        self._closed = self._ended = False
        self._logs: LogWriter | None = None
        # Invocations so far, for whoever wants to know how a flood was shared.
        self.invocations = 0

    @property
    def timeout(self) -> float:
        return float(self._properties.get("Timeout", 3))

    def invoke(self, event: bytes) -> Outcome:
        """One invocation, when one of the instances is free."""
        self.invocations += 1
        try:
            instance = self._take()
        except Unfit as error:
            return _error("Runtime.InvalidEntrypoint", str(error))
        except _Ended:
            return _error("Runtime.ExitError", "the function is gone")
        try:
            status, body = instance.invoke(event, self.timeout + _PATIENCE)
        finally:
            self._give_back(instance)
        return _outcome(status, body)

    def _take(self) -> Emulator:
        with self._changed:
            while not self._ended and not self._idle and self._count >= self._account.instances:
                self._changed.wait()
            if self._ended:
                raise _Ended
            if self._idle:
                instance = self._idle.pop()
                self._busy.add(instance)
                return instance
            self._count += 1
        try:
            instance = self._started()
        except BaseException:
            with self._changed:
                self._count -= 1
                self._changed.notify()
            raise
        with self._changed:
            self._busy.add(instance)
            if self._ended:
                instance.close()
        return instance

    def _give_back(self, instance: Emulator):
        with self._changed:
            self._busy.remove(instance)
            if self._closed or not instance.alive:
                self._count -= 1
                instance.close()
            else:
                self._idle.append(instance)
            self._changed.notify()

    def close(self):
        """Ends the idle instances now, and each other one when its event is done."""
        with self._changed:
            self._closed = True
            idle, self._idle = self._idle, []
            self._count -= len(idle)
            writer = self._logs
        for instance in idle:
            instance.close()
        if writer:
            writer.close()

    def end(self):
        """Ends all instances now, in the middle of an event too, and takes no event any more."""
        with self._changed:
            self._closed = self._ended = True
            busy = list(self._busy)
            self._changed.notify_all()
        for instance in busy:
            instance.close()
        self.close()

    def _started(self) -> Emulator:
        properties, name = self._properties, self._record.id
        code = self._account.client("s3").get_object(
            Bucket=properties["Code"]["S3Bucket"], Key=properties["Code"]["S3Key"]
        )["Body"].read()
        binary = unpacked(code, properties.get("Architectures", ["x86_64"])[0], self._account.folder)
        group = properties.get("LoggingConfig", {}).get("LogGroup", f"/aws/lambda/{name}")
        with self._changed:
            if self._logs is None:
                self._logs = LogWriter(self._account, group)
            writer = self._logs
        stream = writer.stream_name()
        log.info("an instance starts function=%s", name)
        return Emulator(binary, self._variables(group, stream), lambda line: writer.write(stream, line))

    def _variables(self, group: str, stream: str) -> dict[str, str]:
        """As Lambda sets them: the function's own, its role's credentials, and where AWS is."""
        properties, name = self._properties, self._record.id
        credentials = self._account.client("sts").assume_role(
            RoleArn=properties["Role"], RoleSessionName=name[:64]
        )["Credentials"]
        own = self._account.addresses.local(properties.get("Environment", {}).get("Variables", {}))
        return {key: str(value) for key, value in own.items()} | {
            "AWS_ENDPOINT_URL": self._account.url,
            "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
            "AWS_SESSION_TOKEN": credentials["SessionToken"],
            "AWS_REGION": self._account.region, "AWS_DEFAULT_REGION": self._account.region,
            "AWS_LAMBDA_FUNCTION_NAME": name, "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(int(self.timeout)),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(properties.get("MemorySize", 128)),
            "AWS_LAMBDA_LOG_GROUP_NAME": group, "AWS_LAMBDA_LOG_STREAM_NAME": stream,
        }


def _error(kind: str, message: str) -> Outcome:
    return Outcome(json.dumps({"errorType": kind, "errorMessage": message}).encode(), "Unhandled")


def _outcome(status: int, body: bytes) -> Outcome:
    """The emulator answers 200 whatever happened; an error shows in the body."""
    try:
        answer = json.loads(body)
    except ValueError:
        return _error("Sandbox.Timedout" if b"timed out" in body else "Runtime.ExitError", body.decode(errors="replace"))
    if status >= 500 or (isinstance(answer, dict) and "errorType" in answer):
        return Outcome(body, "Unhandled")
    return Outcome(body)
