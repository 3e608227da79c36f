# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The arrows between the modules are as designed, and the check that proves it catches what it is for."""

import shutil
import subprocess
import sys

import pytest

from harness.brevlada import REPOSITORY

CHECK = REPOSITORY / "scripts" / "check-imports"


def check(root):
    return subprocess.run([sys.executable, CHECK, root], capture_output=True, text=True)


@pytest.fixture
def tree(tmp_path):
    """A copy of the sources to spoil."""
    shutil.copytree(REPOSITORY / "Sources", tmp_path / "Sources")
    return tmp_path


def test_the_sources_keep_to_the_design(tree):
    done = check(tree)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("module, code, fault", [
    ("Mail", "import Foundation", "Mail is pure and may not import Foundation"),
    ("Mail", "import ContactForm", "Mail may not import ContactForm"),
    ("Mail", "import FoundationEssentials", "Mail is pure and may not import FoundationEssentials"),
    ("Mail", "import Synchronization", "Mail is pure"),
    ("ContactForm", "package import struct Foundation.Date", "ContactForm is pure"),
    ("ContactForm", "#if os(Linux)\nimport Glibc\n#endif", "ContactForm is pure"),
    ("ContactForm", "#if canImport(FoundationEssentials)\nimport FoundationEssentials\n#endif", "ContactForm is pure"),
    ("ContactFormAWS", "import FoundationEssentials", "ContactFormAWS is linked into the functions"),
    ("AWSLambda", "#if os(Linux)\n#else\nimport Foundation\n#endif", "AWSLambda is linked into the functions"),
    ("ContactForm", "@testable import NIOCore", "ContactForm may not import NIOCore"),
    ("ContactForm", "let a = 1; import GRDB", "ContactForm may not import GRDB"),
    ("ContactForm", "/* a /* b */ */ import GRDB", "ContactForm may not import GRDB"),
    ("ContactFormLocal", "internal import ContactFormServer", "ContactFormLocal may not import ContactFormServer"),
    ("ContactFormServer", "@preconcurrency import GRDB", "ContactFormServer may not import GRDB"),
    ("ContactFormServer", "import ContactFormLocal", "ContactFormServer may not import ContactFormLocal"),
    ("ContactFormChallenge", "import BrevladaCommand", "ContactFormChallenge may not import BrevladaCommand"),
    ("SMTP", "import ContactForm", "SMTP may not import ContactForm"),
])
def test_a_wrong_import_is_caught_where_it_stands(tree, module, code, fault):
    (tree / "Sources" / module / "Spoilt.swift").write_text(f"// a comment\n{code}\n")
    done = check(tree)
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert fault in line
    number = 2 + code[:code.index("import ")].count("\n") if "#if" in code else 2
    assert line.startswith(f"Sources/{module}/Spoilt.swift:{number}: ")


@pytest.mark.parametrize("code", [
    "// import Foundation", "/* import Foundation */", "/*\nimport Foundation\n*/", 'let a = "import Foundation"',
    'let a = """\nimport Foundation\n"""', 'let a = #"""\n"""\nimport Foundation\n"""#',
    "#if os(Linux)\nimport Bytes\n#else\nimport Bytes\n#endif",
])
def test_what_is_no_wrong_import_passes(tree, code):
    (tree / "Sources" / "Mail" / "Fine.swift").write_text(code + "\n")
    assert check(tree).stderr == ""


def test_the_core_may_lock_what_it_counts(tree):
    (tree / "Sources" / "ContactForm" / "Fine.swift").write_text("import Synchronization\n")
    assert check(tree).stderr == ""


def test_a_module_that_nobody_thought_of_is_a_fault(tree):
    (tree / "Sources" / "Manager").mkdir()
    shutil.rmtree(tree / "Sources" / "SMTP")
    lines = check(tree).stderr.splitlines()
    assert len(lines) == 2 and "Manager" in lines[0] and "SMTP" in lines[1]
