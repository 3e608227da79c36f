# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Compares what the functions were seen to do with what their roles allow.

What was seen is a JSON file that the integration tests of the binaries write:

    {"AddContactInfo": ["dynamodb:PutItem"], "SendContactInfoEmail": ["dynamodb:GetItem", …, "ses:SendEmail"]}

Actions as IAM names them: "service:Operation". SES v2's SendEmail with raw content counts as ses:SendEmail and as
ses:SendRawEmail: https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html
"""

import json
import re
from pathlib import Path

from .policies import grants_for
from .source import TemplateError
from .statement import Fault

_ACTION = re.compile(r"^[a-z0-9-]+:[A-Za-z]+$")


def read_seen(path):
    """What was seen, from the file: function to set of actions."""
    try:
        seen = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TemplateError(f"{path}: can't be read: {error}; run the integration tests of the functions") from error
    if not isinstance(seen, dict) or not all(isinstance(actions, list) for actions in seen.values()):
        raise TemplateError(f"{path}: is no object of lists; write each function's actions")
    for function, actions in seen.items():
        for action in actions:
            if not _ACTION.match(str(action)):
                raise TemplateError(f"{path}: {function} has {action!r}; write actions as dynamodb:PutItem")
    return {function: set(actions) for function, actions in seen.items()}


def allowed(stack):
    """What the code of each function may do: its role's policy named Code. Platform is what Lambda does for it."""
    return {
        function.name: {
            action
            for one in grants_for(stack, function.get("Role").strip("${}").split(".")[0], "Code")
            if one.allows
            for action in one.actions
        }
        for function in stack.of_type("AWS::Lambda::Function")
    }


def least_privilege(seen, stack):
    """Where the two differ, in both directions, for each function that was seen."""
    may = allowed(stack)
    for function in sorted(seen):
        if function not in may:
            problem, remedy = "was seen and is not in the template", "declare it, or mend the name"
            yield Fault(function, problem, remedy, "least privilege")
            continue
        role = stack[function].get("Role").strip("${}").split(".")[0]
        for action in sorted(seen[function] - may[function]):
            yield Fault(role, f"does not allow {action}, which {function} does", "allow it", "least privilege")
        for action in sorted(may[function] - seen[function]):
            problem = f"allows {action}, which {function} was never seen to do"
            yield Fault(role, problem, "take it away, or test what needs it", "least privilege")
