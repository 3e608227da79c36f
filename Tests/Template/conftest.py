# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What the tests of the template share."""

import pytest

from checks.__main__ import stacks_of
from checks.source import TEMPLATE, load


def pytest_addoption(parser):
    parser.addoption("--soak", action="store_true", help="run the long tests too")


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--soak"):
        long = [item for item in items if "soak" in item.keywords]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if "soak" not in item.keywords]


@pytest.fixture(scope="session")
def text():
    return TEMPLATE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def template(text):
    return load(text)


@pytest.fixture(scope="session")
def stacks(template):
    return {stack.variant: stack for stack in stacks_of(template)}
