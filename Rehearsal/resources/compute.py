# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Functions, and what calls them: moto keeps the records, emulators run the code."""

import uuid

from ..account import Account
from ..functions.pool import Pool
from ..functions.schedule import Schedule
from ..functions.stream import StreamPoller
from ..records import Record
from .kind import Failed, Kind, Making


class Function(Kind):
    def create(self, making: Making):
        account, properties = making.account, making.properties
        name = properties.get("FunctionName") or making.name(64)
        self._require_code(account, properties)
        self._require_concurrency(account, properties, name)
        account.client("lambda").create_function(
            FunctionName=name, Code=properties["Code"], **self._settings(account, properties),
            Architectures=properties.get("Architectures", ["x86_64"]), Publish=False,
        )
        return name, {"Arn": making.arn("lambda", f"function:{name}")}

    def made(self, account: Account, record: Record):
        record.running = Pool(account, record)

    def update(self, account: Account, record: Record, old: dict):
        properties, client = record.properties, account.client("lambda")
        self._require_concurrency(account, properties, record.id)
        if properties["Code"] != old["Code"]:
            self._require_code(account, properties)
            client.update_function_code(FunctionName=record.id, **properties["Code"])
        client.update_function_configuration(FunctionName=record.id, **self._settings(account, properties))
        before, record.running = record.running, Pool(account, record)
        before.close()
        return record.attributes

    def delete(self, account: Account, record: Record):
        account.client("lambda").delete_function(FunctionName=record.id)
        record.running.close()

    @staticmethod
    def _settings(account: Account, properties: dict) -> dict:
        variables = properties.get("Environment", {}).get("Variables", {})
        settings = {
            "Role": properties["Role"], "Runtime": properties["Runtime"], "Handler": properties["Handler"],
            "Description": properties.get("Description", ""), "Timeout": int(properties.get("Timeout", 3)),
            "MemorySize": int(properties.get("MemorySize", 128)),
            "Environment": {"Variables": {name: str(value) for name, value in account.addresses.local(variables).items()}},
        }
        if sum(len(name) + len(value) for name, value in settings["Environment"]["Variables"].items()) > 4096:
            raise Failed("Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.")
        return settings

    @staticmethod
    def _require_code(account: Account, properties: dict):
        s3, code = account.client("s3"), properties["Code"]
        try:
            s3.head_object(Bucket=code["S3Bucket"], Key=code["S3Key"])
        except s3.exceptions.ClientError:
            raise Failed("Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.") from None

    @staticmethod
    def _require_concurrency(account: Account, properties: dict, name: str):
        reserved = int(properties.get("ReservedConcurrentExecutions", 0))
        others = sum(
            int(one.properties.get("ReservedConcurrentExecutions", 0))
            for one in account.records.of("AWS::Lambda::Function") if one.id != name
        )
        # https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
        if reserved and account.limits.concurrent_runs - others - reserved < min(100, account.limits.concurrent_runs):
            least = min(100, account.limits.concurrent_runs)
            raise Failed(f"Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [{least}].")


class EventSourceMapping(Kind):
    """moto's own would eat the stream's records; the rehearsal's poller does what the mapping declares."""

    def create(self, making: Making):
        return str(uuid.uuid4()), {}

    def made(self, account: Account, record: Record):
        record.running = StreamPoller(account, record)

    def update(self, account: Account, record: Record, old: dict):
        # The poller reads its settings from the record before each batch, and goes on where it was.
        return record.attributes

    def delete(self, account: Account, record: Record):
        record.running.close()


class Rule(Kind):
    """A schedule calls its function; a rule for AWS's own events has none to see here."""

    def create(self, making: Making):
        name = making.properties.get("Name") or making.name()
        return name, {"Arn": making.arn("events", f"rule/{name}")}

    def made(self, account: Account, record: Record):
        if "ScheduleExpression" in record.properties:
            record.running = Schedule(account, record)

    def update(self, account: Account, record: Record, old: dict):
        self.delete(account, record)
        self.made(account, record)
        return record.attributes

    def delete(self, account: Account, record: Record):
        if record.running:
            record.running.close()
            record.running = None


class LogGroup(Kind):
    def create(self, making: Making):
        name = making.properties.get("LogGroupName") or making.name(512)
        logs = making.account.client("logs")
        logs.create_log_group(logGroupName=name)
        self._retain(making.account, name, making.properties)
        return name, {"Arn": making.arn("logs", f"log-group:{name}:*")}

    @staticmethod
    def _retain(account: Account, name: str, properties: dict):
        if days := properties.get("RetentionInDays"):
            account.client("logs").put_retention_policy(logGroupName=name, retentionInDays=int(days))

    def update(self, account: Account, record: Record, old: dict):
        self._retain(account, record.id, record.properties)
        return record.attributes

    def delete(self, account: Account, record: Record):
        account.client("logs").delete_log_group(logGroupName=record.id)
