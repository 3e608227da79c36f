# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The functions as AWS would run them: the packed binaries under AWS's own Runtime Interface Emulator.

The emulator comes from the aws-sam-cli wheel; scripts/setup puts it into .tools.
"""

import base64
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
import uuid
import zipfile
from pathlib import Path
from urllib.parse import urlencode

from harness.ports import KeptPort

REPOSITORY = Path(__file__).resolve().parents[3]
REGION = "eu-north-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
INVOKE = "/2015-03-31/functions/function/invocations"


def emulator():
    path = REPOSITORY / ".tools/aws-lambda-rie"
    if not os.access(path, os.X_OK):
        raise RuntimeError(f"{path} is not there; run scripts/setup test")
    return path


def bootstrap(name, folder):
    """The one file of a function's zip, unpacked as Lambda does."""
    archive = REPOSITORY / f".build/lambda/{name}.zip"
    if not archive.exists():
        raise RuntimeError(f"{archive} is not there; run make lambdas")
    path = Path(folder) / "bootstrap"
    # Put in place at once: an instance before this one may still be ending, and nobody may write to what it runs.
    draft = path.with_name(f"bootstrap-{uuid.uuid4().hex}")
    with zipfile.ZipFile(archive) as opened:
        draft.write_bytes(opened.read("bootstrap"))
        draft.chmod(opened.getinfo("bootstrap").external_attr >> 16 & 0o777)
    return draft.replace(path)


class Function:
    """One instance of a function, which takes one event at a time: two at once would end the emulator."""

    def __init__(self, name, folder, endpoint, timeout=10, **values):
        self.name = name
        self.timeout = timeout
        self.binary = bootstrap(name, folder)
        self.values = {
            "TABLE_NAME": "submissions", "LOG_LEVEL": "debug", "AWS_REGION": REGION, **CREDENTIALS,
            "AWS_ENDPOINT_URL": endpoint, **values,
        }
        self.output = []
        self.process = None
        self._changed = threading.Condition()

    def __enter__(self):
        self._ports = [KeptPort(), KeptPort()]
        self.port, runtime = (port.number for port in self._ports)
        environment = {
            "PATH": os.environ["PATH"],
            "AWS_LAMBDA_FUNCTION_NAME": self.name, "AWS_LAMBDA_FUNCTION_TIMEOUT": str(self.timeout),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
            **{key: str(value) for key, value in self.values.items() if value is not None},
        }
        # Without both addresses the emulator listens on all interfaces.
        command = [
            emulator(), "--runtime-interface-emulator-address", f"127.0.0.1:{self.port}",
            "--runtime-api-address", f"127.0.0.1:{runtime}", "--log-level", "error", self.binary,
        ]
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace",
        )
        threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True).start()
        deadline = time.monotonic() + 120
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise AssertionError(f"the emulator does not listen:\n{self.log}") from None
                time.sleep(0.01)

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            for pid in self.pids():
                os.kill(pid, signal.SIGKILL)
            self.process.kill()
            self.process.wait()
        for port in self._ports:
            port.close()

    def _read(self, pipe):
        with pipe:
            for line in pipe:
                with self._changed:
                    self.output.append(line)
                    self._changed.notify_all()

    @property
    def log(self):
        with self._changed:
            return "".join(self.output)

    def wait_for_log(self, pattern, timeout=120):
        """The first line that matches; the emulator passes lines on a moment after the answer."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                for line in self.output:
                    if re.search(pattern, line):
                        return line
                left = deadline - time.monotonic()
                assert left > 0, f"no line like {pattern!r}:\n{''.join(self.output)}"
                self._changed.wait(left)

    def entries(self):
        """The log lines and metrics, each one JSON object."""
        return [json.loads(line) for line in self.log.splitlines() if line.startswith("{")]

    def pids(self):
        """The function's processes: the emulator's children."""
        children = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [int(pid) for path in children for pid in path.read_text().split()]

    def invoke(self, event, timeout=120):
        """(HTTP status, body as JSON where it is some) of one invocation."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("POST", INVOKE, event if isinstance(event, bytes) else json.dumps(event).encode())
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        try:
            return response.status, json.loads(body)
        except ValueError:
            return response.status, body.decode(errors="replace")

    def post(self, fields, timeout=120, **options):
        """The answer to a form, as API Gateway would send it on."""
        status, answer = self.invoke(form_event(fields, **options), timeout)
        assert status == 200 and isinstance(answer, dict) and "statusCode" in answer, f"{status} {answer}\n{self.log}"
        return answer

    def ask(self, method, path, body=None, timeout=60, **options):
        """The answer to the owner, as API Gateway would send it on."""
        status, answer = self.invoke(owner_event(method, path, body, **options), timeout)
        assert status == 200 and isinstance(answer, dict) and "statusCode" in answer, f"{status} {answer}\n{self.log}"
        return answer

    def owner(self, method, path, body=None, **query):
        """What a request that succeeds is answered: JSON, text, or None."""
        answer = self.ask(method, path, body, query=query)
        assert answer["statusCode"] in (200, 204), f"{answer}\n{self.log}"
        if answer["statusCode"] == 204:
            return None
        is_json = answer["headers"]["Content-Type"] == "application/json"
        return json.loads(answer["body"]) if is_json else answer["body"]


def owner_event(method, path, body=None, query=None, stage="api", signed_in="cognito", headers=None):
    """A request of the owner's as API Gateway hands it over, once its authorizer has let it through."""
    context = {
        "cognito": {"authorizer": {"claims": {"sub": "0f1e2d3c", "token_use": "id", "email": "owner@example.se"}}},
        "iam": {"identity": {"userArn": "arn:aws:iam::123456789012:user/owner", "sourceIp": "192.0.2.1"}},
        None: {"identity": {"sourceIp": "192.0.2.1", "userArn": None}},
    }[signed_in]
    head = {"Host": "abc.execute-api.eu-north-1.amazonaws.com", "Content-Type": "application/json"} | (headers or {})
    query = {name: values if isinstance(values, list) else [str(values)] for name, values in (query or {}).items()}
    return {
        "resource": path, "path": path, "httpMethod": method, "headers": head,
        "multiValueHeaders": {name: [value] for name, value in head.items()},
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None, "pathParameters": None, "stageVariables": None,
        "requestContext": {"path": f"/{stage}{path}", "stage": stage} | context,
        "body": None if body is None else body if isinstance(body, str) else json.dumps(body), "isBase64Encoded": False,
    }


def form_event(
    fields, path="/contact", stage="api", method="POST", accept="application/json", version=1, encoded=False,
    content_type="application/x-www-form-urlencoded", origin="https://example.se", headers=None,
):
    """A request as API Gateway hands it over."""
    if isinstance(fields, dict):
        body = urlencode(fields, doseq=True).encode()
    else:
        body = fields if isinstance(fields, bytes) else fields.encode()
    head = {"Host": "abc.execute-api.eu-north-1.amazonaws.com", "Accept": accept, "Content-Type": content_type}
    if origin:
        head["Origin"] = origin
    head |= headers or {}
    text = base64.b64encode(body).decode() if encoded else body.decode()
    if version == 2:
        return {
            "version": "2.0", "routeKey": "$default", "rawPath": f"/{stage}{path}", "rawQueryString": "",
            "headers": {name.lower(): value for name, value in head.items()},
            "requestContext": {"stage": stage, "http": {"method": method, "path": f"/{stage}{path}"}},
            "body": text, "isBase64Encoded": encoded,
        }
    return {
        "resource": path, "path": path, "httpMethod": method, "headers": head,
        "multiValueHeaders": {name: [value] for name, value in head.items()},
        "queryStringParameters": None, "pathParameters": None, "stageVariables": None,
        "requestContext": {"path": f"/{stage}{path}", "stage": stage, "identity": {"sourceIp": "192.0.2.1"}},
        "body": text, "isBase64Encoded": encoded,
    }
