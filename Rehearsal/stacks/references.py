# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""References between resources: which there are, and what they stand for once resources are made."""

import re
from collections.abc import Callable

_REFERENCE = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.([A-Za-z0-9.]+))?\}")


def references(value, names) -> set[tuple[str, str | None]]:
    """(resource, attribute) of every reference in the value; the attribute is None where its id is meant."""
    if isinstance(value, dict):
        return set().union(*(references(one, names) for one in value.values()), set())
    if isinstance(value, list):
        return set().union(*(references(one, names) for one in value), set())
    if not isinstance(value, str):
        return set()
    return {(found[1], found[2]) for found in _REFERENCE.finditer(value) if found[1] in names}


def filled(value, names, known: Callable[[str, str | None], str]):
    """The value with `known(resource, attribute)` in the place of every reference."""
    if isinstance(value, dict):
        return {key: filled(one, names, known) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, names, known) for one in value]
    if not isinstance(value, str):
        return value
    return _REFERENCE.sub(lambda found: known(found[1], found[2]) if found[1] in names else found[0], value)


def in_order(resources) -> list[list[str]]:
    """The names of resources in waves: each needs only what earlier waves made."""
    needs = {
        name: ({to for to, _ in references([one.properties, one.attributes.get("Metadata", {})], resources)}
               | {to for to in one.depends_on if to in resources}) - {name}
        for name, one in resources.items()
    }
    waves, made = [], set()
    while len(made) < len(needs):
        wave = [name for name in needs if name not in made and needs[name] <= made]
        if not wave:
            circle = ", ".join(sorted(needs.keys() - made))
            raise ValueError(f"Circular dependency between resources: [{circle}]")
        waves.append(wave)
        made.update(wave)
    return waves
