# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What the tests share. Every server is a real one on a free port of this machine, with a data folder of its own."""

import sys

import pytest

from harness.aws import Moto
from harness.brevlada import Brevlada
from harness.counts import Counts
from harness.rehearsal import Rehearsal
from harness.smtp import MailServer
from harness.webhook import Receiver

pytest_plugins = ["browser"]

# The files that take minutes, by the beginnings of their names.
LONG = (
    "test_browser_", "test_crash", "test_move", "test_power_cut", "test_rehearsal_", "test_smtp_delivery",
)


def pytest_addoption(parser):
    parser.addoption("--soak", action="store_true", help="run the long tests at full count")


def pytest_collection_modifyitems(config, items):
    left_out = set() if config.getoption("--soak") else {"soak"}
    if sys.platform != "linux":
        left_out.add("linux")
    deselected = [item for item in items if left_out & set(item.keywords)]
    config.hook.pytest_deselected(items=deselected)
    items[:] = [item for item in items if item not in deselected]
    # Files are handed out one by one to those who run side by side: the long ones first, so that all end at about the same time.
    items.sort(key=lambda item: not item.path.name.startswith(LONG))


@pytest.fixture(scope="session")
def counts(request):
    return Counts.of(request.config.getoption("--soak"))


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """`start(**settings)` starts a server that lives until the module's last test is done."""
    servers = []

    def start(data=None, **settings):
        server = Brevlada(data or tmp_path_factory.mktemp("brevlada") / "data", **settings)
        servers.append(server)
        return server.start()

    yield start
    for server in servers:
        server.__exit__()


@pytest.fixture(scope="module")
def mail_server(tmp_path_factory):
    """`mail_server(**options)` starts a mail server that lives as long."""
    servers = []

    def make(**options):
        servers.append(MailServer(tmp_path_factory.mktemp("smtp"), **options))
        return servers[-1]

    yield make
    for server in servers:
        server.stop()


@pytest.fixture(scope="session")
def moto():
    """DynamoDB and SES, played on this machine for the whole session."""
    moto = Moto()
    yield moto
    moto.stop()


@pytest.fixture
def aws(moto):
    """The same with one empty table."""
    moto.reset()
    return moto


@pytest.fixture(scope="session")
def cloud():
    """The rehearsal's stand-in for AWS, for the whole session."""
    cloud = Rehearsal()
    yield cloud
    cloud.stop()


@pytest.fixture(autouse=True)
def without_faults(request):
    """What a test has broken is whole for the next one."""
    yield
    if "cloud" in request.fixturenames:
        request.getfixturevalue("cloud").clear_faults()


@pytest.fixture(scope="module")
def server(start):
    """A server as `make run` starts it, without limits, that the tests of a module share."""
    return start()


@pytest.fixture
def client(server):
    with server.client() as client:
        yield client


@pytest.fixture
def receiver():
    receivers = []

    def make(**options):
        receivers.append(Receiver(**options))
        return receivers[-1]

    yield make
    for receiver in receivers:
        receiver.stop()
