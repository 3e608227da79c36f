# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Counts the instructions that AddContactInfo takes for an invocation, with Valgrind: the same on a busy machine and on a
quiet one, so that a single change can be judged. The kernel's are not among them, and the time is not in proportion.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from lambda_apis import DynamoDB
from lambdas import ROOT, Run, event

FEWER, MORE = 100, 300


class UnderValgrind:
    def __init__(self, binary, counts):
        self.command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={counts}", str(binary)]


def instructions(binary, calls, dynamodb, counts):
    run = Run(UnderValgrind(binary, counts), dynamodb)
    for number in range(calls):
        run.api.invoke(event(number))
    # Not killed, or the counts would not be written.
    run.process.terminate()
    run.process.wait()
    run.api.stop()
    return int(re.search(r"^(?:totals|summary): (\d+)", counts.read_text(), re.MULTILINE)[1])


def main():
    # Valgrind cannot read Swift's debugging information; the names of the functions stay.
    binary = ROOT / ".build/release/AddContactInfo"
    dynamodb = DynamoDB()
    try:
        with tempfile.TemporaryDirectory() as folder:
            stripped, counts = Path(folder) / "AddContactInfo", Path(folder) / "counts"
            subprocess.run(["objcopy", "--strip-debug", binary, stripped], check=True)
            fewer, more = (instructions(stripped, calls, dynamodb, counts) for calls in (FEWER, MORE))
    finally:
        dynamodb.stop()
    print(f"{(more - fewer) // (MORE - FEWER):,} instructions an invocation")


if __name__ == "__main__":
    sys.exit(main())
