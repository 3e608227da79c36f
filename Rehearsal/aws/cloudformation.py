# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""CloudFormation's operations."""

import re
import threading
import uuid
from urllib.parse import unquote, urlsplit

from botocore.exceptions import ClientError

from ..account import Account
from ..stacks import template as templates
from ..stacks.changes import changes
from ..stacks.operation import Operation
from ..stacks.stack import ChangeSet, Stack
from ..stacks.template import refused
from .descriptions import described, events_page, lossy, pairs, resource
from .protocol import AWSError

NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."


class CloudFormation:
    def __init__(self, account: Account):
        self._account = account
        self._lock = threading.RLock()
        self._stacks: list[Stack] = []
        self._threads: list[threading.Thread] = []

    @property
    def operations(self) -> dict:
        names = [
            "ValidateTemplate", "GetTemplateSummary", "CreateChangeSet", "DescribeChangeSet", "ListChangeSets",
            "DeleteChangeSet", "ExecuteChangeSet", "CreateStack", "UpdateStack", "DeleteStack", "DescribeStacks", "ListStacks",
            "DescribeStackEvents", "DescribeStackResources", "DescribeStackResource", "ListStackResources", "GetTemplate",
            "ContinueUpdateRollback", "UpdateTerminationProtection",
        ]
        return {("cloudformation", name): getattr(self, re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()) for name in names}

    # -- Templates

    def validate_template(self, asked: dict) -> dict:
        template = templates.read(self._text(asked))
        needed, reason = templates.capabilities(template)
        declared = [
            {"ParameterKey": name, "NoEcho": bool(one.get("NoEcho")), "Description": one.get("Description", "")}
            | ({"DefaultValue": str(one["Default"])} if "Default" in one else {})
            for name, one in template.get("Parameters", {}).items()
        ]
        return {
            "Parameters": declared, "Description": template.get("Description", ""), "Capabilities": needed,
            "CapabilitiesReason": reason,
        }

    def get_template_summary(self, asked: dict) -> dict:
        text = self._text(asked) if {"TemplateBody", "TemplateURL"} & asked.keys() else self._stack(asked["StackName"]).text
        template = templates.read(text)
        needed, reason = templates.capabilities(template)
        return {
            "Description": template.get("Description", ""), "Capabilities": needed, "CapabilitiesReason": reason,
            "ResourceTypes": sorted({one["Type"] for one in template["Resources"].values()}),
            "Parameters": [
                {"ParameterKey": name, "ParameterType": one["Type"], "NoEcho": bool(one.get("NoEcho")),
                 "Description": one.get("Description", "")}
                | ({"DefaultValue": str(one["Default"])} if "Default" in one else {})
                for name, one in template.get("Parameters", {}).items()
            ],
        }

    def get_template(self, asked: dict) -> dict:
        return {"TemplateBody": lossy(self._stack(asked["StackName"]).text), "StagesAvailable": ["Original", "Processed"]}

    def _text(self, asked: dict, stack: Stack | None = None) -> str:
        if body := asked.get("TemplateBody"):
            if len(body.encode()) > 51_200:
                raise refused(
                    "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: "
                    "Member must have length less than or equal to 51200"
                )
            return body
        if address := asked.get("TemplateURL"):
            return self._fetched(address)
        if asked.get("UsePreviousTemplate") and stack:
            return stack.text
        raise refused("Either Template URL or Template Body must be specified.")

    def _fetched(self, address: str) -> str:
        parts = urlsplit(address)
        host = re.match(r"([a-z0-9.-]+)\.s3[.-]", parts.netloc)
        path = unquote(parts.path.lstrip("/"))
        bucket, key = (host[1], path) if host else path.split("/", 1)
        try:
            text = self._account.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
        except (ClientError, ValueError):
            raise refused("S3 error: Access Denied") from None
        if len(text) > 1_000_000:
            raise refused("Template may not exceed 1000000 bytes in size.")
        return text.decode()

    # -- Change sets

    def create_change_set(self, asked: dict) -> dict:
        name, kind = asked["StackName"], asked.get("ChangeSetType", "UPDATE")
        with self._lock:
            stack = self._found(name)
            if kind == "CREATE":
                if stack and stack.status != "REVIEW_IN_PROGRESS":
                    raise refused(f"Stack [{name}] already exists and cannot be created again with the changeSet [{asked['ChangeSetName']}].")
                if not re.fullmatch(r"[a-zA-Z][-a-zA-Z0-9]{0,127}", name):
                    raise refused(f"1 validation error detected: Value '{name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*")
            elif stack is None or stack.status == "REVIEW_IN_PROGRESS":
                raise refused(f"Stack [{name}] does not exist")
            elif stack.busy or stack.status.endswith("_FAILED") or stack.status == "ROLLBACK_COMPLETE":
                raise refused(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")
            made = self._change_set(asked, stack or Stack(name, self._account), kind)
            if stack is None:
                stack = made.stack
                stack.turn("REVIEW_IN_PROGRESS", "User Initiated")
                self._stacks.append(stack)
            if any(one.name == made.name for one in stack.change_sets):
                raise AWSError("AlreadyExistsException", f"ChangeSet {made.name} already exists")
            stack.change_sets.append(made)
        return {"Id": made.id, "StackId": stack.id}

    def _change_set(self, asked: dict, stack: Stack, kind: str):
        text = self._text(asked, stack if kind == "UPDATE" else None)
        template = templates.read(text)
        given = asked.get("Parameters", [])
        parameters = templates.chosen(template, given, stack.parameters if kind == "UPDATE" else None)
        new = templates.resolved(template, parameters, stack.pseudo)
        templates.require_capabilities(template, asked.get("Capabilities", []))
        made = _Prepared(
            asked["ChangeSetName"],
            f"arn:aws:cloudformation:{self._account.region}:{self._account.id}:changeSet/{asked['ChangeSetName']}/{uuid.uuid4()}",
            kind, text, template, parameters, asked.get("Tags", stack.tags), asked.get("Capabilities", []),
            asked.get("Description", ""), self._role(asked),
        )
        made.stack, made.resolved = stack, new
        old = {} if kind == "CREATE" else {name: one.declared for name, one in stack.members.items()}
        made.changes = changes(old, new.resources, stack.physical_ids)
        # A change of an output alone is a change, though none of a resource.
        same_outputs = kind == "UPDATE" and self._before(stack).outputs == new.outputs
        if not made.changes and same_outputs and made.tags == stack.tags:
            made.status, made.execution, made.reason = "FAILED", "UNAVAILABLE", NO_CHANGES
        return made

    def _role(self, asked: dict) -> str:
        """The ARN of the role to act as, if one is given; what it may do is not looked at here."""
        if not (arn := asked.get("RoleARN", "")):
            return ""
        try:
            role = self._account.client("iam").get_role(RoleName=arn.rpartition("/")[2])["Role"]
        except ClientError:
            raise refused(f"Role {arn} is invalid or cannot be assumed") from None
        trusted = [one.get("Principal", {}).get("Service") for one in role["AssumeRolePolicyDocument"]["Statement"]]
        if role["Arn"] != arn or not any("cloudformation.amazonaws.com" in one for one in trusted if one):
            raise refused(f"Role {arn} is invalid or cannot be assumed")
        return arn

    @staticmethod
    def _before(stack: Stack):
        return templates.resolved(stack.template, stack.parameters, stack.pseudo)

    def describe_change_set(self, asked: dict) -> dict:
        stack, one = self._named_change_set(asked)
        return {
            "ChangeSetName": one.name, "ChangeSetId": one.id, "StackId": stack.id, "StackName": stack.name,
            "Description": one.description, "CreationTime": one.at, "ExecutionStatus": one.execution, "Status": one.status,
            "StatusReason": one.reason, "Parameters": pairs(one.parameters), "Capabilities": one.capabilities, "Tags": one.tags,
            "NotificationARNs": [], "Changes": [change.described for change in one.changes], "IncludeNestedStacks": False,
        }

    def list_change_sets(self, asked: dict) -> dict:
        stack = self._stack(asked["StackName"])
        return {"Summaries": [
            {"StackId": stack.id, "StackName": stack.name, "ChangeSetId": one.id, "ChangeSetName": one.name, "Status": one.status,
             "ExecutionStatus": one.execution, "StatusReason": one.reason, "CreationTime": one.at}
            for one in stack.change_sets
        ]}

    def delete_change_set(self, asked: dict) -> dict:
        stack, one = self._named_change_set(asked)
        stack.change_sets.remove(one)
        return {}

    def _named_change_set(self, asked: dict):
        name, of = asked["ChangeSetName"], asked.get("StackName")
        with self._lock:
            for stack in reversed(self._stacks):
                if of is None or of in (stack.name, stack.id):
                    for one in stack.change_sets:
                        if name in (one.id, one.name):
                            return stack, one
        raise AWSError("ChangeSetNotFound", f"ChangeSet [{name}] does not exist")

    def execute_change_set(self, asked: dict) -> dict:
        stack, one = self._named_change_set(asked)
        with self._lock:
            if one.execution != "AVAILABLE":
                raise AWSError(
                    "InvalidChangeSetStatus",
                    f"ChangeSet [{one.id}] cannot be executed in its current execution status of [{one.execution}]",
                )
            one.execution = "EXECUTE_IN_PROGRESS"
            # As it is carried out, this change set goes, and the others of the stack are out of date.
            stack.change_sets.clear()
            self._begin(stack, one, asked.get("ClientRequestToken", ""), not asked.get("DisableRollback"))
        return {}

    # -- Stacks

    def create_stack(self, asked: dict) -> dict:
        with self._lock:
            if self._found(asked["StackName"]):
                raise AWSError("AlreadyExistsException", f"Stack [{asked['StackName']}] already exists")
            stack = Stack(asked["StackName"], self._account)
            made = self._change_set(asked | {"ChangeSetName": "direct"}, stack, "CREATE")
            stack.protected = bool(asked.get("EnableTerminationProtection"))
            self._stacks.append(stack)
            rolls_back = not asked.get("DisableRollback") and asked.get("OnFailure", "ROLLBACK") == "ROLLBACK"
            self._begin(stack, made, asked.get("ClientRequestToken", ""), rolls_back)
        return {"StackId": stack.id}

    def update_stack(self, asked: dict) -> dict:
        with self._lock:
            stack = self._stack(asked["StackName"])
            if stack.busy or stack.status.endswith("_FAILED") or stack.status in ("ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS"):
                raise refused(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")
            made = self._change_set(asked | {"ChangeSetName": "direct"}, stack, "UPDATE")
            if made.status == "FAILED":
                raise refused("No updates are to be performed.")
            self._begin(stack, made, asked.get("ClientRequestToken", ""), True)
        return {"StackId": stack.id}

    def _begin(self, stack: Stack, made, token: str, rolls_back: bool):
        stack.token = token
        # https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html: for all operations from now on.
        stack.role = made.role or stack.role

        def settle():
            stack.text, stack.template, stack.parameters = made.text, made.template, made.parameters
            stack.tags, stack.capabilities = made.tags, made.capabilities

        operation = Operation(self._account, stack)
        if made.kind == "CREATE":
            settle()
            stack.status = "CREATE_IN_PROGRESS"
            self._run(operation.create, made.resolved, rolls_back)
        else:
            stack.status = "UPDATE_IN_PROGRESS"
            self._run(operation.update, made.resolved, settle)

    def _run(self, work, *arguments):
        thread = threading.Thread(target=work, args=arguments, name="stack", daemon=True)
        self._threads.append(thread)
        thread.start()

    def delete_stack(self, asked: dict) -> dict:
        with self._lock:
            stack = self._found(asked["StackName"])
            if stack is None:
                return {}  # what is gone is deleted
            if stack.protected:
                raise refused(f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled")
            if stack.busy:
                raise refused(f"Stack [{stack.id}] cannot be deleted while in status {stack.status}")
            stack.role = self._role(asked) or stack.role
            stack.token = asked.get("ClientRequestToken", "")
            stack.status = "DELETE_IN_PROGRESS"
            self._run(Operation(self._account, stack).delete, asked.get("RetainResources", []))
        return {}

    def continue_update_rollback(self, asked: dict) -> dict:
        stack = self._stack(asked["StackName"])
        if stack.status != "UPDATE_ROLLBACK_FAILED":
            raise refused(f"Stack:{stack.id} is in {stack.status} state and can not continue to rollback.")
        stack.turn("UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated")
        stack.turn("UPDATE_ROLLBACK_COMPLETE")
        return {}

    def update_termination_protection(self, asked: dict) -> dict:
        stack = self._stack(asked["StackName"])
        stack.protected = bool(asked["EnableTerminationProtection"])
        return {"StackId": stack.id}

    def _found(self, name: str) -> Stack | None:
        """By name only what is there; by id what has been deleted as well."""
        with self._lock:
            for stack in reversed(self._stacks):
                if name == stack.id or (name == stack.name and not stack.deleted):
                    return stack
        return None

    def _stack(self, name: str) -> Stack:
        if stack := self._found(name):
            return stack
        raise refused(f"Stack with id {name} does not exist")

    def describe_stacks(self, asked: dict) -> dict:
        if name := asked.get("StackName"):
            return {"Stacks": [described(self._stack(name))]}
        return {"Stacks": [described(one) for one in reversed(self._stacks) if not one.deleted]}

    def list_stacks(self, asked: dict) -> dict:
        wanted = asked.get("StackStatusFilter")
        return {"StackSummaries": [
            {"StackId": one.id, "StackName": one.name, "CreationTime": one.made, "StackStatus": one.status}
            | ({"DeletionTime": one.deleted} if one.deleted else {})
            for one in reversed(self._stacks) if not wanted or one.status in wanted
        ]}

    def describe_stack_events(self, asked: dict) -> dict:
        stack = self._stack(asked["StackName"])
        with stack.lock:
            return events_page(stack.events, asked.get("NextToken"))

    def describe_stack_resources(self, asked: dict) -> dict:
        stack = self._stack(asked["StackName"])
        wanted = asked.get("LogicalResourceId")
        return {"StackResources": [
            resource(one) | {"StackName": stack.name, "StackId": stack.id, "Timestamp": one.at}
            for one in stack.members.values() if wanted in (None, one.logical_id)
        ]}

    def describe_stack_resource(self, asked: dict) -> dict:
        stack, name = self._stack(asked["StackName"]), asked["LogicalResourceId"]
        if name not in stack.members:
            raise refused(f"Resource {name} does not exist for stack {stack.name}")
        one = stack.members[name]
        return {"StackResourceDetail": resource(one) | {
            "StackName": stack.name, "StackId": stack.id, "LastUpdatedTimestamp": one.at,
        }}

    def list_stack_resources(self, asked: dict) -> dict:
        stack = self._stack(asked["StackName"])
        return {"StackResourceSummaries": [resource(one) | {"LastUpdatedTimestamp": one.at} for one in stack.members.values()]}


class _Prepared(ChangeSet):
    """A change set with what carrying it out needs."""

    stack: Stack
    resolved: object
