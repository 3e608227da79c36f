# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Lambda's filter patterns, with every operator that it documents.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
"""

import json
import operator

_COMPARISONS = {"=": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_ABSENT = object()


class Filter:
    """Any of the patterns is enough; without patterns everything passes."""

    def __init__(self, criteria: dict | None):
        self._patterns = [json.loads(one["Pattern"]) for one in (criteria or {}).get("Filters", [])]

    def passes(self, record: dict) -> bool:
        return not self._patterns or any(_matches(pattern, record) for pattern in self._patterns)


def _matches(pattern: dict, value) -> bool:
    for key, wanted in pattern.items():
        if key == "$or" and isinstance(wanted, list):
            if not any(_matches(one, value) for one in wanted):
                return False
            continue
        found = value.get(key, _ABSENT) if isinstance(value, dict) else _ABSENT
        if isinstance(wanted, dict):
            if not _matches(wanted, found):
                return False
        elif not any(_fits(one, each) for one in wanted for each in (found if isinstance(found, list) else [found])):
            return False
    return True


def _fits(wanted, found) -> bool:
    if not isinstance(wanted, dict):
        # Text is compared as text: "1" is not 1, and true is not 1 either.
        return found is not _ABSENT and type(found) is type(wanted) and found == wanted or (
            _is_number(wanted) and _is_number(found) and wanted == found
        )
    (name, argument), = wanted.items()
    if name == "exists":
        return (found is not _ABSENT) is argument
    if found is _ABSENT:
        return False
    match name:
        case "prefix":
            return isinstance(found, str) and found.startswith(argument)
        case "suffix":
            return isinstance(found, str) and found.endswith(argument)
        case "equals-ignore-case":
            return isinstance(found, str) and found.casefold() == argument.casefold()
        case "anything-but":
            unwanted = argument if isinstance(argument, list) else [argument]
            return not any(_fits(one, found) for one in unwanted)
        case "numeric":
            pairs = zip(argument[::2], argument[1::2], strict=True)
            return _is_number(found) and all(_COMPARISONS[sign](found, number) for sign, number in pairs)
    raise ValueError(f"{name} is no operator of Lambda's filters; see its list of them")


def _is_number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
