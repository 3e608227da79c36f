# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Seeds faults in the template one at a time: each must be found, by whom it should, naming resource and remedy."""

import ast
import json
import subprocess
from functools import cache
from pathlib import Path

import pytest

import mutations
from checks import gates
from checks import statements as statements_package
from checks.__main__ import fault_of, own_faults
from checks.resolver import Resolver
from checks.source import ROOT, TemplateError
from checks.statement import faults_of_source, faults_of_stacks
from checks.variants import VARIANTS

STATEMENT_FILES = {str(path) for path in Path(statements_package.__file__).parent.glob("*.py")}


# Those that most faults show in come first.
ORDER = ["default", "everything", "website-guarded", "abroad", "signed-in", "website", "own-key"]
IN_ORDER = sorted(VARIANTS, key=lambda variant: ORDER.index(variant.name))


def found_in(mutant, mutation):
    """What the statement that should find the fault says, up to the first variant that shows it."""
    only = mutation.by if isinstance(mutation.by, int) else None
    faults = faults_of_source(mutant, only)
    for variant in IN_ORDER:
        if any(names(fault, mutation) for fault in faults):
            break
        try:
            stack = Resolver(mutant, variant.parameters, variant.pseudo).stack(variant.name)
            faults += faults_of_stacks([stack], only)
        except TemplateError as error:
            faults.append(fault_of(error))
    return faults


def names(fault, mutation):
    return fault.source == mutation.source and fault.resource.startswith(mutation.resource)


@pytest.fixture(scope="module")
def found(template):
    """What is found in a mutant; looked for once."""
    return cache(lambda mutation: found_in(mutation.of(template), mutation))


def test_the_template_has_no_fault(template):
    assert [str(fault) for fault in own_faults(template)] == []


@pytest.mark.parametrize("mutation", mutations.OWN, ids=lambda mutation: mutation.title.replace(" ", "-"))
def test_a_seeded_fault_is_found(found, mutation):
    faults = found(mutation)
    naming = [fault for fault in faults if names(fault, mutation)]
    assert naming, [str(fault) for fault in faults]
    for fault in naming:
        assert fault.problem and fault.remedy, f"{fault} does not say what to do"


def test_titles_are_unique():
    titles = [mutation.title for mutation in mutations.OWN]
    assert sorted(titles) == sorted(set(titles))


def yields():
    """Every place in the statements that says a fault."""
    for file in sorted(STATEMENT_FILES):
        for node in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8"))):
            # A generator of something else than faults yields one value, not three.
            if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple) and len(node.value.elts) == 3:
                yield file, node.lineno


def test_everything_that_the_statements_can_say_is_said(found):
    """A check that no fault can trip is none."""
    said = {fault.said_at for mutation in mutations.OWN for fault in found(mutation)}
    silent = [f"{Path(file).name}:{line}" for file, line in yields() if (file, line) not in said]
    assert silent == []


def lint(template, folder):
    path = folder / "template.json"
    path.write_text(json.dumps(template))
    return list(gates.cfn_lint(path))


def test_cfn_lint_finds_what_it_is_there_for(template, tmp_path):
    """All at once, for a run takes seconds; one at a time in the long run below."""
    mutant = template
    for mutation in mutations.CFN_LINT:
        mutant = mutation.of(mutant)
    found = lint(mutant, tmp_path)
    for mutation in mutations.CFN_LINT:
        naming = [fault for fault in found if names(fault, mutation)]
        assert naming and all(fault.remedy for fault in naming), (mutation.title, [str(fault) for fault in found])


@pytest.mark.soak
@pytest.mark.parametrize("mutation", mutations.CFN_LINT, ids=lambda mutation: mutation.title.replace(" ", "-"))
def test_cfn_lint_finds_each_by_itself(template, mutation, tmp_path):
    found = lint(mutation.of(template), tmp_path)
    assert any(names(fault, mutation) for fault in found), [str(fault) for fault in found]


ALIAS = """
Resources:
  A: &a {Type: AWS::SNS::Topic}
  B: *a
"""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (ALIAS, "line 4: *a is a YAML alias; write it out"),
        ("Resources: {}\nResources: {}", "line 2: Resources is there twice"),
        ("Resources: [", "not YAML"),
        ("a: b", "has no Resources; is it a template?"),
    ],
)
def test_what_cannot_be_read_is_said(text, says, tmp_path):
    path = tmp_path / "template.yaml"
    path.write_text(text)
    result = subprocess.run([ROOT / "scripts/check-template", "--own", path], capture_output=True, text=True)
    assert result.returncode == 1
    assert says in result.stderr


def test_a_character_that_cloudformation_would_lose_is_a_fault(text, tmp_path):
    path = tmp_path / "template.yaml"
    path.write_text("# Brevlåda\n" + text.replace("f\\u00f6r", "för"), encoding="utf-8")
    result = subprocess.run([ROOT / "scripts/check-template", "--own", path], capture_output=True, text=True)
    assert result.returncode == 1
    first, second = result.stdout.splitlines()[:2]
    said = "has {}, which CloudFormation gives back as ?; write ASCII; JSON has \\u [statement 2]"
    assert first == "template.yaml: line 1: " + said.format("å") and second.endswith(said.format("ö"))


def test_the_command_says_each_fault_in_a_line_and_fails(template, tmp_path):
    mutant = next(mutation for mutation in mutations.OWN if mutation.title == "recovery gone").of(template)
    path = tmp_path / "template.json"
    path.write_text(json.dumps(mutant))
    result = subprocess.run([ROOT / "scripts/check-template", "--own", path], capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stdout == (
        "template.json: Table: can't be restored in eu-north-1; set PointInTimeRecoveryEnabled for each replica"
        " [statement 38] (default, abroad, signed-in)\n"
        "template.json: Table: can't be restored in eu-west-1; set PointInTimeRecoveryEnabled for each replica"
        " [statement 38] (website, website-guarded)\n"
        "template.json: Table: can't be restored in us-east-1; set PointInTimeRecoveryEnabled for each replica"
        " [statement 38] (everything, own-key)\n"
    )
