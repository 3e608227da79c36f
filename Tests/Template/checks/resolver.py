# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Resolves a template for one choice of parameters, as CloudFormation would, as far as can be known beforehand.

What only AWS knows stays readable: the ARN of the table is "${Table.Arn}", its name "${Table}".
"""

import re
from dataclasses import dataclass, field

from .source import TemplateError

_NOTHING = object()


@dataclass(frozen=True)
class Resource:
    name: str
    type: str
    properties: dict
    # DependsOn, DeletionPolicy and the like.
    attributes: dict

    def get(self, path, default=None):
        """The property at a path like "Integration.Type", or the default."""
        value = self.properties
        for key in path.split("."):
            if isinstance(value, list) and key.isdigit() and int(key) < len(value):
                value = value[int(key)]
            elif isinstance(value, dict) and key in value:
                value = value[key]
            else:
                return default
        return value

    @property
    def depends_on(self):
        names = self.attributes.get("DependsOn", [])
        return [names] if isinstance(names, str) else names


@dataclass(frozen=True)
class Stack:
    """A template with one choice of parameters: only what is made, nothing left to decide."""

    variant: str
    parameters: dict
    pseudo: dict
    conditions: dict
    resources: dict
    outputs: dict
    template: dict = field(repr=False)

    def of_type(self, *types):
        return [resource for resource in self.resources.values() if resource.type in types]

    def __getitem__(self, name):
        return self.resources[name]

    def __contains__(self, name):
        return name in self.resources

    def get(self, name):
        return self.resources.get(name)


class Resolver:
    def __init__(self, template, parameters, pseudo):
        self.template = template
        self.pseudo = pseudo
        self.parameters = {}
        for name, declared in template.get("Parameters", {}).items():
            value = parameters.get(name, declared.get("Default", _NOTHING))
            if value is _NOTHING:
                raise TemplateError(f"parameter {name} has neither a value nor a default; give it one")
            self.parameters[name] = self._typed(declared["Type"], value)
        if unknown := parameters.keys() - self.parameters.keys():
            raise TemplateError(f"no parameter is named {', '.join(sorted(unknown))}; declare it or leave it out")
        self.conditions = {}
        for name in template.get("Conditions", {}):
            self._condition(name, ())
        self.made = {
            name
            for name, resource in template["Resources"].items()
            if "Condition" not in resource or self._condition(resource["Condition"], ())
        }
        for name, resource in template["Resources"].items():
            self._look_up_all(name, resource)

    @staticmethod
    def _typed(kind, value):
        if kind == "Number":
            return int(value)
        if kind == "CommaDelimitedList":
            return str(value).split(",")
        return str(value)

    def stack(self, variant):
        resources = {}
        for name in self.template["Resources"]:
            if name not in self.made:
                continue
            declared = self.template["Resources"][name]
            try:
                properties = self.resolve(declared.get("Properties", {}))
                attributes = {
                    key: self.resolve(value) if key == "Metadata" else value
                    for key, value in declared.items()
                    if key not in ("Type", "Properties", "Condition")
                }
            except TemplateError as error:
                raise TemplateError(f"{name}: {error}") from error
            resources[name] = Resource(name, declared.get("Type", ""), properties, attributes)
        outputs = {}
        for name, declared in self.template.get("Outputs", {}).items():
            if "Condition" not in declared or self._condition(declared["Condition"], ()):
                try:
                    outputs[name] = self.resolve(declared["Value"])
                except TemplateError as error:
                    raise TemplateError(f"output {name}: {error}") from error
        return Stack(
            variant, self.parameters, self.pseudo, self.conditions, resources, outputs, self.template
        )

    # Conditions

    def _condition(self, name, path):
        if name not in self.conditions:
            if name in path:
                raise TemplateError(f"condition {name} depends on itself; take it out of {path[-1]}")
            if name not in self.template.get("Conditions", {}):
                raise TemplateError(f"no condition is named {name}; declare it")
            self.conditions[name] = self._holds(self.template["Conditions"][name], (*path, name))
        return self.conditions[name]

    def _holds(self, test, path):
        (function, value), = test.items()
        match function:
            case "Condition":
                return self._condition(value, path)
            case "Fn::Equals":
                left, right = (self.resolve(side) for side in value)
                return str(left) == str(right)
            case "Fn::Not":
                return not self._holds(value[0], path)
            case "Fn::And":
                return all(self._holds(one, path) for one in value)
            case "Fn::Or":
                return any(self._holds(one, path) for one in value)
        raise TemplateError(f"{function} is no condition; use Fn::Equals, Fn::Not, Fn::And or Fn::Or")

    # Values

    def _look_up_all(self, name, value):
        """CloudFormation looks up what it will not need too, and fails for a key that is not there:
        https://github.com/aws-cloudformation/aws-cloudformation-templates/issues/271
        """
        if isinstance(value, list):
            for one in value:
                self._look_up_all(name, one)
        elif isinstance(value, dict):
            for key, one in value.items():
                if key == "Fn::FindInMap":
                    try:
                        self._call(key, one)
                    except TemplateError as error:
                        raise TemplateError(f"{name}: {error}") from error
                else:
                    self._look_up_all(name, one)

    def resolve(self, value):
        """The value with every function resolved; what AWS::NoValue stands for is left out."""
        resolved = self._resolve(value)
        if resolved is _NOTHING:
            raise TemplateError("AWS::NoValue stands where a value is needed; give one")
        return resolved

    def _resolve(self, value):
        if isinstance(value, list):
            return [one for one in (self._resolve(one) for one in value) if one is not _NOTHING]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (function, argument), = value.items()
            if function == "Ref":
                return self._ref(argument)
            if isinstance(function, str) and function.startswith("Fn::"):
                return self._call(function, argument)
        resolved = ((key, self._resolve(one)) for key, one in value.items())
        return {key: one for key, one in resolved if one is not _NOTHING}

    def _ref(self, name):
        if name == "AWS::NoValue":
            return _NOTHING
        if name in self.pseudo:
            return self.pseudo[name]
        if name in self.parameters:
            return self.parameters[name]
        self._must_be_made(name)
        return f"${{{name}}}"

    def _must_be_made(self, name):
        if name not in self.template["Resources"]:
            raise TemplateError(f"{name} is neither a parameter nor a resource; declare it, or mend the name")
        if name not in self.made:
            condition = self.template["Resources"][name]["Condition"]
            raise TemplateError(f"{name} is made under {condition} only; refer to it under Fn::If with that condition")

    def _call(self, function, argument):
        match function:
            case "Fn::If":
                condition, yes, no = argument
                return self._resolve(yes if self._condition(condition, ()) else no)
            case "Fn::GetAtt":
                name, attribute = argument if isinstance(argument, list) else argument.split(".", 1)
                self._must_be_made(name)
                return f"${{{name}.{attribute}}}"
            case "Fn::Sub":
                return self._substitute(argument)
            case "Fn::Join":
                glue, parts = argument
                return glue.join(str(part) for part in self.resolve(parts))
            case "Fn::Split":
                glue, text = argument
                return str(self.resolve(text)).split(glue)
            case "Fn::Select":
                index, parts = argument
                parts = self.resolve(parts)
                if int(index) >= len(parts):
                    raise TemplateError(f"Fn::Select asks for part {index} of {len(parts)}; check what is split")
                return parts[int(index)]
            case "Fn::FindInMap":
                found = self.template.get("Mappings", {})
                for key in argument:
                    key = self.resolve(key)
                    if key not in found:
                        raise TemplateError(f"no mapping has {key}; add it")
                    found = found[key]
                return found
        raise TemplateError(f"{function} is not known here; teach the resolver, or do without")

    def _substitute(self, argument):
        text, values = argument if isinstance(argument, list) else (argument, {})
        values = {name: self.resolve(value) for name, value in values.items()}

        def replaced(match):
            name = match[1]
            if name.startswith("!"):
                return f"${{{name[1:]}}}"
            if name in values:
                return str(values[name])
            if "." in name:
                return self._call("Fn::GetAtt", name.split(".", 1))
            value = self._ref(name)
            if isinstance(value, list) or value is _NOTHING:
                raise TemplateError(f"Fn::Sub can't put {name} into a text; join it first")
            return str(value)

        return re.sub(r"\$\{([^}]+)\}", replaced, text)
