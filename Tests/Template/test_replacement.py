# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What the rehearsal takes for a property that can't be changed is what CloudFormation's schemas say."""

import importlib.util

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

from checks.source import ROOT

# By its file: the rehearsal's package imports what is not in this environment.
_SPECIFICATION = importlib.util.spec_from_file_location("replacement", ROOT / "Rehearsal/stacks/replacement.py")
replacement = importlib.util.module_from_spec(_SPECIFICATION)
_SPECIFICATION.loader.exec_module(replacement)


def declared(kind, name):
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    return sorted(path.removeprefix("/properties/") for path in schema.get(name, []))


def test_the_tables_are_the_schemas(template):
    kinds = {one["Type"] for one in template["Resources"].values()}
    always = {kind: names for kind in sorted(kinds) if (names := declared(kind, "createOnlyProperties"))}
    sometimes = {kind: names for kind in sorted(kinds) if (names := declared(kind, "conditionalCreateOnlyProperties"))}
    assert {kind: sorted(names) for kind, names in replacement.ALWAYS.items()} == always
    assert {kind: sorted(names) for kind, names in replacement.SOMETIMES.items()} == sometimes


def test_what_a_change_means():
    def again(kind, name, old, new):
        return replacement.recreation(kind, name, {name: old}, {name: new})

    assert again("AWS::S3::Bucket", "BucketName", "a", "b") == "Always"
    assert again("AWS::S3::Bucket", "BucketEncryption", {}, {"a": 1}) == "Never"
    assert again("AWS::DynamoDB::GlobalTable", "KeySchema", [], [1]) == "Conditionally"
    # Of a nested property only its own change counts.
    assert again("AWS::Budgets::Budget", "Budget", {"BudgetName": "a", "BudgetLimit": 1}, {"BudgetName": "a", "BudgetLimit": 2}) == "Never"
    assert again("AWS::Budgets::Budget", "Budget", {"BudgetName": "a"}, {"BudgetName": "b"}) == "Always"
