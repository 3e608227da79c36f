# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The environment that the template sets is the one that the Swift sources read, function by function."""

import re

import pytest

from checks.source import ROOT
from checks.statements.functions import ENVIRONMENT

SOURCES = ROOT / "Sources"
# Lambda sets these itself; LOG_LEVEL is read where logging starts, by every function.
LAMBDAS_OWN = {"AWS_REGION"}
EVERYWHERE = {"LOG_LEVEL"}

_LIST = re.compile(r"static let variables\s*(?::[^=]+)?=\s*(?:(\w+)\.variables\s*\+\s*)?\[([^\]]*)\]")


def variables_read(settings, function):
    """What the settings of a function declare as read: `static let variables`, and what that builds upon."""

    def declared(name):
        text = (settings / f"{name}.swift").read_text(encoding="utf-8")
        match = _LIST.search(text)
        assert match, f"{name}.swift declares no static let variables"
        more = declared(match[1]) if match[1] else set()
        return more | set(re.findall(r'"([A-Z_]+)"', match[2]))

    return (declared(f"{function}Settings") - LAMBDAS_OWN) | EVERYWHERE


def test_the_template_sets_what_the_sources_read():
    """For every function whose sources are there; its settings must then be there too."""
    for function, sets in ENVIRONMENT.items():
        if (SOURCES / function).is_dir():
            assert variables_read(SOURCES / "ContactFormLambda" / "Settings", function) == sets, function


TABLE = 'struct TableSettings {\n    static let variables = ["TABLE_NAME", "TABLE_SHARDS", "AWS_REGION"]\n}\n'
FUNCTION = 'struct OneSettings {\n    package static let variables =\n        TableSettings.variables + [\n            "A_B", "C",\n        ]\n}\n'


def test_a_list_is_read_with_what_it_builds_upon(tmp_path):
    (tmp_path / "TableSettings.swift").write_text(TABLE)
    (tmp_path / "OneSettings.swift").write_text(FUNCTION)
    assert variables_read(tmp_path, "One") == {"TABLE_NAME", "TABLE_SHARDS", "A_B", "C", "LOG_LEVEL"}


def test_settings_without_a_list_are_a_fault(tmp_path):
    (tmp_path / "OneSettings.swift").write_text("struct OneSettings {}\n")
    with pytest.raises(AssertionError, match="OneSettings.swift declares no static let variables"):
        variables_read(tmp_path, "One")


# Read besides, and never set by the template.
OVERRIDES = {
    # Another address to ask than the provider's own, as AWS_ENDPOINT_URL is for AWS: for tests of the packed function.
    "BREVLADA_CHALLENGE_ENDPOINT",
}


def variables_named(modules):
    """Every variable of ours that stands anywhere in the sources of the modules."""
    files = [path for module in modules for path in (SOURCES / module).rglob("*.swift")]
    return {name for path in files for name in re.findall(r'"(BREVLADA_[A-Z_]+)"', path.read_text(encoding="utf-8"))}


def test_nothing_of_ours_is_read_that_is_neither_set_nor_an_override():
    modules = [*ENVIRONMENT, "ContactFormLambda", "ContactFormAWS", "ContactFormChallenge", "AWSLambda", "AWSServices"]
    ours = {name for sets in ENVIRONMENT.values() for name in sets if name.startswith("BREVLADA_")}
    assert not ours & OVERRIDES
    assert variables_named(modules) == ours | OVERRIDES
