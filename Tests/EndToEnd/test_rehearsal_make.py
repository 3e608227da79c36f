# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""`make rehearse`, from where everything is built: it says where all is, and Ctrl-C ends all of it."""

import json
import os
import re
import signal
import subprocess
from pathlib import Path
from urllib.parse import urlencode

from harness.lambdas import REPOSITORY
from harness.ports import KeptPort
from harness.rehearsal import TELLS_WHERE, Visitor, descendants, require_end, until_gone
from harness.waiting import until


def signs_in(site, owner, password):
    """On the sign-in page; what a browser does there and after is in test_rehearsal_inbox.py."""
    config = json.loads(site.get("/inbox/config.json").body)["signIn"]
    asked = {"client_id": config["clientId"], "response_type": "code", "redirect_uri": site.url + "/inbox/"}
    answer = Visitor(config["url"]).request(
        "POST", "/oauth2/authorize", {"Content-Type": "application/x-www-form-urlencoded"},
        urlencode(asked | {"username": owner, "password": password}).encode(),
    )
    assert answer.status == 302 and "code=" in answer.headers["Location"], answer.body


def test_it_deploys_says_where_and_ends_with_ctrl_c(tmp_path):
    kept = KeptPort()
    port = kept.number
    python = REPOSITORY / ".venv-rehearsal/bin/python"
    with open(tmp_path / "output", "w+", encoding="utf-8") as output:
        process = subprocess.Popen(
            [python, "-m", "Rehearsal"], cwd=REPOSITORY, env=os.environ | TELLS_WHERE | {"PORT": str(port)},
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
        )
        try:
            def told():
                text = Path(output.name).read_text(encoding="utf-8")
                assert process.poll() is None, text
                return "Ctrl-C ends" in text and text
            text = until(told, 240, "make rehearse")
            addresses = dict(re.findall(r"^  (Site|Inbox|Mails|AWS) +(http://\S+)$", text, re.MULTILINE))
            assert addresses["Site"] == f"http://localhost:{port}"
            assert addresses["Inbox"] == f"http://localhost:{port}/inbox/"
            assert "can't show" in text or "Not to be seen here" in text
            site = Visitor(addresses["Site"])
            assert b"<form" in site.get("/").body
            assert site.post("/api/contact", {"email": "asa@example.se", "message": "Hej"}).status == 200
            # The owner gets in with what was told, as with the mail of the first password.
            owner, password = re.search(r"as (\S+) with the password (\S+)", text).groups()
            signs_in(site, owner, password)
            mails = Visitor(addresses["Mails"])
            until(lambda: b"New message" in mails.get("/").body, what="the mail on the page")
            # The AWS CLI, an emulator of each function, and what runs in it.
            running = descendants(process.pid)
            assert len(running) >= 5
            process.send_signal(signal.SIGINT)
            require_end(process, Path(output.name).read_text)
            until_gone(running)
        finally:
            process.kill()
            process.wait()
            kept.close()


def test_a_port_that_is_taken_is_said(tmp_path):
    done = subprocess.run(
        [REPOSITORY / ".venv-rehearsal/bin/python", "-m", "Rehearsal"], cwd=REPOSITORY, env=os.environ | {"PORT": "x"},
        capture_output=True, text=True, timeout=60,
    )
    assert done.returncode != 0 and "PORT is 'x'" in done.stderr
