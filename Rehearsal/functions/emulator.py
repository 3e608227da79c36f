# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""One instance of a function under AWS's Runtime Interface Emulator, which takes one event at a time."""

import http.client
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RIE = ROOT / ".tools/aws-lambda-rie"
_INVOKE = "/2015-03-31/functions/function/invocations"
_START = 30  # seconds, for an emulator to listen on a busy machine


def _free_ports(count: int) -> list[int]:
    """Held together until all are known, so that none comes twice."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class Emulator:
    def __init__(self, binary: Path, variables: dict[str, str], told: Callable[[str], None]):
        """Starts the emulator; the function itself starts with the first event. `told` gets each line of output."""
        if not os.access(RIE, os.X_OK):
            raise RuntimeError(f"{RIE} is not there; run scripts/setup rehearse")
        self.port, runtime = _free_ports(2)
        # Without both addresses the emulator listens on all interfaces.
        command = [
            RIE, "--runtime-interface-emulator-address", f"127.0.0.1:{self.port}",
            "--runtime-api-address", f"127.0.0.1:{runtime}", "--log-level", "error", binary,
        ]
        self._process = subprocess.Popen(
            command, env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), **variables}, cwd=binary.parent,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
            # Ctrl-C is for the rehearsal, which ends the emulators itself.
            start_new_session=True,
        )
        threading.Thread(target=self._read, args=(told,), daemon=True).start()
        deadline = time.monotonic() + _START
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if time.monotonic() > deadline or not self.alive:
                    self.close()
                    raise RuntimeError(f"the emulator of {binary} does not listen") from None
                time.sleep(0.01)

    def _read(self, told):
        with self._process.stdout as lines:
            for line in lines:
                told(line.rstrip("\n"))

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def invoke(self, event: bytes, seconds: float) -> tuple[int, bytes]:
        """The emulator's status and body; 502 when the function ended, or the emulator with it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request("POST", _INVOKE, event)
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            # Whatever it still does, its answer would go to the next event.
            self.close()
            return 502, str(error).encode()
        finally:
            connection.close()

    def close(self):
        """Ends the emulator and its function, by their process ids."""
        if self._process.poll() is None:
            for pid in self._children():
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            self._process.kill()
        self._process.wait()

    def _children(self) -> list[int]:
        found = Path(f"/proc/{self._process.pid}/task").glob("*/children")
        try:
            return [int(pid) for path in found for pid in path.read_text().split()]
        except OSError:
            return []
