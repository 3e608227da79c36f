# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""python -m Rehearsal.command_line SOCKET: keeps the AWS CLI loaded, and runs it for whoever calls Rehearsal/bin/aws.

The CLI takes most of a second of processor time to load before it does anything, and a deployment calls it some thirty
times. Each call is a process of its own still, forked from this one, with the caller's arguments, environment, folder and
descriptors. Ends with its standard input.
"""

import array
import gc
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import traceback
from pathlib import Path

LENGTH = struct.Struct("!I")
DESCRIPTORS = 3
# Arguments and environment; Linux allows no program more by itself, 2 MB as it is set up everywhere.
LONGEST = 4 << 20
# What is called most; another is read when it is called.
SERVICES = ("cloudformation", "cloudfront", "lambda", "s3", "sts")


class LoadedCLI:
    """The process that keeps it loaded, and the socket where it is called: in `folder`, which nobody else may read."""

    def __init__(self, folder: Path, python: str | Path = sys.executable):
        self.path = folder / "aws-cli.socket"
        self._process = subprocess.Popen(
            [python, "-m", "Rehearsal.command_line", self.path], cwd=Path(__file__).parents[1], stdin=subprocess.PIPE
        )

    def close(self):
        self._process.stdin.close()
        self._process.wait()


def receive(connection: socket.socket) -> tuple[dict, list[int]]:
    """What is to be run, as call_command_line.py sends it, and its standard descriptors."""
    room = socket.CMSG_SPACE(DESCRIPTORS * array.array("i").itemsize)
    first, ancillary, *_ = connection.recvmsg(LENGTH.size, room)
    descriptors = array.array("i")
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            descriptors.frombytes(data)
    with connection.makefile("rb") as file:
        length, = LENGTH.unpack(first + file.read(LENGTH.size - len(first)))
        if length > LONGEST or len(descriptors) != DESCRIPTORS:
            raise ValueError("not a call of call_command_line.py")
        return json.loads(file.read(length)), descriptors.tolist()


class Loaded:
    """The CLI as far as every call can share it: its modules, and the descriptions of the services that a deployment calls.

    Each call has a driver of its own, which reads the caller's environment and configuration.
    """

    def __init__(self):
        before = dict(os.environ)
        import awscli.clidriver

        self.create_driver = awscli.clidriver.create_clidriver
        # Where its data lies it tells itself with a variable.
        self.environment = {name: value for name, value in os.environ.items() if before.get(name) != value}
        session = self.create_driver().session
        for service in SERVICES:
            session.create_client(service, region_name="eu-north-1", aws_access_key_id="-", aws_secret_access_key="-")
        self.loader = session.get_component("data_loader")

    def run(self, arguments: list[str]) -> int:
        driver = self.create_driver()
        driver.session.register_component("data_loader", self.loader)
        return driver.main(arguments)


def become(call: dict, descriptors: list[int], loaded: Loaded) -> int:
    """Runs the CLI in this process as the caller would have; its exit status."""
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
    sys.stdin, sys.stdout, sys.stderr = open(0, closefd=False), open(1, "w", closefd=False), open(2, "w", closefd=False)
    os.environ.clear()
    os.environ.update(loaded.environment | call["environment"])
    os.chdir(call["folder"])
    try:
        status = loaded.run(call["arguments"])
    except SystemExit as end:
        status = end.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return status if isinstance(status, int) else 0 if status is None else 1


def serve(connection: socket.socket, loaded: Loaded):
    """Runs one call and tells how it ended; ends it when the caller is gone."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    call, descriptors = receive(connection)
    child = os.fork()
    if child == 0:
        status = 255
        try:
            connection.close()
            status = become(call, descriptors, loaded)
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
        finally:
            os._exit(status)
    for descriptor in descriptors:
        os.close(descriptor)
    process = os.pidfd_open(child)
    ended, *_ = select.select([process, connection], [], [])
    if process not in ended:
        os.kill(child, signal.SIGTERM)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    connection.sendall(bytes([status if status >= 0 else 128 - status]))


def main(path: str):
    if not hasattr(os, "pidfd_open"):
        return  # As on macOS; each caller starts the CLI for itself.
    # The caller's terminal sends Ctrl-C to all of its processes; each caller's call ends with the caller.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Nobody waits for those that serve a call.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # Before it listens: who calls meanwhile, or when it can't be loaded, starts the CLI for itself.
    loaded = Loaded()
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(64)
        while True:
            ready, *_ = select.select([listener, sys.stdin], [], [])
            if sys.stdin in ready:
                return
            connection, _ = listener.accept()
            with connection:
                if os.fork() == 0:
                    try:
                        listener.close()
                        signal.signal(signal.SIGINT, signal.SIG_DFL)
                        serve(connection, loaded)
                    except (BrokenPipeError, ConnectionResetError):
                        pass  # The caller has ended.
                    except Exception:
                        traceback.print_exc()
                    finally:
                        os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
