# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Whatever was answered with "thanks" is stored exactly once and is mailed, however the program ended."""

import os
import random
import signal
import subprocess
import time

import pytest

from harness.load import Visitors
from harness.store import integrity, statuses, submissions
from harness.waiting import WINDOW, until

SEED = 20261123


def delivered(server, timeout=600):
    """Waits until no mail is due any more, and returns how many submissions there are."""
    until(lambda: set(statuses(server.database)) == {"notified"}, timeout, "everything notified")
    return statuses(server.database)["notified"]


def are_of_different_windows(copies):
    """Without a token a message that was sent on both sides of a window's edge is two, and so may the run be that long."""
    moments = sorted(each.moment for each in copies)
    return all(later - earlier == WINDOW * 1000 for earlier, later in zip(moments, moments[1:]))


def check_both_sides(server, peer, visitors):
    """Counts what visitors were promised, what the store holds and what the mail server took."""
    stored = submissions(server.database)
    copies = {}
    for each in stored:
        copies.setdefault(each.fields["message"], []).append(each)
    assert visitors.strange == []
    assert len(visitors.answered) > 0
    lost = [text for text in visitors.answered if text not in copies]
    assert lost == [], f"{len(lost)} of {len(visitors.answered)} promised messages are not in the store"
    assert [text for text, same in copies.items() if not are_of_different_windows(same)] == [], "stored more than once"
    assert all(id in [each.id for each in copies[text]] for text, id in visitors.answered.items() if id)
    assert integrity(server.database) == ["ok"]

    mails = peer.mails()
    sent = {each.id: set() for each in stored}
    for mail in mails:
        [id] = [id for id in (mail.id.strip("<>").partition("@")[0],) if id in sent] or [None]
        assert id, f"a mail about nothing that is stored: {mail.id}"
        sent[id].add(mail.id)
    assert [id for id, names in sent.items() if not names] == [], "never mailed"
    assert all(len(names) == 1 for names in sent.values())
    return len(mails) - len(sent)


@pytest.mark.parametrize("html", [False, True], ids=["with JavaScript", "without"])
def test_nothing_that_was_answered_is_lost_when_the_program_is_killed(start, mail_server, counts, html):
    rng = random.Random(SEED + html)
    peer = mail_server()
    server = start(**peer.settings)
    visitors = Visitors(server.port, counts.clients, html).start()
    for _ in range(max(counts.kills // 2, 1)):
        before = len(visitors.answered)
        until(lambda: len(visitors.answered) > before, what="an answer after the restart")
        time.sleep(rng.uniform(0, 0.5))  # The random moment itself.
        server.kill()
        assert server.process.returncode == -signal.SIGKILL
        server.start()
    visitors.stop()
    assert visitors.retried > 0
    delivered(server)
    repeats = check_both_sides(server, peer, visitors)
    print(f"{len(visitors.answered)} answered, {visitors.retried} tries failed, {repeats} mails repeated")


def test_digests_lose_nothing_either(start, mail_server, counts):
    peer = mail_server()
    defaults = {key: value for key, value in peer.settings.items() if "DIGEST" not in key}
    server = start(**defaults)
    visitors = Visitors(server.port, counts.clients).start()
    rng = random.Random(SEED)
    for _ in range(3):
        before = len(visitors.answered)
        until(lambda: len(visitors.answered) > before + 100, what="a hundred answers")
        time.sleep(rng.uniform(0, 0.5))
        server.kill()
        server.start()
    visitors.stop()
    total = delivered(server)
    mails = peer.mails()
    everything = "".join(mail.octets.decode() for mail in mails)
    assert [id for id in visitors.answered.values() if id not in everything] == []
    assert len(mails) < total


def test_sigterm_under_load_finishes_what_was_accepted(start, mail_server, counts):
    peer = mail_server()
    server = start(**peer.settings)
    visitors = Visitors(server.port, counts.clients).start()
    for _ in range(3):
        before = len(visitors.answered)
        until(lambda: len(visitors.answered) > before + 20, what="twenty answers")
        assert server.stop() == 0, server.log
        # A clean end leaves nothing in the log beside the database.
        wal = server.database.with_name("brevlada.sqlite-wal")
        assert not wal.exists() or wal.stat().st_size == 0
        server.start()
    visitors.stop()
    delivered(server)
    assert check_both_sides(server, peer, visitors) == 0, "after a clean end no mail is sent twice"


def test_a_terminal_that_closes_ends_it_as_sigterm_does(start):
    server = start()
    os.kill(server.pid, signal.SIGHUP)
    assert server.process.wait(30) == 0, server.log


def test_one_that_was_started_with_nohup_stays(start):
    server = start(wrapper=["sh", "-c", 'trap "" HUP; "$@" & wait', "sh"])
    os.kill(server.pid, signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        server.process.wait(1)
    with server.client() as client:
        assert client.get("/health").status == 200
