# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Reads a template: CloudFormation's YAML, with its short functions written out as CloudFormation's JSON has them."""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[3]
TEMPLATE = ROOT / "Infrastructure" / "template.yaml"


class TemplateError(Exception):
    """The template can't be read or resolved. Names the place, and what to do about it."""


class _Loader(yaml.CSafeLoader):
    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                line = key.start_mark.line + 1
                raise TemplateError(f"line {line}: {key.value} is there twice; the first would be lost, remove one")
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _long_form(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix in ("Ref", "Condition"):
        return {suffix: value}
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _long_form)
# As CloudFormation reads it: a date is text, and so is ON.
for character, resolvers in list(_Loader.yaml_implicit_resolvers.items()):
    _Loader.yaml_implicit_resolvers[character] = [
        (tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"
    ]


def beyond_ascii(text):
    """(line, character) of the first character of each line that CloudFormation would give back as "?".

    https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/814
    """
    for number, line in enumerate(text.splitlines(), 1):
        if found := re.search(r"[^\x00-\x7f]", line):
            yield number, found[0]


def _refuse_aliases(text):
    # CloudFormation refuses them, and cfn-lint before 1.58 does not say so.
    for event in yaml.parse(text, yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise TemplateError(f"line {event.start_mark.line + 1}: *{event.anchor} is a YAML alias; write it out")


def load(text):
    """The template as nested dictionaries, in the long form of every function."""
    try:
        _refuse_aliases(text)
        template = yaml.load(text, _Loader)  # a SafeLoader
    except yaml.YAMLError as error:
        raise TemplateError(f"not YAML: {error}") from error
    if not isinstance(template, dict) or "Resources" not in template:
        raise TemplateError("has no Resources; is it a template?")
    return template


# Everything that a deployment of the API is a picture of.
_PICTURED = re.compile(
    r"AWS::ApiGateway::(RestApi|Resource|Method|Authorizer|GatewayResponse|Model|RequestValidator|DocumentationPart)$"
)
DEPLOYMENT = re.compile(r"^(\w*Deployment)([0-9a-f]{8})$")


def api_hash(template):
    """Eight digits that change with any resource that a deployment pictures."""
    pictured = {
        name: resource
        for name, resource in template["Resources"].items()
        if _PICTURED.search(resource.get("Type", ""))
    }
    return hashlib.sha256(json.dumps(pictured, sort_keys=True).encode()).hexdigest()[:8]


def renamed(text):
    """The text with every deployment named by today's hash, wherever it is named."""
    template = load(text)
    now = api_hash(template)
    for name in template["Resources"]:
        if match := DEPLOYMENT.match(name):
            text = re.sub(rf"\b{name}\b", match[1] + now, text)
    return text
