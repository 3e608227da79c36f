# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The power fails: what was not synced to the disk is gone, and every message that was answered is there."""

import fcntl
import os
import struct
import subprocess
import sys
from contextlib import contextmanager

import pytest

from harness.brevlada import Brevlada
from harness.forms import letter, post
from harness.load import Visitors
from harness.store import integrity, submissions
from harness.waiting import until

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="makes a disk of its own, which only root on Linux may"
)


@contextmanager
def disk(tmp_path, megabytes):
    """A file system of its own, and a function that mounts it again."""
    image, folder = tmp_path / "image", tmp_path / "disk"
    folder.mkdir()
    with image.open("wb") as file:
        file.truncate(megabytes << 20)
    subprocess.run(["mkfs.ext4", "-q", image], check=True)
    attach = subprocess.run(["losetup", "--find", "--show", image], check=True, capture_output=True, text=True)
    device = attach.stdout.strip()

    def mount_again():
        subprocess.run(["umount", folder], check=True)
        subprocess.run(["mount", device, folder], check=True)

    try:
        subprocess.run(["mount", device, folder], check=True)
        yield folder, mount_again
    finally:
        subprocess.run(["umount", folder], check=False)
        subprocess.run(["losetup", "--detach", device], check=False)


def cut_power(folder):
    """Stops ext4 where it stands, its journal not flushed (EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH)."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.ioctl(descriptor, 0x8004587D, struct.pack("I", 2))
    finally:
        os.close(descriptor)


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
            until(lambda: not any(each.in_outbox for each in submissions(server.database)), 60, "every mail")
            server.stop()
    mailed = {mail.id.strip("<>").partition("@")[0] for mail in peer.mails()}
    assert set(promised.values()) <= mailed
