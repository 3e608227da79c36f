# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""python -m Rehearsal.serve: the cloud alone, for tests and for who wants to deploy by hand. Ends with its standard input.

Writes one line of JSON when it is there: the environment for the AWS CLI, and the address of the page of mails.
"""

import argparse
import json
import logging
import signal
import sys

from .account import Account
from .cloud import Cloud, leave


def main():
    options = argparse.ArgumentParser(prog="python -m Rehearsal.serve", description=__doc__.partition("\n")[0])
    options.add_argument("--region", default="eu-north-1")
    options.add_argument("--pace", type=float, default=0.0, help="seconds that CloudFormation takes for each resource; %(default)s")
    options.add_argument("--instances", type=int, default=2, help="emulators of each function, at most; %(default)s")
    options.add_argument("--verbose", action="store_true", help="say what happens")
    chosen = options.parse_args()
    logging.basicConfig(level=logging.INFO if chosen.verbose else logging.WARNING, format="%(name)s: %(message)s")
    logging.getLogger("botocore").setLevel(logging.WARNING)
    # Ends as with Ctrl-C, so that no emulator is left behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    cloud = Cloud(Account(region=chosen.region, pace=chosen.pace, instances=chosen.instances))
    try:
        print(json.dumps({"environment": cloud.environment, "console": cloud.console.url}), flush=True)
        # Whoever started this holds the other end; when they end, however it be, so does this.
        sys.stdin.buffer.read()
    except KeyboardInterrupt:
        pass
    finally:
        cloud.close()
    leave(0)


if __name__ == "__main__":
    main()
