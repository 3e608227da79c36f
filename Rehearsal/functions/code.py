# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""A function's zip, unpacked as Lambda does: one file `bootstrap`, that this machine can run."""

import hashlib
import io
import platform
import zipfile
from pathlib import Path

# e_machine of ELF: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
_MACHINES = {62: "x86_64", 183: "arm64"}


class Unfit(Exception):
    """The zip can't be run; the message is what Lambda would say, with what to do."""


def unpacked(octets: bytes, declared: str, folder: Path) -> Path:
    """The path of `bootstrap`; the same zip is unpacked once."""
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            entry = archive.getinfo("bootstrap")
            program, mode = archive.read(entry), entry.external_attr >> 16 & 0o777
    except (zipfile.BadZipFile, KeyError):
        raise Unfit("Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]") from None
    if not mode & 0o111:
        raise Unfit("fork/exec /var/task/bootstrap: permission denied")
    machine = _MACHINES.get(int.from_bytes(program[18:20], "little")) if program[:4] == b"\x7fELF" else None
    if machine and machine != declared:
        raise Unfit(f"fork/exec /var/task/bootstrap: exec format error: built for {machine}, declared as {declared}")
    own = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
    if machine and machine != own:
        raise Unfit(f"built for {machine}, and this machine is {own}: the rehearsal can't run it; build the functions here")
    path = folder / hashlib.sha256(octets).hexdigest()[:16] / "bootstrap"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{id(octets)}")
        draft.write_bytes(program)
        draft.chmod(mode)
        draft.replace(path)
    return path
