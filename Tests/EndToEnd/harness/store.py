# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The database as another program sees it, read with Python's own SQLite."""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass


@dataclass(frozen=True)
class Stored:
    id: str
    form: str
    name: str
    email: str
    reply_to: str
    subject: str
    fields: dict
    page: str
    origin: str
    language: str
    status: str
    spam_reasons: list
    attempts: int
    last_error: str
    in_outbox: bool

    @property
    def moment(self):
        """The milliseconds in the id: the client's time, or the beginning of the window that the message came in."""
        moment = 0
        for character in self.id[:10]:
            moment = moment * 32 + "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(character)
        return moment


def submissions(database):
    """Every stored submission, in the order of arrival."""
    query = """
        SELECT id, form, name, email, reply_to, subject, fields, page, origin, language, status, spam_reasons,
               attempts, last_error, outbox.submission IS NOT NULL
        FROM submission LEFT JOIN outbox ON outbox.submission = number ORDER BY number
    """
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as connection:
        rows = connection.execute(query).fetchall()
    return [Stored(*row[:6], json.loads(row[6]), *row[7:11], json.loads(row[11]), *row[12:14], bool(row[14]))
            for row in rows]


def statuses(database):
    """How many submissions there are of each status."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as connection:
        return dict(connection.execute("SELECT status, count(*) FROM submission GROUP BY status"))


def integrity(database):
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as connection:
        return [row[0] for row in connection.execute("PRAGMA integrity_check")]
