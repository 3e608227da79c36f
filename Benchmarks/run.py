# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Measures Brevlåda beside two programs that do less, and prints one table. README.md says how and why.

    python Benchmarks/run.py [--rounds 5] [--seconds 8] [--connections 32]
"""

import argparse
import json
import os
import platform
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import threading
import urllib.request
from collections import defaultdict
from contextlib import closing
from pathlib import Path

from contenders import BareHummingbird, Brevlada, Flask

HERE = Path(__file__).parent
THREADS = 1  # wrk's own; the servers need the cores more.


class Peak:
    """The largest resident memory while it is open."""

    def __init__(self, contender):
        self.contender, self.mebibytes, self.done = contender, 0.0, threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self):
        while not self.done.wait(0.1):
            try:
                self.mebibytes = max(self.mebibytes, self.contender.rss())
            except OSError:
                pass  # A process ended between the list and the look.

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()


def wrk(contender, script, seconds, connections):
    done = subprocess.run(
        ["wrk", "--threads", str(THREADS), "--connections", str(connections), "--duration", f"{seconds}s",
         "--timeout", "10s", "--script", HERE / script, f"http://127.0.0.1:{contender.port}/"],
        capture_output=True, text=True, check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def measure(make, options):
    """One round of one program: started afresh, asked for pages, then sent messages."""
    figures = {}
    with make() as contender, Peak(contender) as peak:
        figures["start"] = contender.start_milliseconds
        for kind, script in (("GET", "get.lua"), ("POST", "post.lua")):
            warm = wrk(contender, script, 1, options.connections)
            before = contender.cpu()
            seen = wrk(contender, script, options.seconds, options.connections)
            if seen["status"] or seen["socket"]:
                raise RuntimeError(f"{contender.name} failed some of {kind}: {seen}\n{''.join(contender.log[-20:])}")
            if kind == "POST" and stored(contender) < warm["requests"] + seen["requests"]:
                raise RuntimeError(f"{contender.name} answered {seen['requests']} messages and stored fewer")
            figures[kind] = seen["requests"] / seen["microseconds"] * 1e6
            figures[f"{kind} p50"], figures[f"{kind} p99"] = seen["p50"] / 1000, seen["p99"] / 1000
            figures[f"{kind} cpu"] = (contender.cpu() - before) / seen["requests"] * 1e6
        figures["rss"] = peak.mebibytes
        figures["proof"] = contender.proof()
    return figures


def stored(contender):
    """Counts the rows, so that a fast answer without a message is found out."""
    [path] = [*Path(contender.folder.name).rglob("*.sqlite")]
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as database:
        table = "submission" if path.name == "brevlada.sqlite" else "letter"
        return database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def prove_durable(make):
    """Counts, with strace, the syncs of the log during ten messages sent one at a time."""
    with make() as contender:
        pids = contender.pids()
        command = ["strace", "-f", "-y", "-e", "trace=fsync,fdatasync"]
        with subprocess.Popen(
            command + [part for pid in pids for part in ("-p", str(pid))], stderr=subprocess.PIPE, text=True
        ) as tracer:
            for _ in pids:
                while "attached" not in (line := tracer.stderr.readline()):
                    if not line:
                        raise RuntimeError(f"strace could not attach to {contender.name}")
            for number in range(10):
                body = f"name=a&email=a%40example.se&message=durable+{number}".encode()
                urllib.request.urlopen(f"http://127.0.0.1:{contender.port}/api/contact", body, timeout=30).read()
            tracer.terminate()
            trace = tracer.stderr.read()
    return len(re.findall(r"^.*f(?:data)?sync\([^)]*-wal", trace, re.MULTILINE))


ROWS = [
    ("POST/s, stored durably", "POST", "{:,.0f}"),
    ("  p50, ms", "POST p50", "{:.2f}"),
    ("  p99, ms", "POST p99", "{:.2f}"),
    ("  CPU a message, µs", "POST cpu", "{:.0f}"),
    ("GET/s, the home page", "GET", "{:,.0f}"),
    ("  p50, ms", "GET p50", "{:.2f}"),
    ("  p99, ms", "GET p99", "{:.2f}"),
    ("  CPU a page, µs", "GET cpu", "{:.0f}"),
    ("largest RSS under load, MiB", "rss", "{:.1f}"), ("start to first answer, ms", "start", "{:.0f}"),
    ("syncs of the log, 10 messages", "syncs", "{:.0f}"),
]


def goals(ours, bare, flask):
    """(what, figure, whether it is reached)"""
    for peer, name, factor in ((bare, "bare Hummingbird", 3), (flask, "Flask", 15)):
        ratio = ours["POST"] / peer["POST"]
        yield f"POST/s against {name}, at least {factor} ×", f"{ratio:.2f} ×", ratio >= factor
    yield "POST p99 under 10 ms", f"{ours['POST p99']:.2f} ms", ours["POST p99"] < 10
    yield "RSS under load below 40 MiB", f"{ours['rss']:.1f} MiB", ours["rss"] < 40
    yield "start to first answer under 100 ms", f"{ours['start']:.0f} ms", ours["start"] < 100


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--connections", type=int, default=32)
    options = parser.parse_args()
    for tool in ("wrk", "strace"):
        if not shutil.which(tool):
            sys.exit(f"{tool} is not installed; run scripts/setup bench")

    contenders = [Brevlada, BareHummingbird, Flask]
    figures = {make: defaultdict(list) for make in contenders}
    for number in range(options.rounds):
        # Interleaved, so that a machine that grows slower does so for all three.
        for make in contenders:
            print(f"round {number + 1} of {options.rounds}: {make.name}", file=sys.stderr)
            for key, value in measure(make, options).items():
                figures[make][key].append(value)
    medians = {}
    for make in contenders:
        medians[make] = {key: statistics.median(values) for key, values in figures[make].items() if key != "proof"}
        medians[make]["syncs"] = prove_durable(make)
    report(contenders, medians, figures, options)


def report(contenders, medians, figures, options):
    print(f"\n{platform.platform()}, {len(os.sched_getaffinity(0))} cores, SQLite {sqlite3.sqlite_version}; "
          f"medians of {options.rounds} rounds of {options.seconds} s, {options.connections} connections\n")
    width = max(len(make.name) for make in contenders)
    print(f"{'':32}" + "".join(f"{make.name:>{width + 2}}" for make in contenders))
    for title, key, form in ROWS:
        print(f"{title:32}" + "".join(f"{form.format(medians[make][key]):>{width + 2}}" for make in contenders))
    ours, bare, flask = (medians[make] for make in contenders)
    print("\nGoals")
    for what, figure, reached in goals(ours, bare, flask):
        print(f"  {'reached' if reached else 'MISSED ':8} {what}: {figure}")
    print("\nWhat each says of the connection it writes with")
    for make in contenders:
        print(f"  {make.name}: {figures[make]['proof'][0] or 'says nothing; see the syncs above'}")


if __name__ == "__main__":
    main()
