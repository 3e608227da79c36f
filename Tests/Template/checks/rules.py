# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""A template's Rules: what CloudFormation refuses before it begins."""


class Rules:
    """CloudFormation's Rules, decided as it documents their functions."""

    def __init__(self, template, region, parameters):
        self.rules = template["Rules"]
        self.values = {"AWS::Region": region}
        for name, declared in template["Parameters"].items():
            value = str(parameters.get(name, declared.get("Default")))
            self.values[name] = value.split(",") if declared["Type"] == "CommaDelimitedList" else value

    def refusals(self):
        return [
            (name, assertion["AssertDescription"])
            for name, rule in self.rules.items()
            if "RuleCondition" not in rule or self.holds(rule["RuleCondition"])
            for assertion in rule["Assertions"]
            if not self.holds(assertion["Assert"])
        ]

    def holds(self, test):
        (function, value), = test.items()
        match function:
            case "Fn::Equals":
                return self.value(value[0]) == self.value(value[1])
            case "Fn::Not":
                return not self.holds(value[0])
            case "Fn::And":
                return all(self.holds(one) for one in value)
            case "Fn::Or":
                return any(self.holds(one) for one in value)
            case "Fn::Contains":
                return self.value(value[1]) in value[0]
            case "Fn::EachMemberEquals":
                return all(one == value[1] for one in self.value(value[0]))
        raise AssertionError(f"{function} is no function of rules")

    def value(self, value):
        return self.values[value["Ref"]] if isinstance(value, dict) else str(value)
