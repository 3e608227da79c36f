# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The packed functions: what Lambda needs of them, and that the check of it can fail."""

import shutil
import stat
import subprocess
import zipfile

import pytest

from harness.lambdas import REPOSITORY, bootstrap

NAMES = ["AddContactInfo", "SendContactInfoEmail", "ReadContactInfo"]
FIXED = (1980, 1, 1, 0, 0, 0)


def check(*paths):
    done = subprocess.run([REPOSITORY / "scripts/check-lambda", *paths], capture_output=True, text=True, timeout=600)
    return done.returncode, done.stderr


def pack(path, content, name="bootstrap", mode=0o755, date=FIXED, more=()):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in [name, *more]:
            entry = zipfile.ZipInfo(name, date)
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | mode) << 16
            archive.writestr(entry, content)
    return path


@pytest.mark.parametrize("name", NAMES)
def test_lambda_can_run_it(name):
    assert check(REPOSITORY / f".build/lambda/{name}.zip") == (0, "")


def test_the_same_binary_makes_the_same_bytes(tmp_path):
    name = NAMES[0]
    binary = bootstrap(name, tmp_path)
    packed = []
    for number in range(2):
        copy = tmp_path / f"copy-{number}"
        shutil.copyfile(binary, copy)
        target = tmp_path / f"{number}/{name}.zip"
        subprocess.run([REPOSITORY / "scripts/package-lambda", copy, target], check=True, timeout=600)
        packed.append(target.read_bytes())
    assert packed[0] == packed[1]


@pytest.mark.parametrize("fault, options", [
    ("not \"bootstrap\" alone", {"more": ["config.json"]}),
    ("not \"bootstrap\" alone", {"name": "main"}),
    ("with mode 100644", {"mode": 0o644}),
    ("a fixed one makes the same bytes", {"date": (2026, 11, 24, 3, 0, 0)}),
])
def test_a_zip_that_lambda_would_not_start_is_found_out(fault, options, tmp_path):
    content = bootstrap("SendContactInfoEmail", tmp_path).read_bytes()
    status, text = check(pack(tmp_path / "wrong.zip", content, **options))
    assert status == 1 and fault in text


def test_what_is_no_binary_is_found_out(tmp_path):
    status, text = check(pack(tmp_path / "wrong.zip", b"#!/bin/sh\n"))
    assert status == 1 and "is no ELF binary" in text


@pytest.mark.parametrize("fault, source, flags", [
    ('needs "libz.so.9"', "int main(void) { extern int f(void); return f(); }", ["-lz9"]),
    ('needs "GLIBC_9.99"', "int main(void) { extern int g(void); return g(); }", ["-lg"]),
])
def test_a_binary_that_asks_for_too_much_is_found_out(fault, source, flags, tmp_path):
    """Libraries that Lambda does not have, or newer ones, made for the purpose."""
    (tmp_path / "f.c").write_text("int f(void) { return 0; }")
    (tmp_path / "g.c").write_text("int g(void) { return 0; }")
    (tmp_path / "g.map").write_text("GLIBC_9.99 { global: g; };")
    compiler = ["cc", "-shared", "-fPIC"]
    run = {"check": True, "cwd": tmp_path, "timeout": 600}
    subprocess.run([*compiler, "-Wl,-soname,libz.so.9", "-o", "libz9.so", "f.c"], **run)
    subprocess.run(
        [*compiler, "-Wl,-soname,libz.so.1,--version-script=g.map", "-o", "libg.so", "g.c"], **run
    )
    (tmp_path / "main.c").write_text(source)
    subprocess.run(["cc", "-o", "main", "main.c", "-L.", *flags], **run)
    status, text = check(tmp_path / "main")
    assert status == 1 and fault in text
