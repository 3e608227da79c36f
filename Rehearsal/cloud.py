# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The stand-in cloud, put together: an account, the address of AWS, the page of mails. Everything on loopback."""

import os
import shutil
import sys
from pathlib import Path
from typing import NoReturn

from .account import KEYS, Account
from .aws import moto_patches
from .aws.cloudformation import CloudFormation
from .aws.endpoint import Endpoint
from .aws.mail import SES
from .aws.others import Others
from .aws.topics import SNS
from .command_line import LoadedCLI
from .console.pages import Console


class Cloud:
    def __init__(self, account: Account, endpoint_port: int = 0, console_port: int = 0):
        self.account = account
        # Never the person's own account, whatever their environment says.
        os.environ |= KEYS | {"AWS_EC2_METADATA_DISABLED": "true", "AWS_DEFAULT_REGION": account.region}
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
            os.environ.pop(name, None)
        self._cli = LoadedCLI(account.folder)
        moto_patches.apply()
        sns = SNS(account)
        ses = SES(account, sns)
        played = CloudFormation(account).operations | ses.operations | sns.operations | Others(account).operations
        self._endpoint = Endpoint(account, played, endpoint_port)
        self.console = Console(account, ses, console_port)

    @property
    def environment(self) -> dict[str, str]:
        """What makes the AWS CLI, and whatever drives it, use this cloud."""
        return KEYS | {
            "AWS_ENDPOINT_URL": self.account.url, "AWS_REGION": self.account.region,
            "AWS_DEFAULT_REGION": self.account.region, "AWS_EC2_METADATA_DISABLED": "true",
            # S3 Control puts the account's number before the host, and 123456789012.127.0.0.1 is nowhere: so the cloud is
            # also the proxy of those who ask for it.
            "HTTP_PROXY": self.account.url, "NO_PROXY": "localhost", "AWS_PAGER": "",
            "AWS_REHEARSAL_CLI": str(self._cli.path),
            "PATH": f"{Path(__file__).parent / 'bin'}{os.pathsep}{os.environ.get('PATH', '/usr/bin:/bin')}",
        }

    def close(self):
        """Ends every emulator, thread and port that the stacks have, whatever they are at."""
        records = self.account.records
        # First, so that what calls them has not to be waited for.
        for record in records.of("AWS::Lambda::Function"):
            if record.running:
                record.running.end()
        for type in (
            "AWS::Lambda::EventSourceMapping", "AWS::Events::Rule", "AWS::CloudFront::Distribution", "AWS::S3::Bucket",
            "AWS::ApiGateway::RestApi", "AWS::Cognito::UserPoolDomain",
        ):
            for record in records.of(type):
                if record.running:
                    record.running.close()
        self.console.close()
        self._endpoint.close()
        self._cli.close()
        shutil.rmtree(self.account.folder, ignore_errors=True)


def leave(code: int) -> NoReturn:
    """Ends the process of a cloud that is closed.

    Not by Python's own way out: it stops the threads of connections that are still open wherever they are, with a lock in
    hand too, and then may wait for that lock for ever. https://docs.python.org/3/library/threading.html#thread-objects
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
