# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The account that is rehearsed in: who it is, what it may do, what it has, and what goes wrong in it."""

import tempfile
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import boto3
from botocore.config import Config

from .addresses import Addresses
from .faults import Faults
from .mailbox import Mailbox
from .records import Records

ID = "123456789012"
# moto takes any; these are the ones of AWS's documentation.
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Limits:
    """What an account may do. A new one is in SES's sandbox and has ten concurrent runs of Lambda."""

    sandbox: bool = False
    sends_per_day: float = 50_000
    sends_per_second: float = 14
    concurrent_runs: int = 1000
    # An identity of SES counts as verified as soon as it is made; else a person follows the link on the mail page. Alarms by mail
    # count as confirmed then, too.
    verifies_at_once: bool = True


@dataclass
class Account:
    region: str = "eu-north-1"
    # Seconds between a resource's first event and its last, as AWS takes its time too.
    pace: float = 0.05
    # Emulators that run a function, at most: its concurrency.
    instances: int = 2
    id: str = ID
    url: str = ""
    limits: Limits = field(default_factory=Limits)
    addresses: Addresses = field(default_factory=Addresses)
    records: Records = field(default_factory=Records)
    faults: Faults = field(default_factory=Faults)
    mailbox: Mailbox = field(default_factory=lambda: Mailbox(now))
    # How often a table was written to: its stream has something new.
    table_writes: int = 0
    # Where the functions' code is unpacked.
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="rehearsal-")))
    # The port for the first distribution or website; 0 takes any.
    site_port: int = 0
    _clients: dict = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def client(self, service: str):
        """boto3's client of a service of this account. Clients may be shared by threads."""
        with self._lock:
            if service not in self._clients:
                self._clients[service] = boto3.client(
                    service, endpoint_url=self.url, region_name=self.region,
                    aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"], aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
                    config=Config(
                        retries={"max_attempts": 1}, inject_host_prefix=False, max_pool_connections=50,
                        s3={"addressing_style": "path"},
                        # Its host begins with the account's number, which no name server knows.
                        proxies={"http": self.url} if service == "s3control" else {},
                    ),
                )
            return self._clients[service]

    def take_site_port(self) -> int:
        with self._lock:
            port, self.site_port = self.site_port, 0
            return port
