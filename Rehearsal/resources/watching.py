# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Alarms, in moto: none of them ever goes off by itself, but `aws cloudwatch set-alarm-state` works."""

from ..account import Account
from ..records import Record
from .kind import Kind, Making

_NUMBERS = ("Threshold", "Period", "EvaluationPeriods", "DatapointsToAlarm")


class Alarm(Kind):
    def create(self, making: Making):
        name = making.properties.get("AlarmName") or making.name(255)
        self._put(making.account, name, making.properties)
        return name, {"Arn": making.arn("cloudwatch", f"alarm:{name}")}

    @staticmethod
    def _put(account: Account, name: str, properties: dict):
        kept = {key: value for key, value in properties.items() if key not in ("AlarmName", "Metrics", "Tags")}
        for number in _NUMBERS:
            if number in kept:
                kept[number] = float(kept[number]) if number == "Threshold" else int(kept[number])
        if metrics := properties.get("Metrics"):
            kept["Metrics"] = [
                one if "MetricStat" not in one else one | {"MetricStat": one["MetricStat"] | {"Period": int(one["MetricStat"]["Period"])}}
                for one in metrics
            ]
        account.client("cloudwatch").put_metric_alarm(AlarmName=name, **kept)

    def update(self, account: Account, record: Record, old: dict):
        self._put(account, record.id, record.properties)
        return record.attributes

    def delete(self, account: Account, record: Record):
        account.client("cloudwatch").delete_alarms(AlarmNames=[record.id])
