# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""A program `aws` that answers from a script, or hands S3 to the real AWS CLI, and writes down what it was asked."""

import contextlib
import json
import os
import stat
import sys
import zipfile
from pathlib import Path

from harness.lambdas import REPOSITORY
from Rehearsal.command_line import LoadedCLI

REAL = REPOSITORY / ".venv-rehearsal/bin/aws"
CALL = REPOSITORY / "Rehearsal/call_command_line.py"

PROGRAM = """#!{python}
import json, os, sys
folder = {folder!r}
words = sys.argv[1:]
with open(folder + "/calls.jsonl", "a", encoding="utf-8") as file:
    file.write(json.dumps(words) + "\\n")
real = {real!r}
# moto takes a policy that refuses plain HTTP for one that refuses everything, so that one call is answered here.
if real and words[0] in ("s3", "s3api") and words[1] != "put-bucket-policy":
    os.environ["AWS_REHEARSAL_CLI"] = {loaded!r}
    os.execv(sys.executable, [sys.executable, "-IS", {call!r}, real, *words])
with open(folder + "/answers.json", encoding="utf-8") as file:
    answers = json.load(file)
line = " ".join(words)
for start, answer in answers:
    if line.startswith(start):
        sys.stdout.write(answer.get("output", ""))
        sys.stderr.write(answer.get("error", ""))
        sys.exit(answer.get("exit", 0))
sys.exit("no answer for: " + line)
"""


@contextlib.contextmanager
def loaded_cli(folder: Path):
    """The real AWS CLI, kept loaded as the rehearsal does: the path of its socket."""
    if not REAL.exists():
        raise AssertionError(f"{REAL} is not there; run scripts/setup test")
    with contextlib.closing(LoadedCLI(folder, python=REAL.parent / "python")) as loaded:
        yield loaded.path


class ScriptedCLI:
    """`answers` is a list of (start of the call, answer): text or JSON for standard output, or a dict with output, error, exit.

    S3 goes to the CLI that is loaded at `s3`, a path of `loaded_cli`.
    """

    def __init__(self, folder: Path, answers, s3: Path | None = None):
        self.folder = folder
        folder.mkdir(exist_ok=True)
        program = folder / "aws"
        program.write_text(
            PROGRAM.format(
                python=sys.executable, folder=str(folder), real=str(REAL) if s3 else "", call=str(CALL), loaded=str(s3 or "")
            ),
            encoding="utf-8",
        )
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        self.answer(answers)

    def answer(self, answers):
        def written(answer):
            if isinstance(answer, dict) and set(answer) <= {"output", "error", "exit"}:
                return answer
            return {"output": answer if isinstance(answer, str) else json.dumps(answer)}

        (self.folder / "answers.json").write_text(
            json.dumps([[start, written(answer)] for start, answer in answers]), encoding="utf-8"
        )

    @property
    def calls(self):
        path = self.folder / "calls.jsonl"
        if not path.exists():
            return []
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    def forget(self):
        (self.folder / "calls.jsonl").unlink(missing_ok=True)

    @property
    def path(self):
        return f"{self.folder}{os.pathsep}/usr/bin{os.pathsep}/bin"


def write_zips(folder: Path, machine=0x3E):
    """The functions' zips, with nothing in them but the header of a Linux program."""
    folder.mkdir(exist_ok=True)
    program = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00" + machine.to_bytes(2, "little") + bytes(100)
    for name in ("AddContactInfo", "SendContactInfoEmail"):
        with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
            entry = zipfile.ZipInfo("bootstrap", (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o100755 << 16
            archive.writestr(entry, program)
    return folder
