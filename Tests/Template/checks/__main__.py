# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The command behind scripts/check-template."""

import argparse
import sys
from pathlib import Path

from . import gates, statements  # noqa: F401  (registers the statements)
from .resolver import Resolver
from .source import TEMPLATE, TemplateError, beyond_ascii, load, renamed
from .statement import Fault, STATEMENTS, faults_of_source, faults_of_stacks
from .variants import VARIANTS


def stacks_of(template):
    """The stack that each variant makes of a template."""
    return [Resolver(template, variant.parameters, variant.pseudo).stack(variant.name) for variant in VARIANTS]


def own_faults(template, only=None):
    """The faults that our own statements find, or one of them; what can't be resolved is one as well."""
    try:
        return faults_of_source(template, only) + faults_of_stacks(stacks_of(template), only)
    except TemplateError as error:
        return [fault_of(error)]


def faults_of_text(text):
    """A fault for each line that is not ASCII."""
    return [
        Fault(f"line {line}", f"has {character}, which CloudFormation gives back as ?", "write ASCII; JSON has \\u", "statement 2")
        for line, character in beyond_ascii(text)
    ]


def fault_of(error):
    """The fault that kept a template from being resolved."""
    resource, _, problem = str(error).rpartition(": ")
    problem, _, remedy = problem.partition("; ")
    return Fault(resource or "template", problem, remedy, "resolver")


def main():
    parser = argparse.ArgumentParser(
        prog="scripts/check-template",
        description="Checks the CloudFormation template: a line for each fault, and exit code 1 when there is one.",
    )
    parser.add_argument("file", nargs="?", type=Path, default=TEMPLATE, help="the template; ours by default")
    parser.add_argument("--own", action="store_true", help="our own statements alone, within a second")
    parser.add_argument(
        "--rename", action="store_true", help="name the API's deployments by the hash of what they picture, and end"
    )
    arguments = parser.parse_args()
    try:
        text = arguments.file.read_text(encoding="utf-8")
    except OSError as error:
        sys.exit(f"{arguments.file}: can't be read: {error.strerror}; name a template")
    try:
        if arguments.rename:
            arguments.file.write_text(renamed(text), encoding="utf-8")
            return
        template = load(text)
    except TemplateError as error:
        sys.exit(f"{arguments.file}: {error}")

    faults = faults_of_text(text) + own_faults(template)
    said = [f"{len(STATEMENTS)} statements over {len(VARIANTS)} variants"]
    if not arguments.own:
        faults += gates.cfn_lint(arguments.file)
        said.append("cfn-lint")
        # The others read what was resolved; without that they have nothing to read.
        if not any(fault.source == "resolver" for fault in faults):
            stacks = stacks_of(template)
            for gate in (gates.parliament, gates.cloudsplaining, gates.checkov):
                faults += gate(stacks)
                said.append(gate.__name__)
    for fault in faults:
        print(f"{arguments.file.name}: {fault}")
    if faults:
        sys.exit(1)
    print(f"{arguments.file.name}: no fault; {', '.join(said)}")


if __name__ == "__main__":
    main()
