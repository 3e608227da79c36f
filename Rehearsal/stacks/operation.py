# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Makes a stack what its template says, resource by resource, and back again when one fails.

Resources that wait for nothing begin together, as CloudFormation has it; when one of them fails, the others that had begun
are cancelled, so that the last event is not the cause.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from ..account import Account, now
from .references import in_order
from .stack import Member, Stack
from .workshop import Workshop, reason_of


@dataclass
class Task:
    """One resource's part of an operation."""

    doing: str  # CREATE or UPDATE
    member: Member
    work: Callable[[], Member]
    note: str = ""


class Operation:
    """One creation, update or deletion of a stack, from its first event to its last."""

    def __init__(self, account: Account, stack: Stack):
        self._account = account
        self._stack = stack
        self._shop = Workshop(account, stack)

    # -- Creating

    def create(self, resolved, rolls_back: bool = True):
        self._stack.turn("CREATE_IN_PROGRESS", "User Initiated")
        failed = []
        for wave in in_order(resolved.resources):
            failed = self._wave([self._creation(resolved.resources[name]) for name in wave])
            if failed:
                break
        if not failed:
            self._publish(resolved)
            return self._stack.turn("CREATE_COMPLETE")
        reason = f"The following resource(s) failed to create: [{', '.join(failed)}]. "
        if not rolls_back:
            return self._stack.turn("CREATE_FAILED", reason)
        self._stack.turn("ROLLBACK_IN_PROGRESS", reason + "Rollback requested by user.")
        kept = self._remove([*self._stack.members.values()], creating=True)
        if kept:
            names = ", ".join(one.logical_id for one in kept)
            return self._stack.turn("ROLLBACK_FAILED", f"The following resource(s) failed to delete: [{names}]. ")
        self._stack.turn("ROLLBACK_COMPLETE")

    def _creation(self, declared) -> Task:
        def work():
            member = self._stack.members[declared.name] = self._shop.make(declared)
            return member

        return Task("CREATE", Member(declared.name, declared.type, "", declared, ""), work)

    # -- Updating

    def update(self, resolved, settle: Callable[[], None]):
        """`settle` makes the new template and parameters the stack's own, once all resources are as they say."""
        stack = self._stack
        stack.turn("UPDATE_IN_PROGRESS", "User Initiated")
        undo: list[Callable[[], None]] = []
        outdated: list[Member] = []
        failed = []
        for wave in in_order(resolved.resources):
            tasks = []
            for name in wave:
                task = self._updating(resolved.resources[name], undo, outdated)
                if task:
                    tasks.append(task)
            failed = self._wave(tasks)
            if failed:
                break
        if failed:
            return self._roll_update_back(failed, undo)
        removed = [one for name, one in stack.members.items() if name not in resolved.resources]
        settle()
        self._publish(resolved)
        stack.updated = now()
        stack.turn("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        self._remove(outdated, replaced=True)
        self._remove(removed)
        stack.turn("UPDATE_COMPLETE")

    def _updating(self, declared, undo: list, outdated: list) -> Task | None:
        stack, shop = self._stack, self._shop
        member = stack.members.get(declared.name)
        if member is None:
            task = self._creation(declared)
            undo.append(lambda: self._remove([one for one in [stack.members.get(declared.name)] if one], creating=True))
            return task
        properties = shop.resolved(declared.properties)
        record = shop.record(member)
        if record.properties == properties and member.type == declared.type:
            member.declared = declared
            return None
        if shop.needs_another(member, declared, properties):
            def replace():
                new = stack.members[declared.name] = shop.make(declared)
                outdated.append(member)

                def back():
                    stack.members[declared.name] = member
                    self._remove([new], creating=True)

                undo.append(back)
                return new

            note = "Requested update requires the creation of a new physical resource; hence creating one."
            return Task("UPDATE", member, replace, note)
        old, was = record.properties, member.declared

        def change():
            shop.change(member, properties)
            member.declared = declared

            def back():
                self._tell(member, "UPDATE_IN_PROGRESS")
                shop.change(member, old)
                member.declared = was
                self._tell(member, "UPDATE_COMPLETE")

            undo.append(back)
            return member

        return Task("UPDATE", member, change)

    def _roll_update_back(self, failed: list[str], undo: list):
        stack = self._stack
        stack.turn("UPDATE_ROLLBACK_IN_PROGRESS", f"The following resource(s) failed to update: [{', '.join(failed)}]. ")
        for back in reversed(undo):
            try:
                back()
            except Exception as error:
                return stack.turn("UPDATE_ROLLBACK_FAILED", reason_of(error))
        stack.turn("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        stack.turn("UPDATE_ROLLBACK_COMPLETE")

    # -- Deleting

    def delete(self, retained: list[str]):
        stack = self._stack
        stack.turn("DELETE_IN_PROGRESS", "User Initiated")
        if kept := self._remove([*stack.members.values()], retained=retained):
            names = ", ".join(one.logical_id for one in kept)
            return stack.turn("DELETE_FAILED", f"The following resource(s) failed to delete: [{names}]. ")
        stack.deleted = now()
        stack.turn("DELETE_COMPLETE")

    def _remove(self, members: list[Member], creating=False, replaced=False, retained=()) -> list[Member]:
        """Deletes in the reverse order, or leaves what its policy says; gives those that could not be deleted."""
        ranks = self._ranks()
        kept = []
        for member in sorted(members, key=lambda one: -ranks.get(one.logical_id, 0)):
            policy = member.declared.attributes.get("UpdateReplacePolicy" if replaced else "DeletionPolicy", "Delete")
            if policy == "RetainExceptOnCreate" and creating:
                policy = "Delete"
            if policy != "Delete" or member.logical_id in retained:
                self._tell(member, "DELETE_SKIPPED")
                # The record stays: what the stack no longer owns still works.
            elif not self._deleted(member):
                kept.append(member)
                continue
            if self._stack.members.get(member.logical_id) is member:
                del self._stack.members[member.logical_id]
        return kept

    def _deleted(self, member: Member) -> bool:
        self._tell(member, "DELETE_IN_PROGRESS")
        self._pace()
        try:
            self._shop.unmake(member)
        except Exception as error:
            self._tell(member, "DELETE_FAILED", reason_of(error))
            return False
        self._tell(member, "DELETE_COMPLETE")
        return True

    def _ranks(self) -> dict[str, int]:
        declared = {name: one.declared for name, one in self._stack.members.items()}
        return {name: rank for rank, wave in enumerate(in_order(declared)) for name in wave}

    # -- Together

    def _wave(self, tasks: list[Task]) -> list[str]:
        """Begins all and does one after the other; the names of those that failed or were cancelled."""
        for task in tasks:
            self._tell(task.member, f"{task.doing}_IN_PROGRESS", task.note)
        for place, task in enumerate(tasks):
            self._pace()
            try:
                member = task.work()
            except Exception as error:
                self._tell(task.member, f"{task.doing}_FAILED", reason_of(error))
                cancelled = tasks[place + 1:]
                for other in cancelled:
                    self._tell(
                        other.member, f"{other.doing}_FAILED",
                        f"Resource {'creation' if other.doing == 'CREATE' else 'update'} cancelled",
                    )
                return [task.member.logical_id, *(other.member.logical_id for other in cancelled)]
            if task.doing == "CREATE":
                self._tell(member, "CREATE_IN_PROGRESS", "Resource creation Initiated")
            self._tell(member, f"{task.doing}_COMPLETE")
        return []

    def _tell(self, member: Member, status: str, reason: str = ""):
        member.status, member.reason, member.at = status, reason, now()
        self._stack.tell(member.logical_id, member.type, member.physical_id, status, reason)

    def _pace(self):
        if self._account.pace:
            time.sleep(self._account.pace)

    def _publish(self, resolved):
        declared = resolved.template.get("Outputs", {})
        # AWS's addresses on loopback: an output is there to be opened.
        values = self._account.addresses.local(self._shop.resolved(resolved.outputs))
        self._stack.outputs = {name: (str(one), declared[name].get("Description", "")) for name, one in values.items()}
