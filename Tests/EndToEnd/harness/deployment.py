# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""A site deployed into the rehearsal as a person does it: with `brevlada deploy`, from a folder and a configuration file."""

import json
import platform
import shutil
import subprocess
import time
from datetime import UTC, datetime, timedelta

from harness.lambdas import REPOSITORY
from harness.rehearsal import Rehearsal, Visitor
from harness.waiting import until

BREVLADA = REPOSITORY / ".build/release/brevlada"
LAMBDAS = REPOSITORY / ".build/lambda"


class Deployment:
    def __init__(self, cloud: Rehearsal, folder, stack):
        self.cloud, self.folder, self.stack = cloud, folder, stack
        self.site = folder / "site"
        shutil.copytree(REPOSITORY / "Site", self.site)
        self.parameters = {"Architecture": "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"}
        # SES takes an address once in an account.
        self.sender = f"form@{stack}.example.com"

    def deploy(self, **parameters) -> subprocess.CompletedProcess:
        """Deploys the site as it is now, with these parameters of the template from now on."""
        self.parameters |= parameters
        configuration = self.folder / "brevlada.yaml"
        lines = [f"site: {json.dumps(str(self.site))}", "mail:", f"  from: {self.sender}", "  to: owner@example.com", "aws:",
                 f"  stack: {self.stack}", "  region: eu-north-1", "  parameters:"]
        lines += [f"    {name}: {json.dumps(value)}" for name, value in self.parameters.items()]
        configuration.write_text("\n".join(lines) + "\n", encoding="utf-8")
        done = subprocess.run(
            [BREVLADA, "deploy", "--config", configuration, "--lambdas", LAMBDAS, "--yes"], cwd=REPOSITORY, env=self.cloud.environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stdout + done.stderr + self.cloud.log[-2000:]
        return done

    def destroy(self):
        done = subprocess.run(
            [BREVLADA, "destroy", "--config", self.folder / "brevlada.yaml", "--yes"], cwd=REPOSITORY,
            env=self.cloud.environment, capture_output=True, text=True, timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def audit(self, check=0):
        """What `brevlada audit` says of the messages there, by the stack's name and the person's own credentials."""
        done = subprocess.run(
            [BREVLADA, "audit", "--aws", "--config", self.folder / "brevlada.yaml", "--since", "all", "--json"],
            cwd=REPOSITORY, env=self.cloud.environment, capture_output=True, text=True, timeout=120,
        )
        assert done.returncode == check, done.stdout + done.stderr
        return json.loads(done.stdout)

    def status(self):
        """The lines of `brevlada status` by section, as mark and text."""
        done = subprocess.run(
            [BREVLADA, "status", "--config", self.folder / "brevlada.yaml", "--json"], cwd=REPOSITORY,
            env=self.cloud.environment, capture_output=True, text=True, timeout=120,
        )
        assert done.returncode in (0, 1), done.stdout + done.stderr
        return {
            one["name"]: [(line["mark"], line["text"]) for line in one["lines"]] for one in json.loads(done.stdout)["sections"]
        }

    def counted(self, metric):
        """What the mail function has counted of it within the hour."""
        now = datetime.now(UTC)
        found = self.cloud.client("cloudwatch").get_metric_statistics(
            Namespace="Brevlada", MetricName=metric, StartTime=now - timedelta(hours=1), EndTime=now + timedelta(minutes=1),
            Dimensions=[{"Name": "FunctionName", "Value": self.outputs["SendContactInfoEmailName"]}], Period=3600, Statistics=["Sum"],
        )
        return sum(point["Sum"] for point in found["Datapoints"])

    @property
    def outputs(self):
        return self.cloud.outputs(self.stack)

    @property
    def visitor(self):
        return Visitor(self.outputs["SiteUrl"])

    # -- What is stored and mailed

    def items(self):
        pages = self.cloud.client("dynamodb").get_paginator("scan").paginate(TableName=self.outputs["TableName"])
        return [item for page in pages for item in page["Items"] if item.get("kind") == {"S": "submission"}]

    def statuses(self, ids):
        return {item["sk"]["S"]: item["status"]["S"] for item in self.items() if item["sk"]["S"] in ids}

    def until_status(self, ids, status, timeout=60):
        until(lambda: list(self.statuses(ids).values()) == [status] * len(ids), timeout, f"status {status} of all")

    def send(self, message, **fields):
        """Sends the form as a script does; the id that the visitor is told."""
        answer = self.visitor.post("/api/contact", {"name": "Åsa", "email": "asa@example.se", "message": message} | fields)
        assert answer.status == 200, answer.body
        return json.loads(answer.body)["id"]

    def mails(self, ids):
        """The mails about these submissions, by id; one that went out twice is there twice."""
        found = {id: [] for id in ids}
        for mail in self.cloud.mails():
            id = mail["Message-ID"].strip("<>").partition("@")[0].partition("-")[0]
            if id in found:
                found[id].append(mail)
        return found

    def make_overdue(self, ids):
        """As if the mails had been due ten minutes ago, and not now."""
        past = int(time.time() * 1000) - 600_000
        for item in self.items():
            if item["sk"]["S"] in ids:
                self.cloud.client("dynamodb").update_item(
                    TableName=self.outputs["TableName"], Key={"pk": item["pk"], "sk": item["sk"]},
                    UpdateExpression="SET dueAt = :past, waiting = :waiting",
                    ExpressionAttributeValues={
                        ":past": {"N": str(past)}, ":waiting": {"S": f"received#{past:015d}"},
                    },
                )

    def queue_length(self):
        attributes = self.cloud.client("sqs").get_queue_attributes(
            QueueUrl=self.outputs["FailureQueueUrl"], AttributeNames=["ApproximateNumberOfMessages"]
        )["Attributes"]
        return int(attributes["ApproximateNumberOfMessages"])
