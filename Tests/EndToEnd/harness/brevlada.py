# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The program under test as a process: started, watched, stopped, killed, started again."""

import contextlib
import os
import re
import resource
import signal
import subprocess
import threading
import time
from pathlib import Path

from harness.ports import KeptPort
from harness.wire import Client

REPOSITORY = Path(__file__).resolve().parents[3]
SITE = REPOSITORY / "Site"
# As text, or as JSON with log.format: json.
READY = re.compile(r'^(?:Ready on |.*"message":"ready".*"url":")http://(?:127\.0\.0\.1|localhost|\[::1\]):(\d+)')

# So many messages from one address would be a flood to any other owner.
UNLIMITED = {
    "BREVLADA_LIMITS_PER_ADDRESS_PER_MINUTE": "1000000",
    "BREVLADA_LIMITS_PER_ADDRESS_BURST": "1000000",
    "BREVLADA_LIMITS_PER_FORM_PER_MINUTE": "1000000",
    "BREVLADA_LIMITS_PER_FORM_BURST": "1000000",
}


def binary():
    """The built program; a missing one is an error, never a skipped test."""
    path = Path(os.environ.get("BREVLADA_BIN", REPOSITORY / ".build/release/brevlada"))
    if not os.access(path, os.X_OK):
        raise RuntimeError(
            f"{path} is not there; build it with 'swift build -c release --product brevlada' or set BREVLADA_BIN"
        )
    return path


def environment(**values):
    """This process's environment without what would configure the program, and with `values`."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("BREVLADA_") and key != "PORT"}
    return inherited | {key: str(value) for key, value in values.items()}


def run(*arguments, cwd=None, stdin="", check=None, timeout=300, **values):
    """Runs one command of the program to its end."""
    done = subprocess.run(
        [binary(), *map(str, arguments)],
        cwd=cwd, input=stdin, capture_output=True, text=True, timeout=timeout, env=environment(**values),
    )
    if check is not None:
        assert done.returncode == check, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


class Brevlada:
    """`brevlada serve` on a free port of this machine, with a data folder of its own."""

    def __init__(self, data, site=SITE, config=None, unlimited=True, wrapper=(), file_size=None, user=None, **values):
        self.data = Path(data)
        self.cwd = self.data.parent
        self.config = config
        self.wrapper = list(wrapper)
        self.file_size = file_size
        self.user = user
        self.values = {"BREVLADA_DATA": self.data, "BREVLADA_SITE": site}
        if unlimited:
            self.values |= UNLIMITED
        self.values |= values
        self.port = 0
        self._kept = None
        self.process = None
        self.output = []
        self._changed = threading.Condition()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self):
        with self._changed:
            return "".join(self.output)

    @property
    def database(self):
        return self.data / "brevlada.sqlite"

    def start(self, timeout=120):
        """Returns when the program says where it listens, and /health agrees."""
        begin = len(self.output)
        command = [*self.wrapper, str(binary()), "serve"]
        if self.config:
            command += ["--config", str(self.config)]
        self.process = subprocess.Popen(
            command, cwd=self.cwd, env=environment(PORT=self.port, **self.values),
            preexec_fn=self._limit, user=self.user,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        )
        threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True).start()
        line = self.wait_for_log(READY, timeout, begin)
        self.port = int(READY.search(line)[1])
        with self.client() as client:
            health = client.get("/health")
        assert health.status == 200, f"/health answered {health.status}\n{self.log}"
        return self

    def _limit(self):
        # As from a terminal, also when the tests themselves were started with nohup.
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        if self.file_size is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.file_size, self.file_size))
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def _read(self, pipe):
        with pipe:
            for line in pipe:
                with self._changed:
                    self.output.append(line)
                    self._changed.notify_all()
        with self._changed:
            self.output.append("")
            self._changed.notify_all()

    def wait_for_log(self, pattern, timeout=120, begin=0):
        """The first line from `begin` on that matches; waits for it."""
        pattern = re.compile(pattern)
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                for line in self.output[begin:]:
                    if pattern.search(line):
                        return line
                begin = len(self.output)
                left = deadline - time.monotonic()
                if left <= 0 or (self.process.poll() is not None and self.output[-1:] == [""]):
                    log = "".join(self.output)
                    raise AssertionError(f"no line like {pattern.pattern!r} (exit {self.process.poll()}):\n{log}")
                # Not for all of it: a program's output ends a moment before the program does.
                self._changed.wait(min(left, 0.2))

    def client(self, timeout=120):
        return Client("127.0.0.1", self.port, timeout)

    @property
    def pid(self):
        """The program's own process id, also when a wrapper such as strace started it."""
        if not self.wrapper:
            return self.process.pid
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(children[0])

    @property
    def rss(self):
        """Resident memory in bytes."""
        if Path("/proc/self/statm").exists():
            return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        return int(subprocess.check_output(["ps", "-o", "rss=", "-p", str(self.pid)])) * 1024

    def terminate(self):
        """SIGTERM, as a service manager sends it."""
        os.kill(self.pid, signal.SIGTERM)

    def kill(self):
        """SIGKILL: as a power cut, but for the disk's own cache."""
        os.kill(self.pid, signal.SIGKILL)
        self.process.wait(30)
        self._keep_port()

    def _keep_port(self):
        """Nobody else gets the port while the program is down: it is to come back there."""
        if self._kept is None and self.port:
            self._kept = KeptPort(self.port)

    def stop(self, timeout=60):
        """Asks it to end, and returns how it did."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.terminate()
            try:
                self.process.wait(timeout)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError(f"SIGTERM did not end it within {timeout} s:\n{self.log}") from None
            self._keep_port()
        return self.process.returncode

    def restart(self):
        self.stop()
        return self.start()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            # The program first: the end of a wrapper would leave it behind.
            with contextlib.suppress(IndexError, OSError):
                os.kill(self.pid, signal.SIGKILL)
            self.process.kill()
            self.process.wait()
        if self._kept:
            self._kept.close()
            self._kept = None
