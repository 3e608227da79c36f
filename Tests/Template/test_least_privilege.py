# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The comparison of what functions do with what they may do."""

from pathlib import Path

import pytest

from checks.least_privilege import allowed, least_privilege, read_seen
from checks.source import TemplateError

# The end-to-end tests hold this file against the requests that the binaries make.
SEEN = read_seen(Path(__file__).parent.parent / "EndToEnd" / "lambda_actions.json")


def test_the_roles_allow_this(stacks):
    assert allowed(stacks["everything"]) == SEEN


def test_without_a_challenge_nothing_is_looked_up(stacks):
    assert allowed(stacks["default"])["AddContactInfo"] == SEEN["AddContactInfo"] - {"dynamodb:GetItem"}


def test_what_is_equal_is_no_fault(stacks):
    assert list(least_privilege(SEEN, stacks["everything"])) == []


def test_a_right_that_is_never_used_is_a_fault(stacks):
    seen = {"SendContactInfoEmail": SEEN["SendContactInfoEmail"] - {"dynamodb:Query"}}
    (fault,) = least_privilege(seen, stacks["default"])
    assert (fault.resource, fault.problem) == (
        "SendContactInfoEmailRole", "allows dynamodb:Query, which SendContactInfoEmail was never seen to do"
    )


def test_an_action_without_a_right_is_a_fault(stacks):
    (fault,) = least_privilege({"AddContactInfo": {"dynamodb:PutItem", "dynamodb:Scan"}}, stacks["default"])
    assert (fault.resource, fault.problem) == (
        "AddContactInfoRole", "does not allow dynamodb:Scan, which AddContactInfo does"
    )


def test_a_function_that_nobody_declared_is_a_fault(stacks):
    (fault,) = least_privilege({"Nobody": set()}, stacks["default"])
    assert fault.problem == "was seen and is not in the template"


@pytest.mark.parametrize("text", ["", "[]", '{"A": "b"}', '{"A": ["PutItem"]}', '{"A": [1]}'])
def test_a_file_that_says_nothing_is_refused(text, tmp_path):
    path = tmp_path / "seen.json"
    path.write_text(text)
    with pytest.raises(TemplateError):
        read_seen(path)


def test_a_file_is_read(tmp_path):
    path = tmp_path / "seen.json"
    path.write_text('{"AddContactInfo": ["dynamodb:PutItem", "dynamodb:PutItem"]}')
    assert read_seen(path) == {"AddContactInfo": {"dynamodb:PutItem"}}
