# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The commands of the pipeline's update, with a recorder in the place of the AWS CLI.

Tests/EndToEnd/test_rehearsal_pipeline.py runs them with the real one.
"""

import json
import os
import subprocess

import pytest

from pipeline import build_specification

STACK = "arn:aws:cloudformation:eu-north-1:123456789012:stack/site/2f6c1b7a-9d3e-4b58-8c21-5e0f7a94d613"
HASH = "0123456789abcdef"
KEYS = "".join(f"{name}Key=site/{name}-{HASH}.zip\n" for name in ("AddContactInfo", "SendContactInfoEmail", "ReadContactInfo"))
NAMES = ["AddContactInfoKey", "MailFromName", "ReadContactInfoKey", "SendContactInfoEmailKey", "WafRate"]

RECORDER = """#!/bin/sh
for argument; do printf '%s\\n' "$argument"; done >>"$RECORD"
printf '\\n' >>"$RECORD"
case "$2 $*" in
"$BROKEN"*) exit 255 ;;
"get-template "*) cat "$FOLDER/deployed" ;;
"describe-stacks "*none*) printf '%s\\n' "$OFF" ;;
"describe-stacks "*) printf '%s\\n' "$NAMES" ;;
"update-stack "*) printf '%s\\n' "$SAID" >&2; exit "$REFUSED" ;;
"wait "*) exit "$FAILED" ;;
"describe-stack-events "*) printf '["AddContactInfo", "no such key"]\\n' ;;
esac
"""


class Update:
    def __init__(self, folder, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr
        record = folder / "record"
        self.calls = [call.splitlines() for call in record.read_text().split("\n\n") if call] if record.exists() else []

    @property
    def parameters(self):
        """What the stack is updated with, by name; None when it is not."""
        for call in self.calls:
            if call[1] == "update-stack":
                pairs = [one.partition(",") for one in call[call.index("--parameters") + 1:]]
                return {name.removeprefix("ParameterKey="): value for name, _, value in pairs}
        return None

    def did(self, operation):
        return any(call[1] == operation for call in self.calls)


@pytest.fixture
def update(stacks, tmp_path):
    """`update(keys)` runs what the project says, in an artifact of the build."""
    [commands] = build_specification(stacks["everything"]["UpdateProject"])["phases"]["build"]["commands"]

    def update(keys=KEYS, off="", said="", refused=0, failed=0, deployed="a template\n", template="a template\n", broken="-"):
        folder = tmp_path / "artifact"
        (folder / "programs").mkdir(parents=True)
        program = folder / "programs/aws"
        program.write_text(RECORDER)
        program.chmod(0o755)
        (folder / "deployed").write_text(deployed)
        (folder / "template.yaml").write_text(template)
        if keys is not None:
            (folder / "keys.txt").write_text(keys)
        done = subprocess.run(
            ["sh", "-c", commands], cwd=folder, capture_output=True, text=True,
            env={
                "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}", "STACK_ID": STACK, "CODE_PREFIX": "site/",
                "FOLDER": str(folder), "RECORD": str(folder / "record"), "NAMES": "\t".join(NAMES), "OFF": off,
                "SAID": said, "REFUSED": str(refused), "FAILED": str(failed), "BROKEN": broken,
            },
        )
        return Update(folder, done)

    return update


def test_the_code_is_new_and_all_else_is_as_it_was(update):
    done = update()
    assert done.code == 0, done.err
    assert done.parameters == {
        "AddContactInfoKey": f"ParameterValue=site/AddContactInfo-{HASH}.zip", "MailFromName": "UsePreviousValue=true",
        "ReadContactInfoKey": f"ParameterValue=site/ReadContactInfo-{HASH}.zip",
        "SendContactInfoEmailKey": f"ParameterValue=site/SendContactInfoEmail-{HASH}.zip", "WafRate": "UsePreviousValue=true",
    }
    [asked] = [call for call in done.calls if call[1] == "update-stack"]
    assert asked[asked.index("--stack-name") + 1] == STACK and asked[asked.index("--capabilities") + 1] == "CAPABILITY_IAM"
    assert "--use-previous-template" in asked
    # Or CloudFormation would act as this role for whoever deploys next.
    assert "--role-arn" not in asked
    assert done.did("wait")


def test_a_function_that_is_switched_off_stays_so(update):
    assert update(off="ReadContactInfoKey").parameters["ReadContactInfoKey"] == "UsePreviousValue=true"


def test_a_function_that_is_off_needs_no_zip(update):
    keys = "".join(line for line in KEYS.splitlines(True) if "ReadContactInfo" not in line)
    done = update(keys, off="ReadContactInfoKey")
    assert done.code == 0 and done.parameters["AddContactInfoKey"].endswith(f"{HASH}.zip")


GOOD = f"site/AddContactInfo-{HASH}.zip"


@pytest.mark.parametrize(
    "key",
    [
        "", "none", f"other/AddContactInfo-{HASH}.zip", f"functions/AddContactInfo-{HASH}.zip", f"site/../x/AddContactInfo-{HASH}.zip",
        f"site/SendContactInfoEmail-{HASH}.zip", f"site/AddContactInfo-{HASH[1:]}.zip", f"site/AddContactInfo-{HASH}0.zip",
        f"site/AddContactInfo-{HASH.upper()}.zip", f"site/AddContactInfo-{HASH}_zip", f" {GOOD}", f"{GOOD} ", f"{GOOD},x",
        f"{GOOD} ParameterKey=OwnerEmail,ParameterValue=x@example.com", f"{GOOD}\r", f"{GOOD}\\nx", f"{GOOD}\t--role-arn", "$(id)",
    ],
    ids=repr,
)
def test_the_build_chooses_among_its_own_zips_alone(update, key):
    done = update(KEYS.replace(GOOD, key))
    assert done.code == 1 and done.parameters is None
    assert "no zip of its own for AddContactInfoKey" in done.err


@pytest.mark.parametrize("keys", [None, "", "AddContactInfo\n", KEYS.replace("AddContactInfoKey=", "addContactInfoKey=")])
def test_without_the_keys_nothing_is_updated(update, keys):
    done = update(keys)
    assert done.code == 1 and done.parameters is None


def test_the_build_names_no_other_parameter(update):
    done = update("OwnerEmail=x@example.com\nWafRate=10\nMailFromName=x\n" + KEYS + "WafRate=10\n")
    assert done.code == 0
    assert done.parameters["WafRate"] == done.parameters["MailFromName"] == "UsePreviousValue=true"
    assert set(done.parameters) == set(NAMES)


def test_of_two_keys_the_first_is_taken(update):
    done = update(KEYS + "AddContactInfoKey=other/x.zip\n")
    assert done.parameters["AddContactInfoKey"] == f"ParameterValue={GOOD}"


def test_the_same_code_again_is_no_failure(update):
    done = update(said="An error occurred (ValidationError) …: No updates are to be performed.", refused=254)
    assert done.code == 0 and "had this code already" in done.out
    assert not done.did("wait")


def test_what_is_refused_is_said(update):
    done = update(said="Stack is in UPDATE_IN_PROGRESS state and can not be updated", refused=254)
    assert done.code == 1 and "UPDATE_IN_PROGRESS" in done.err


def test_a_failed_update_says_its_first_reason(update):
    done = update(failed=255)
    assert done.code == 1 and json.loads(done.err.splitlines()[-1]) == ["AddContactInfo", "no such key"]
    [asked] = [call for call in done.calls if call[1] == "describe-stack-events"]
    [began] = [call for call in done.calls if call[1] == "update-stack"]
    # Of this update, not of one before it.
    assert f"ClientRequestToken=='{began[began.index('--client-request-token') + 1]}'" in "".join(asked)


@pytest.mark.parametrize("broken", ["describe-stacks cloudformation describe-stacks", "describe-stacks"])
def test_a_stack_that_does_not_answer_is_left_alone(update, broken):
    done = update(broken=broken)
    assert done.code == 1 and done.parameters is None


def test_without_knowing_the_template_no_code_goes_out(update):
    done = update(broken="get-template")
    assert done.code == 1 and done.parameters is None


TABLE = "# The table.\nResources:\n  Table:\n    Type: AWS::DynamoDB::GlobalTable\n    # What waits.\n\n    Name: '#1'\n"


@pytest.mark.parametrize(
    "deployed",
    [TABLE.replace("'#1'", "'#2'"), TABLE.replace("GlobalTable", "Table"), TABLE.replace("    Name: '#1'\n", ""), "", "a template\n",
     TABLE.replace("'#1'", "'#1' # what"), TABLE.replace("  Table", "    Table"), json.dumps({"Resources": {}})],
    ids=repr,
)
def test_code_for_a_template_that_is_not_deployed_stays_where_it_is(update, deployed):
    """New code may need an index, a variable or a right that the stack has not, and visitors would be told to come back later."""
    done = update(deployed=deployed, template=TABLE)
    assert done.code == 1 and done.parameters is None
    assert "Build brevlada and the functions from this commit, run its deploy, then release the change." in done.err
    assert not done.did("describe-stacks"), "says so before it looks at anything else"


@pytest.mark.parametrize(
    "deployed", [TABLE, TABLE.replace("# What waits.", "# What is due."), TABLE.replace("    # What waits.\n\n", ""), TABLE.rstrip("\n"), TABLE + "\n"],
    ids=repr,
)
def test_what_a_template_says_in_comments_holds_no_code_back(update, deployed):
    done = update(deployed=deployed, template=TABLE)
    assert done.code == 0 and done.parameters["AddContactInfoKey"].endswith(f"{HASH}.zip")


def test_our_own_template_is_compared_whole(update, text):
    """A line of it that begins with # is a comment, of it or of the commands that it holds; nothing of it is lost on the way."""
    assert update(deployed=text, template=text).code == 0


@pytest.mark.parametrize("change", [("MemorySize: !Ref MemorySize", "MemorySize: 512"), ("BREVLADA_SPAM: !Ref Spam", "BREVLADA_SPAM: ''")])
def test_a_change_of_our_own_template_stops(update, text, change):
    assert change[0] in text
    assert update(deployed=text.replace(*change), template=text).code == 1
