# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""No row of the statements' tables and no part of their conditions can go unnoticed: without it the template has a fault, or a
seeded one is not found.
"""

import ast
import types
from pathlib import Path

import pytest

import mutations
from checks import statements as statements_package
from checks.resolver import Resolver
from checks.source import TemplateError
from checks.statement import STATEMENTS
from test_mutations import IN_ORDER, names

# What could go: (file, check, row) and why it stays.
SPARED = {
    ("permissions.py", "no_role_is_passed", "one.allows"): "a refusal is none; no role has one",
    ("pipeline.py", "pipeline_roles_do_their_part", "not one.allows"): "the same",
    ("permissions.py", "nobody_else_is_let_in", "one.kind == RESOURCE"): "of roles no_wildcards says it, by its own number",
    ("shape.py", "parameters_are_whole", "'Outputs'"): "no parameter is for an output alone, and one may be",
    ("shape.py", "conditions_are_used", "'Outputs'"): "the same of conditions",
    ("shape.py", "within_limits", "'Type'"): "it weighs a tenth of what is measured",
}
FILES = sorted({one.check.__code__.co_filename for one in STATEMENTS})


def resolved(template):
    """The template, and its stacks as far as it has them."""
    stacks = []
    for variant in IN_ORDER:
        try:
            stacks.append(Resolver(template, variant.parameters, variant.pseudo).stack(variant.name))
        except TemplateError:
            continue
    return template, stacks


def faults(one, subject):
    """What a statement says of a template and its stacks, one after another."""
    template, stacks = subject
    for what in [template] if one.of_source else stacks:
        yield from one.faults(what)


@pytest.fixture(scope="module")
def whole(template):
    return resolved(template)


@pytest.fixture(scope="module")
def seeds(template):
    """The seeds that one statement finds and no other of its number, each with its template: by the check's name."""
    alone = {}
    for mutation in mutations.OWN:
        subject = resolved(mutation.of(template)) if isinstance(mutation.by, int) else (None, [])
        finders = [one for one in STATEMENTS if finds(one, mutation, subject)]
        if len(finders) == 1:
            alone.setdefault(finders[0].check.__name__, []).append((mutation, subject))
    return alone


def finds(one, mutation, subject):
    return one.number == mutation.by and any(names(fault, mutation) for fault in faults(one, subject))


def registered(tree, file):
    """The statements of a file as the tree has them; none when it breaks."""
    before = STATEMENTS[:]
    del STATEMENTS[:]
    module = types.ModuleType("rows")
    module.__package__ = statements_package.__name__
    try:
        exec(compile(tree, file, "exec"), module.__dict__)
        return STATEMENTS[:]
    except Exception:
        return []
    finally:
        STATEMENTS[:] = before


def rows(tree):
    """(where, what, the lists that hold it, its place) of each literal's element and each part of "and" and "or"."""
    for part in tree.body:
        where = getattr(part, "name", None) or ast.unparse(getattr(part, "targets", []))
        # What a fault says is no row.
        said = {id(inner) for node in ast.walk(part) if isinstance(node, ast.Yield) for inner in ast.walk(node)}
        for node in ast.walk(part):
            if id(node) in said or isinstance(getattr(node, "ctx", None), ast.Store):
                continue
            match node:
                case ast.Tuple(elts=held) | ast.List(elts=held) | ast.Set(elts=held) | ast.BoolOp(values=held):
                    lists = [held]
                case ast.Dict(keys=keys, values=values):
                    lists = [keys, values]
                case _:
                    continue
            count = len(lists[0])
            for place in range(count if count > 1 else 0):
                yield where, ast.unparse(lists[0][place] or lists[1][place]), lists, place


def is_noticed(now, whole, seeds):
    """Whether statements find a fault where there is none, or no longer find a seed."""
    try:
        return any(
            next(faults(one, whole), None)
            or not all(finds(one, mutation, subject) for mutation, subject in seeds.get(one.check.__name__, []))
            for one in now
        )
    except Exception:
        # A check that breaks does not go unnoticed.
        return True


@pytest.mark.soak
@pytest.mark.parametrize("file", FILES, ids=lambda file: Path(file).stem)
def test_no_row_goes_unnoticed(file, whole, seeds):
    tree = ast.parse(Path(file).read_text(encoding="utf-8"))
    assert not is_noticed(registered(tree, file), whole, seeds), "the statements as they are find what they should"
    unnoticed = set()
    for where, what, lists, place in list(rows(tree)):
        taken = [one.pop(place) for one in lists]
        now = registered(tree, file)
        # What stands outside of the checks any of them may read.
        read = [one for one in now if one.check.__name__ == where] or now
        if now and not is_noticed(read, whole, seeds):
            unnoticed.add((Path(file).name, where, what))
        for one, value in zip(lists, taken, strict=True):
            one.insert(place, value)
    assert unnoticed == {row for row in SPARED if row[0] == Path(file).name}
