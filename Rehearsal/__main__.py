# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""make rehearse: starts the stand-in cloud, deploys the starter site into it with `brevlada deploy`, and says where all is.

PORT is the site's port (8090 unless it is set, or any free one when that is taken), BREVLADA_SITE the site's folder.
"""

import json
import logging
import os
import platform
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from .account import Account
from .cloud import Cloud, leave

ROOT = Path(__file__).resolve().parents[1]
BREVLADA = ROOT / ".build/release/brevlada"
LAMBDAS = ROOT / ".build/lambda"
STACK = "rehearsal"
OWNER = "owner@example.com"

LIMITS = """
Played here, not AWS: CloudFormation, CloudFront, API Gateway, the stream's and the schedule's calls, the sign-in page and the
sending of mail. moto plays DynamoDB, S3, SQS, SNS, logs, roles and the user pool with its tokens. Real: the template, the
functions' zips, the owner's page, AWS's Runtime Interface Emulator, the AWS CLI.

Not to be seen here: what IAM refuses, quotas and throttling of AWS, encryption, TLS, DNS and certificates, caching, a
second factor, the firewall, the pipeline, alarms going off, whether a mail arrives, how fast and how dear it is.
docs/rehearsal.md says more.
"""


def site_port() -> int:
    chosen = os.environ.get("PORT")
    with socket.socket() as probe:
        # As the server does: what has just been ended still has its port for a while.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(chosen or 8090)))
        except (OSError, ValueError, OverflowError):
            if chosen:
                sys.exit(f"PORT is {chosen!r}, which can't be listened on; set it to a free port")
            return 0
    return int(chosen or 8090)


def configuration(folder: Path) -> Path:
    """brevlada.yaml of the rehearsal: the starter site, and addresses that are nobody's."""
    path = folder / "brevlada.yaml"
    path.write_text(
        f"site: {json.dumps(os.environ.get('BREVLADA_SITE') or str(ROOT / 'Site'))}\n"
        "mail:\n  from: form@example.com\n"
        f"  to: {OWNER}\naws:\n  stack: {STACK}\n  region: eu-north-1\n"
        f"  parameters:\n    Architecture: {architecture()}\n    OwnerAccess: Cognito\n",
        encoding="utf-8",
    )
    return path


def architecture() -> str:
    return "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"


def deploy(cloud: Cloud, folder: Path) -> bool:
    """Whether it went well; what was said is said already."""
    command = [BREVLADA, "deploy", "--config", configuration(folder), "--lambdas", LAMBDAS, "--yes"]
    return subprocess.run(command, env=os.environ | cloud.environment, cwd=ROOT).returncode == 0


def owners_password(cloud: Cloud, pool: str) -> str:
    """The password that Cognito mailed to the owner, made the owner's own: nobody has to choose one to look around."""
    [mail] = [one for one in cloud.account.mailbox.mails if one.message["Subject"] == "Your temporary password"]
    password = re.search(r"temporary password is (\S+)", mail.message.get_content())[1]
    cloud.account.client("cognito-idp").admin_set_user_password(
        UserPoolId=pool, Username=mail.recipients[0], Password=password, Permanent=True
    )
    return password


def main() -> int:
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    cloud = Cloud(Account(site_port=site_port()))
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        with tempfile.TemporaryDirectory() as folder:
            if not deploy(cloud, Path(folder)) or stop.is_set():
                return 1
        described = cloud.account.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
        outputs = {one["OutputKey"]: one["OutputValue"] for one in described["Outputs"]}
        password = owners_password(cloud, outputs["OwnerPoolId"])
        print(f"\n  Site    {outputs['SiteUrl']}\n  Inbox   {outputs['SiteUrl']}/inbox/")
        print(f"          as {OWNER} with the password {password}")
        print(f"  Mails   {cloud.console.url}\n  AWS     {cloud.account.url}\n")
        shown = {name: value for name, value in cloud.environment.items() if name.startswith(("AWS_", "HTTP", "NO_"))}
        pairs = " ".join(f"{name}='{value}'" for name, value in shown.items())
        print(f"With the AWS CLI, or brevlada, in another terminal:\n\n  export {pairs} PATH='{ROOT / 'Rehearsal/bin'}':\"$PATH\"\n")
        print(f"  aws cloudformation describe-stacks --stack-name {STACK}\n{LIMITS}\nCtrl-C ends all of it.", flush=True)
        # Again and again: a signal that reaches another thread is seen to by this one when it wakes.
        while not stop.wait(1):
            pass
        return 0
    finally:
        cloud.close()


if __name__ == "__main__":
    leave(main())
