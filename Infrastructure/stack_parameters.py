#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""aws cloudformation describe-stacks … | Infrastructure/stack_parameters.py KEY=VALUE…

Reads a stack's parameters and writes them as CodePipeline takes them, with some changed: an update by CodePipeline gives every
parameter, or it falls back to its default. A KEY that the stack does not have is left out: its zip is not deployed yet.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/continuous-delivery-codepipeline-cfn-artifacts.html
"""

import json
import sys


def main():
    try:
        parameters = {one["ParameterKey"]: one["ParameterValue"] for one in json.load(sys.stdin)}
    except (ValueError, TypeError, KeyError):
        sys.exit("stack_parameters: standard input is no list of parameters; pipe in describe-stacks")
    if hidden := [name for name, value in parameters.items() if value == "****"]:
        sys.exit(f"stack_parameters: {hidden[0]} is hidden and would be lost; take secrets from Secrets Manager")
    for pair in sys.argv[1:]:
        name, equals, value = pair.partition("=")
        if not equals:
            sys.exit(f"stack_parameters: {pair!r} is no pair; write KEY=VALUE")
        # "none" is a function that is switched off, and stays so.
        if parameters.get(name, "none") != "none":
            parameters[name] = value
    json.dump({"Parameters": parameters}, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
