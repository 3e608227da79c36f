# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Damaged bodies of each format: every one is answered, none with a 5xx, the memory stays as it is."""

import random
import uuid
from collections import Counter

import pytest

from harness.forms import JSON, MULTIPART, URLENCODED, encode, letter, post
from harness.mutation import mutate
from harness.store import integrity, submissions
from harness.wire import Connection, request_bytes

PIPELINE = 16
FIELDS = letter(phone="031-390 06 12") | {"_subject": "Båt", "_id": "t", "boat": ["eka", "snipa"], "message[a][]": "x"}
EXPECTED = {200, 400, 413, 415, 422}
MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def server(start):
    # So much captured mail would test the disk, not the intake: what is damaged and still fine is held.
    return start(BREVLADA_SPAM_THRESHOLD=1, BREVLADA_LOG_LEVEL="warning")


def requests(seed, media_type, count):
    rng = random.Random(f"{seed} {media_type}")
    content_type, body = encode(FIELDS, media_type)
    for _ in range(count):
        sent_type = mutate(rng, content_type.encode()) if rng.random() < 0.05 else content_type.encode()
        # A header cannot hold these; damaged headers are the business of the raw streams.
        sent_type = bytes(byte for byte in sent_type if byte >= 0x20 and byte != 0x7F).decode("latin-1")
        headers = [("Content-Type", sent_type), ("Accept", JSON if rng.random() < 0.8 else "text/html")]
        yield request_bytes("POST", "/api/contact", headers, mutate(rng, body))


def run(server, stream):
    """Sends everything, several requests on the way at once; how often each status came."""
    seen = Counter()
    with Connection("127.0.0.1", server.port) as connection:
        while batch := [request for _, request in zip(range(PIPELINE), stream)]:
            connection.send(b"".join(batch))
            for request in batch:
                answer = connection.read()
                seen[answer.status] += 1
                assert answer.status in EXPECTED | {303}, (answer, request)
    return seen


@pytest.mark.parametrize("media_type", [JSON, URLENCODED, MULTIPART])
def test_damaged_bodies_are_answered(server, counts, media_type):
    warm_up = min(counts.mutated_bodies // 3, 10_000)
    run(server, requests(0, media_type, warm_up))
    before = server.rss
    seen = run(server, requests(1, media_type, counts.mutated_bodies))
    grown = server.rss - before
    assert sum(seen.values()) == counts.mutated_bodies
    # Both must be there, or the damage is too small or too great to test anything.
    assert seen[400] and seen[422] and seen[200] + seen[303], seen
    assert grown < 8 * MEGABYTE, f"{grown / MEGABYTE:.1f} MiB more after {counts.mutated_bodies} bodies"
    assert server.process.poll() is None
    with server.client() as client:
        answer = post(client, letter(message=f"still there {uuid.uuid4()}"))
        assert answer.status == 200


def test_what_was_stored_meanwhile_is_whole(server):
    stored = submissions(server.database)
    assert stored and integrity(server.database) == ["ok"]
    assert len({(each.id, each.form) for each in stored}) == len(stored)
    for each in stored:
        assert "\x00" not in str(each.fields)
