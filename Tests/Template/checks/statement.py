# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What a statement about the template is, and what is said when it does not hold."""

from dataclasses import dataclass, field, replace


@dataclass(frozen=True, order=True)
class Fault:
    resource: str
    problem: str
    remedy: str
    # The statement that does not hold, as docs/template-acceptance.md numbers it; or the tool that says so.
    source: str = ""
    variants: tuple = field(default=(), compare=False)
    # The line of the check that says it.
    said_at: tuple = field(default=(), compare=False, repr=False)

    def __str__(self):
        where = f" ({', '.join(self.variants)})" if self.variants else ""
        return f"{self.resource}: {self.problem}; {self.remedy} [{self.source}]{where}"


@dataclass(frozen=True)
class Statement:
    number: int
    text: str
    check: callable
    # Whether it is about the template as written, not about a stack that comes of it.
    of_source: bool

    def faults(self, subject):
        """The faults of a stack, or of a template as written: (resource, problem, remedy) each."""
        saying = self.check(subject)
        file = self.check.__code__.co_filename
        return [
            Fault(*said, source=f"statement {self.number}", said_at=(file, saying.gi_frame.f_lineno)) for said in saying
        ]


STATEMENTS = []


def statement(number, of_source=False):
    """A check of one statement. Its docstring says what must hold; it yields what does not."""

    def register(check):
        text = " ".join(check.__doc__.split())
        STATEMENTS.append(Statement(number, text, check, of_source))
        return check

    return register


def faults_of_stacks(stacks, only=None):
    """Every fault of every stack; one that several stacks have is said once, with the stacks' names.

    - only: the number of the one statement to check, or None for all of them.
    """
    found = {}
    for stack in stacks:
        for one in STATEMENTS:
            if not one.of_source and only in (None, one.number):
                for fault in one.faults(stack):
                    found.setdefault(fault, []).append(stack.variant)
    everywhere = len(stacks)
    return [
        replace(fault, variants=() if len(names) == everywhere else tuple(names)) for fault, names in found.items()
    ]


def faults_of_source(template, only=None):
    """Every fault of a template as written."""
    there = [one for one in STATEMENTS if one.of_source and only in (None, one.number)]
    return [fault for one in there for fault in one.faults(template)]
