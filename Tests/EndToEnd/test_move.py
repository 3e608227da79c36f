# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Moving from one machine to AWS and back: each message as it was, nobody mailed again. Ten thousand of them in a soak."""

import json
import random
import subprocess

import pytest

from harness.aws import Moto
from harness.brevlada import Brevlada, binary, environment, run
from harness.lambdas import CREDENTIALS, REGION
from harness.smtp import MailServer
from harness.waiting import until

WAITING = 5
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CONFIGURATION = "forms:\n  order:\n    fields:\n      message:\n        required: true\n"
BORN = 1_795_000_000_000  # milliseconds, in November 2026


def ulid(milliseconds, dice):
    number = milliseconds << 80 | dice.getrandbits(80)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(25, -1, -1))


def moment(milliseconds):
    seconds, rest = divmod(milliseconds, 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    # Days of November 2026 and after, counted from 2026-11-01.
    day = days - 20_758
    month, day = (11, day + 1) if day < 30 else (12, day - 29)
    return f"2026-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{rest:03}Z"


def message(number, dice):
    """One of every kind of message, its delivery record as its status has it."""
    at = BORN + number * 40_003
    status = "received" if number < WAITING else ("notified", "held", "failed", "bounced", "notified")[number % 5]
    address = f"person{number}@example.se"
    fields = {"name": "Åsa <b>Öst</b>", "email": address, "message": f"Question {number}\r\n=1+1 \u2028 \x01 👩🏽‍🚒"}
    if number % 7 == 0:
        fields["size[]"] = ["S", "", "XL"]
    item = {
        "id": ulid(at, dice), "form": "order" if number % 3 == 0 else "contact", "receivedAt": moment(at),
        "status": status, "name": "Åsa <b>Öst</b>", "email": address, "replyTo": address, "fields": fields,
        "language": dice.choice(["sv", "en"]), "spamReasons": ["honeypot", "links"] if status == "held" else [],
        "delivery": {"attempts": 0}, "history": [],
    }
    if status == "received":
        item["delivery"]["nextAttempt"] = moment(at)
    if status in ("notified", "bounced"):
        item["delivery"] = {"attempts": 2, "providerMessageID": f"0107-{number}", "notifiedAt": moment(at + 1234)}
        item["history"] = [
            {"at": moment(at + 3), "what": "postponed", "reason": "451 4.7.1 greylisted"},
            {"at": moment(at + 1234), "what": "notified"},
        ]
    if status in ("failed", "bounced"):
        item["delivery"] |= {"attempts": 3, "lastError": "550 5.1.1 no such user"}
        item["history"].append({"at": moment(at + 5000), "what": status, "reason": "550 5.1.1 no such user"})
    if number % 11 == 0:
        item["readAt"] = moment(at + 60_001)
    if number % 13 == 0:
        item["archivedAt"] = moment(at + 70_002)
    if number % 17 == 0:
        item["subject"], item["page"], item["origin"] = "Order \"7\"", "https://example.se/kontakt", "https://example.se"
    if number % 19 == 0:
        item["region"], item["expiresAt"] = REGION, moment(at + 30 * 86_400_000)
    return item


@pytest.fixture(scope="module")
def total(counts):
    return counts.moved


@pytest.fixture(scope="module")
def original(tmp_path_factory, total):
    """What the old place has, in no order."""
    dice = random.Random(20261125)
    items = [message(number, dice) for number in range(total)]
    dice.shuffle(items)
    path = tmp_path_factory.mktemp("move") / "original.jsonl"
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def moto():
    server = Moto()
    server.reset()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def places(tmp_path_factory, moto):
    """Arguments and environment of each place that messages may be in."""
    folder = tmp_path_factory.mktemp("places")
    (folder / "brevlada.yaml").write_text(CONFIGURATION)
    cloud = {"AWS_ENDPOINT_URL": moto.url, "AWS_REGION": REGION} | CREDENTIALS

    def command(place, *arguments, stdin="", check=0):
        where = ["--aws", "--table", "submissions", "--shards", "4"] if place == "aws" else ["--data", folder / place]
        words = arguments if arguments[0] == "audit" else ("inbox", *arguments)
        return run(*words, *where, cwd=folder, stdin=stdin, check=check, timeout=900, **cloud)

    command.folder = folder
    return command


@pytest.fixture(scope="module")
def exports(original, places, total):
    """The exports of the old machine, of AWS and of a new machine, each filled from the one before."""
    texts = {}
    path = original
    for place in ("old", "aws", "new"):
        done = places(place, "import", path)
        assert done.stdout == f"{total} stored, 0 there already\n"
        assert f"{WAITING} of them wait for their mail" in done.stderr
        path = places.folder / f"{place}.jsonl"
        places(place, "export", "--format", "jsonl", "--output", path)
        texts[place] = path.read_bytes()
    return texts


def test_every_message_is_kept_as_it_was(original, exports, total):
    before = {line["id"]: line for line in map(json.loads, original.read_text(encoding="utf-8").rstrip("\n").split("\n"))}
    after = [json.loads(line) for line in exports["old"].splitlines()]
    assert len(after) == total
    for item in after:
        assert item == before.pop(item["id"])
    assert not before


def test_the_export_is_the_same_byte_for_byte_on_the_machine_on_aws_and_back(exports):
    assert exports["aws"] == exports["old"]
    assert exports["new"] == exports["old"]


@pytest.mark.parametrize("place", ["aws", "new"])
def test_an_import_that_is_run_again_doubles_nothing(exports, places, place, total):
    done = places(place, "import", places.folder / "old.jsonl")
    assert done.stdout == f"0 stored, {total} there already\n" and not done.stderr
    again = places.folder / f"{place}-again.jsonl"
    places(place, "export", "--format", "jsonl", "--output", again)
    assert again.read_bytes() == exports["old"]


def test_the_audit_counts_the_same_everywhere(exports, places, total):
    audits = {}
    for place in ("old", "aws", "new"):
        audit = json.loads(places(place, "audit", "--since", "all", "--json", check=1).stdout)
        assert audit["accepted"] == audit["stored"] == total and audit["addsUp"] is True
        audits[place] = {key: audit[key] for key in ("counts", "failed", "bounced")}
    assert audits["aws"] == audits["old"] and audits["new"] == audits["old"]
    assert audits["old"]["counts"]["received"] == WAITING


def test_only_what_waited_is_mailed_from_the_new_machine_and_that_once(exports, places, tmp_path_factory):
    server = MailServer(tmp_path_factory.mktemp("smtp"))
    try:
        for _ in range(2):  # a restart mails nothing again
            with Brevlada(places.folder / "new", config=places.folder / "brevlada.yaml", **server.settings):
                server.wait(WAITING)
                until(lambda: places("new", "list", "--status", "received").stdout == "", what="an empty outbox")
        assert len(server.names()) == WAITING
        listed = json.loads(places("new", "list", "--status", "received", "--json").stdout)
        assert listed == []
    finally:
        server.stop()


def test_a_broken_line_is_named_and_nothing_is_stored(exports, places):
    lines = exports["old"].splitlines(keepends=True)
    cases = {
        b"{\n": "line 3 is not JSON",
        lines[2].replace(b'"status":"', b'"status":"x'): 'line 3 "status" is not a status',
        lines[2].replace(b'"id":"', b'"id":"!'): 'line 3 "id" is not the id of a message',
        lines[2].replace(b'"form"', b'"from"'): 'line 3 "form" is missing',
        lines[2].replace(b'"language"', b'"mood":"good","language"'): 'line 3 "mood" is not known',
    }
    for line, reason in cases.items():
        broken = places.folder / "broken.jsonl"
        broken.write_bytes(b"".join(lines[:2]) + line + b"".join(lines[3:5]))
        done = places("empty", "import", broken, check=2)
        assert reason in done.stderr and "nothing was stored" in done.stderr
        assert not (places.folder / "empty").exists()


def test_an_import_that_was_broken_off_goes_on(exports, places, total):
    lines = [f"{line}\n" for line in exports["old"].decode().rstrip("\n").split("\n")]
    done = places("resumed", "import", "-", stdin="".join(lines[:total // 2]) + "{\n", check=2)
    assert f"line {total // 2 + 1} is not JSON" in done.stderr and "may be run again" in done.stderr
    done = places("resumed", "import", places.folder / "old.jsonl")
    assert done.stdout == f"{total - total // 2} stored, {total // 2} there already\n"
    path = places.folder / "resumed.jsonl"
    places("resumed", "export", "--format", "jsonl", "--output", path)
    assert path.read_bytes() == exports["old"]


def test_an_import_that_is_killed_goes_on(exports, places, total):
    data = places.folder / "killed"
    process = subprocess.Popen(
        [binary(), "inbox", "import", "-", "--data", data], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, env=environment(), cwd=places.folder,
    )
    process.stdin.write(b"".join(exports["old"].splitlines(keepends=True)[:total // 3]))
    process.stdin.flush()
    until(lambda: (data / "brevlada.sqlite").exists(), what="the database")
    process.kill()
    process.wait()
    process.stdin.close()
    done = places("killed", "import", places.folder / "old.jsonl")
    stored, known = (int(part.split()[0]) for part in done.stdout.split(","))
    assert stored + known == total
    path = places.folder / "killed.jsonl"
    places("killed", "export", "--format", "jsonl", "--output", path)
    assert path.read_bytes() == exports["old"]


def test_the_commands_say_and_do_the_same_on_aws_and_on_the_machine(exports, places, total):
    items = [json.loads(line) for line in exports["old"].splitlines()]
    held = next(item["id"] for item in items if item["status"] == "held")
    failed = next(item["id"] for item in items if item["status"] == "failed")
    mailed = next(item for item in items if item["status"] == "notified")
    for arguments in [
        ("list", "--limit", "7"), ("list", "--status", "failed", "--json"), ("list", "--search", "QUESTION 99"),
        ("list", "--from", mailed["email"], "--limit", "3"), ("show", held), ("show", failed[:14]), ("release", held), ("release", held), ("resend", failed),
        ("spam", mailed["id"]), ("archive", mailed["id"], failed), ("unarchive", failed), ("erase", mailed["email"], "--yes"),
        ("erase", "nobody@example.se", "--yes"), ("show", mailed["id"]), ("delete", "--yes", held),
        ("delete", "--yes", failed, held, "01K00000000000000000000000"),
        ("delete", "--yes", "--before", "2999-01-01", "--status", "held"),
    ]:
        answers = []
        for place in ("old", "aws"):
            done = places(place, *arguments, check=None)
            # What was done just now has another moment, and the receipt its name from it.
            answers.append((done.returncode, [word for word in done.stdout.split() if "Z" not in word and len(word) != 26]))
        assert answers[0] == answers[1], arguments
    gone = 3 + answers[0][1].count("deleted")
    assert gone > 3
    for place in ("old", "aws"):
        audit = json.loads(places(place, "audit", "--since", "all", "--json", check=None).stdout)
        assert (audit["accepted"], audit["erased"], audit["stored"], audit["addsUp"]) == (total, gone, total - gone, True)
