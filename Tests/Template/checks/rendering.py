# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Writes a stack back as a template: no parameters, conditions or choices, references between resources as functions.

Other people's checkers read it: checkov leaves out what stands under a condition, and can't look through Fn::If.
"""

import re

_WHOLE = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.([A-Za-z0-9.]+))?\}")


def rendered(stack):
    """The stack as a template that makes exactly it."""
    template = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {}, "Outputs": {}}
    for resource in stack.resources.values():
        template["Resources"][resource.name] = {
            "Type": resource.type,
            **{key: value for key, value in resource.attributes.items() if key != "Metadata"},
            "Properties": _referring(resource.properties, stack),
        }
    for name, value in stack.outputs.items():
        template["Outputs"][name] = {"Value": _referring(value, stack)}
    return template


def _referring(value, stack):
    if isinstance(value, list):
        return [_referring(one, stack) for one in value]
    if isinstance(value, dict):
        return {key: _referring(one, stack) for key, one in value.items()}
    if not isinstance(value, str):
        return value
    if (match := _WHOLE.fullmatch(value)) and match[1] in stack:
        return {"Fn::GetAtt": [match[1], match[2]]} if match[2] else {"Ref": match[1]}
    if any(match[1] in stack for match in _WHOLE.finditer(value)):
        return {"Fn::Sub": value}
    return value
