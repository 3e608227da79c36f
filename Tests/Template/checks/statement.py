# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What a statement about the template is, and what is said when it does not hold."""

from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Fault:
    resource: str
    problem: str
    remedy: str
    # The statement that does not hold, as docs/template-acceptance.md numbers it; or the tool that says so.
    source: str = ""
    variants: tuple = field(default=(), compare=False)

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
        return [Fault(*said, source=f"statement {self.number}") for said in self.check(subject)]


STATEMENTS = []


def statement(number, of_source=False):
    """A check of one statement. Its docstring says what must hold; it yields what does not."""

    def register(check):
        text = " ".join(check.__doc__.split())
        STATEMENTS.append(Statement(number, text, check, of_source))
        return check

    return register


def faults_of_stacks(stacks):
    """Every fault of every stack; one that several stacks have is said once, with the stacks' names."""
    found = {}
    for stack in stacks:
        for one in STATEMENTS:
            if not one.of_source:
                for fault in one.faults(stack):
                    found.setdefault(fault, []).append(stack.variant)
    everywhere = len(stacks)
    return [
        Fault(fault.resource, fault.problem, fault.remedy, fault.source, () if len(names) == everywhere else tuple(names))
        for fault, names in found.items()
    ]


def faults_of_source(template):
    return [fault for one in STATEMENTS if one.of_source for fault in one.faults(template)]
