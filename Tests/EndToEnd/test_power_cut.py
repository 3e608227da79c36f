# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The power fails: what was not synced to the disk is gone, and every message that was answered is there."""

import os
import subprocess
import sys
from contextlib import contextmanager

from harness.brevlada import Brevlada
from harness.forms import letter, post
from harness.load import Visitors
from harness.store import integrity, submissions
from harness.waiting import until


def as_root(*command, check=True):
    """Only root may make a disk: whoever runs `make test` is that, or may become it, as scripts/setup does."""
    prefix = [] if os.geteuid() == 0 else ["sudo"]
    return subprocess.run([*prefix, *command], check=check, capture_output=True, text=True).stdout.strip()


@contextmanager
def disk(tmp_path, megabytes):
    """A file system of its own, and a function that mounts it again."""
    image, folder = tmp_path / "image", tmp_path / "disk"
    folder.mkdir()
    with image.open("wb") as file:
        file.truncate(megabytes << 20)
    owner = f"root_owner={os.geteuid()}:{os.getegid()}"
    subprocess.run(["mkfs.ext4", "-q", "-E", owner, image], check=True)
    device = as_root("losetup", "--find", "--show", image)

    def mount_again():
        as_root("umount", folder)
        as_root("mount", device, folder)

    try:
        as_root("mount", device, folder)
        yield folder, mount_again
    finally:
        as_root("umount", folder, check=False)
        as_root("losetup", "--detach", device, check=False)


# Stops ext4 where it stands, its journal not flushed (EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH).
SHUT_DOWN = """
import fcntl, os, struct, sys
fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack("I", 2))
"""


def cut_power(folder):
    as_root(sys.executable, "-c", SHUT_DOWN, folder)


def test_a_power_cut_takes_no_promised_message_with_it(tmp_path, mail_server):
    peer = mail_server()
    with disk(tmp_path, 48) as (folder, mount_again):
        server = Brevlada(folder / "data", **peer.settings)
        promised = {}
        for _ in range(3):
            with server, server.client() as client:
                visitors = Visitors(server.port).start()
                until(lambda: len(visitors.answered) > 200, what="200 answers")
                # An answer under way in that very moment would not reach anybody in a real cut.
                promised |= dict(visitors.answered)
                cut_power(folder)
                visitors.give_up()
                assert post(client, letter(message="too late")).status == 503, "nothing is promised without a disk"
                server.kill()
            mount_again()
        with server:
            stored = {each.fields["message"]: each.id for each in submissions(server.database)}
            assert promised.items() - stored.items() == set()
            assert integrity(server.database) == ["ok"]
            until(lambda: not any(each.in_outbox for each in submissions(server.database)), what="every mail")
            server.stop()
    mailed = {mail.id.strip("<>").partition("@")[0] for mail in peer.mails()}
    assert set(promised.values()) <= mailed
