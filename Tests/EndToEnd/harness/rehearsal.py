# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The rehearsal's cloud as a process of its own, and what the tests ask of it."""

import base64
import http.client
import io
import json
import os
import signal
import subprocess
import tempfile
import zipfile
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import boto3
from botocore.config import Config

from harness.lambdas import REPOSITORY
from harness.mail import parse
from harness.waiting import until

ACCOUNT = "123456789012"
REGION = "eu-north-1"
TEMPLATE = REPOSITORY / "Infrastructure/template.yaml"


# SIGABRT has Python write where each of its threads is.
TELLS_WHERE = {"PYTHONFAULTHANDLER": "1"}


def require_end(process, log):
    """Waits for the end of a process that was told to, and fails with where it hangs."""
    try:
        assert process.wait(60) == 0, log()
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGABRT)
        process.wait()
        raise AssertionError(f"{process.args} did not end:\n{log()}") from None


def descendants(pid):
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, path.read_text().split()):
            found += [child, *descendants(child)]
    return found


def until_gone(pids):
    until(lambda: not [pid for pid in pids if Path(f"/proc/{pid}").exists()], what=f"the end of the processes {pids}")


class Rehearsal:
    def __init__(self, *options):
        python = REPOSITORY / ".venv-rehearsal/bin/python"
        if not python.exists():
            raise RuntimeError(f"{python} is not there; run scripts/setup test")
        self._log = tempfile.TemporaryFile()
        self._clients = {}
        # It ends with its standard input, so it can't outlive the tests.
        self._process = subprocess.Popen(
            [python, "-m", "Rehearsal.serve", *options], cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self._log, env=os.environ | TELLS_WHERE,
        )
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError(f"the rehearsal did not start:\n{self.log}")
        told = json.loads(line)
        self.environment = os.environ | told["environment"]
        self.console = told["console"]
        self.endpoint = told["environment"]["AWS_ENDPOINT_URL"]
        self.region = told["environment"]["AWS_REGION"]

    @property
    def processes(self):
        """What it has started and not ended: the emulators, and the functions in them."""
        return descendants(self._process.pid)

    def stop(self):
        for client in self._clients.values():
            client.close()
        self._process.stdin.close()
        try:
            require_end(self._process, lambda: self.log)
        finally:
            self._process.stdout.close()
            self._log.close()

    @property
    def log(self) -> str:
        # The process writes through its own descriptor, whose place is not moved by this.
        return os.pread(self._log.fileno(), 1_000_000, 0).decode(errors="replace")

    # -- The AWS CLI

    def run(self, *arguments, **options) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["aws", *map(str, arguments)], env=self.environment, capture_output=True, text=True, timeout=120, **options
        )

    def aws(self, *arguments):
        """The CLI's answer; a call that fails is an error of the test."""
        done = self.run(*arguments, "--output", "json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    def refusal(self, *arguments) -> str:
        done = self.run(*arguments)
        assert done.returncode != 0, done.stdout
        return done.stderr.strip()

    def client(self, service):
        if service not in self._clients:
            keys = self.environment
            self._clients[service] = boto3.client(
                service, endpoint_url=self.endpoint, region_name=self.region, aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"], config=Config(retries={"total_max_attempts": 1}),
            )
        return self._clients[service]

    # -- Switches

    def switch(self, method, name, **values):
        place = urlsplit(self.console)
        connection = http.client.HTTPConnection(place.hostname, place.port, timeout=120)
        try:
            connection.request(method, f"/switches/{name}", json.dumps(values))
            response = connection.getresponse()
            answer = json.loads(response.read())
            assert response.status == 200, answer
            return answer
        finally:
            connection.close()

    def fault(self, service, operation="*", **values):
        self.switch("POST", "faults", service=service, operation=operation, **values)

    def clear_faults(self):
        self.switch("DELETE", "faults")

    def mails(self, subject=""):
        """The mails that SES took from the functions, oldest first, as messages."""
        taken = [one for one in self.switch("GET", "mails")["mails"] if one["messageId"]]
        found = [parse(base64.b64decode(one["raw"])) for one in taken]
        return [one for one in found if subject in one["Subject"]]

    def notices(self):
        """The mails that the cloud wrote itself."""
        return [
            parse(base64.b64decode(one["raw"])) for one in self.switch("GET", "mails")["mails"] if not one["messageId"]
        ]

    # -- Stacks

    def settled(self, stack, timeout=120) -> dict:
        """The stack when its operation is over."""
        def look():
            found = self.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
            return None if found["StackStatus"].endswith("_IN_PROGRESS") else found
        return until(look, timeout, f"the end of {stack}'s operation")

    def events(self, stack):
        """Oldest first."""
        pages = self.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=stack)
        return [event for page in pages for event in page["StackEvents"]][::-1]

    def create(self, stack, template, parameters=None, capabilities=("CAPABILITY_IAM",)):
        """A stack straight from a template; its outputs."""
        body = template if isinstance(template, str) else json.dumps(template)
        pairs = [{"ParameterKey": key, "ParameterValue": str(value)} for key, value in (parameters or {}).items()]
        where = self._place(stack, body)
        client = self.client("cloudformation")
        client.create_stack(StackName=stack, Parameters=pairs, Capabilities=list(capabilities), **where)
        return self.outputs(stack)

    def update(self, stack, template, parameters=None, capabilities=("CAPABILITY_IAM",)):
        body = template if isinstance(template, str) else json.dumps(template)
        pairs = [{"ParameterKey": key, "ParameterValue": str(value)} for key, value in (parameters or {}).items()]
        self.client("cloudformation").update_stack(
            StackName=stack, Parameters=pairs, Capabilities=list(capabilities), **self._place(stack, body)
        )
        return self.outputs(stack)

    def _place(self, stack, body):
        if len(body.encode()) <= 51_200:
            return {"TemplateBody": body}
        self.upload("templates", f"{stack}.yaml", body.encode())
        return {"TemplateURL": f"https://templates.s3.{self.region}.amazonaws.com/{stack}.yaml"}

    def outputs(self, stack):
        found = self.settled(stack)
        assert found["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), self.failures(stack)
        return {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])}

    def failures(self, stack):
        return [(one["LogicalResourceId"], one.get("ResourceStatusReason")) for one in self.events(stack)
                if one["ResourceStatus"].endswith("_FAILED")]

    def upload(self, bucket, key, octets):
        client = self.client("s3")
        try:
            client.head_bucket(Bucket=bucket)
        except client.exceptions.ClientError:
            where = {"CreateBucketConfiguration": {"LocationConstraint": self.region}} if self.region != "us-east-1" else {}
            client.create_bucket(Bucket=bucket, **where)
        client.put_object(Bucket=bucket, Key=key, Body=octets)


class Visitor:
    """A plain client of an address of the rehearsal."""

    def __init__(self, url):
        place = urlsplit(url)
        self.host, self.port = place.hostname, place.port
        self.url = url

    def request(self, method, path, headers=None, body=None, timeout=60):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            response.body = response.read()
            return response
        finally:
            connection.close()

    def get(self, path, **headers):
        return self.request("GET", path, headers)

    def post(self, path, fields, **headers):
        head = {"Accept": "application/json", "Origin": self.url, "Referer": f"{self.url}/",
                "Content-Type": "application/x-www-form-urlencoded"} | headers
        return self.request("POST", path, head, urlencode(fields).encode())


def echo_zip(source: str = "") -> bytes:
    """A function in Python: it answers with the event that it got, or does what `source` says with `event`."""
    work = source or 'answer = {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(event)}'
    text = f"""#!{REPOSITORY}/.venv/bin/python
import json, os, time, urllib.request
api = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
while True:
    with urllib.request.urlopen(api + "next") as taken:
        event, id = json.load(taken), taken.headers["Lambda-Runtime-Aws-Request-Id"]
    {work.strip().replace(chr(10), chr(10) + '    ')}
    print(json.dumps({{"message": "answered", "requestId": id}}), flush=True)
    urllib.request.urlopen(urllib.request.Request(api + id + "/response", json.dumps(answer).encode())).close()
"""
    packed = io.BytesIO()
    entry = zipfile.ZipInfo("bootstrap", (1980, 1, 1, 0, 0, 0))
    entry.create_system, entry.external_attr = 3, 0o100755 << 16
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(entry, text)
    return packed.getvalue()

