# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The three programs that are compared, each started and stopped the same way."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RELEASE = ROOT / ".build" / "release"
SITE = ROOT / "Site"
URL = re.compile(r"http://(?:localhost|127\.0\.0\.1):(\d+)")


class Contender:
    """A program that serves Site and takes POST /api/contact. A context manager: inside, it runs."""

    name = ""
    # The address is known before it starts.
    picks_port = False

    def command(self, folder, port):
        raise NotImplementedError

    def environment(self, folder, port):
        return {}

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="brevlada-bench-", dir=ROOT / ".build")
        self.port = free_port() if self.picks_port else 0
        folder = Path(self.folder.name)
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(("BREVLADA_", "PORT"))}
        # To a file, as under a service manager: somebody who reads along would take the processor from the servers.
        self.output = (folder / "log").open("w+")
        begin = time.monotonic()
        self.process = subprocess.Popen(
            self.command(folder, self.port), env=inherited | self.environment(folder, self.port),
            stdin=subprocess.DEVNULL, stdout=self.output, stderr=subprocess.STDOUT, cwd=folder,
        )
        while not self.port:
            if match := URL.search("".join(self.log)):
                self.port = int(match[1])
            elif time.monotonic() - begin > 30 or self.process.poll() is not None:
                raise RuntimeError(f"{self.name} did not start:\n{''.join(self.log)}")
            else:
                time.sleep(0.001)
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5).read()
                break
            except OSError:
                if self.process.poll() is not None:
                    raise RuntimeError(f"{self.name} ended:\n{''.join(self.log)}") from None
                time.sleep(0.001)
        self.start_milliseconds = (time.monotonic() - begin) * 1000
        return self

    @property
    def log(self):
        return Path(self.output.name).read_text(errors="replace").splitlines(keepends=True)

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.output.close()
        self.folder.cleanup()

    def pids(self):
        """The program and what it started."""
        found = [self.process.pid]
        for pid in found:
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                found += [int(child) for child in task.read_text().split()]
        return found

    def rss(self):
        """Resident memory of all its processes in MiB."""
        pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in self.pids())
        return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)

    def cpu(self):
        """Processor seconds used so far by all its processes."""
        ticks = 0
        for pid in self.pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def proof(self):
        """What the program itself read back of the connection it writes with."""
        lines = [line for line in self.log if "synchronous" in line]
        return lines[0].strip() if lines else None


class Brevlada(Contender):
    name = "brevlada"

    def command(self, folder, port):
        return [RELEASE / "brevlada", "serve"]

    def environment(self, folder, port):
        # Everything as a person has it, but for the limits that would refuse the load, and the log of every message.
        return {
            "PORT": "0", "BREVLADA_SITE": str(SITE), "BREVLADA_DATA": str(folder / "data"),
            "BREVLADA_LIMITS_PER_ADDRESS_PER_MINUTE": "1000000", "BREVLADA_LIMITS_PER_ADDRESS_BURST": "1000000",
            "BREVLADA_LIMITS_PER_FORM_PER_MINUTE": "1000000", "BREVLADA_LIMITS_PER_FORM_BURST": "1000000",
        }


class BareHummingbird(Contender):
    name = "bare Hummingbird + GRDB"

    def command(self, folder, port):
        return [RELEASE / "BareHummingbird", folder / "letters.sqlite", SITE]


class Flask(Contender):
    name = "Flask + gunicorn + sqlite3"
    picks_port = True

    def command(self, folder, port):
        return [
            sys.executable, "-m", "gunicorn", "--workers", str(os.cpu_count()), "--threads", "1", "--bind",
            f"127.0.0.1:{port}", "--chdir", Path(__file__).parent, "--log-level", "warning", "flask_peer:app",
        ]

    def environment(self, folder, port):
        return {"DATABASE": str(folder / "letters.sqlite"), "SITE": str(SITE)}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]
