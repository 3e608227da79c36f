# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What an update would do to each resource, in the words of a change set."""

from dataclasses import dataclass, field

from .references import references
from .replacement import ALWAYS_NEW, CONDITIONALLY, recreation


@dataclass
class Change:
    action: str  # Add, Modify or Remove
    logical_id: str
    type: str
    physical_id: str | None = None
    # True, False or Conditional; "" unless Modify.
    replacement: str = ""
    scope: list[str] = field(default_factory=list)
    details: list[dict] = field(default_factory=list)
    policy_action: str = ""

    @property
    def described(self) -> dict:
        change = {"Action": self.action, "LogicalResourceId": self.logical_id, "ResourceType": self.type,
                  "Scope": self.scope, "Details": self.details}
        optional = {"PhysicalResourceId": self.physical_id, "Replacement": self.replacement, "PolicyAction": self.policy_action}
        return {"Type": "Resource", "ResourceChange": change | {key: value for key, value in optional.items() if value}}


def changes(old, new, physical_ids: dict[str, str]) -> list[Change]:
    """From the old resources to the new ones; both resolved, with references as ${Name.Attribute}."""
    found: dict[str, Change] = {}
    for name, one in new.items():
        if name not in old:
            found[name] = Change("Add", name, one.type)
        elif old[name].type != one.type:
            found[name] = Change("Modify", name, one.type, physical_ids.get(name), "True", ["Properties"])
        elif change := _modified(old[name], one, physical_ids.get(name)):
            found[name] = change
    for name, one in old.items():
        if name not in new:
            policy = one.attributes.get("DeletionPolicy", "Delete")
            found[name] = Change("Remove", name, one.type, physical_ids.get(name),
                                 policy_action="Delete" if policy == "Delete" else "Retain")
    _follow(found, new, physical_ids)
    for change in found.values():
        if change.replacement == "True":
            policy = new[change.logical_id].attributes.get("UpdateReplacePolicy", "Delete")
            change.policy_action = "ReplaceAndRetain" if policy == "Retain" else "ReplaceAndDelete"
    return [found[name] for name in sorted(found)]


def _detail(attribute: str, name: str | None, again: str, source: str, evaluation="Static", entity=None) -> dict:
    target = {"Attribute": attribute, "RequiresRecreation": again} | ({"Name": name} if name else {})
    detail = {"Target": target, "Evaluation": evaluation, "ChangeSource": source}
    return detail | ({"CausingEntity": entity} if entity else {})


def _modified(old, new, physical_id) -> Change | None:
    change = Change("Modify", new.name, new.type, physical_id, "False")
    for name in sorted(old.properties.keys() | new.properties.keys()):
        if old.properties.get(name) != new.properties.get(name):
            again = recreation(new.type, name, old.properties, new.properties)
            change.details.append(_detail("Properties", name, again, "DirectModification"))
            if "Properties" not in change.scope:
                change.scope.append("Properties")
            if again == ALWAYS_NEW:
                change.replacement = "True"
            elif again == CONDITIONALLY and change.replacement != "True":
                change.replacement = "Conditional"
    for attribute in ("Metadata", "DeletionPolicy", "UpdateReplacePolicy"):
        if old.attributes.get(attribute) != new.attributes.get(attribute):
            change.scope.append(attribute)
            change.details.append(_detail(attribute, None, "Never", "DirectModification"))
    return change if change.details else None


def _follow(found: dict[str, Change], new, physical_ids):
    """What refers to a resource that is made anew gets another id, and what reads an attribute of one that is changed may
    get another value: CloudFormation knows only then, and says so of each.
    """
    waiting = [name for name, one in found.items() if one.action == "Modify"]
    while waiting:
        cause = found[waiting.pop()]
        for name, one in new.items():
            if name == cause.logical_id or name not in physical_ids or found.get(name, cause).action != "Modify":
                continue
            for property, value in one.properties.items():
                for to, attribute in sorted(references(value, {cause.logical_id}), key=str):
                    if attribute is None and cause.replacement == "False":
                        continue
                    again = recreation(one.type, property, one.properties, one.properties)
                    again = CONDITIONALLY if again == ALWAYS_NEW else again
                    detail = _detail(
                        "Properties", property, again, "ResourceAttribute" if attribute else "ResourceReference", "Dynamic",
                        f"{to}.{attribute}" if attribute else to,
                    )
                    change = found.setdefault(
                        name, Change("Modify", name, one.type, physical_ids[name], "False", ["Properties"])
                    )
                    if detail in change.details:
                        continue
                    change.details.append(detail)
                    if again == CONDITIONALLY and change.replacement == "False":
                        change.replacement = "Conditional"
                    waiting.append(name)
