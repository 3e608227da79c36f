# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Exports at the real program: whole, harmless in a spreadsheet, and flat in memory."""

import csv
import http.client
import io
import json
import re
import sqlite3
from contextlib import closing

import pytest

from harness.forms import JSON, letter, post
from harness.hostile import HOSTILE
from harness.inbox import signed_in

SIGNS = "=+@＝＋－＠-"
FORMULA = (*SIGNS, "\t", "\r", "\n")


def guarded(text):
    """With an apostrophe wherever a spreadsheet, set to any separator, could begin a formula."""
    return ("'" if text[0] in "\t\r\n" else "") + re.sub(f"""((?:^|[,;\t\r\n])"*)(?=[{SIGNS}])""", r"\1'", text)


@pytest.fixture(scope="module")
def hostile(start):
    """Each hostile text as message, name, field and field's name."""
    server = start()
    with server.client() as client:
        for number, text in enumerate(HOSTILE):
            fields = {"name": text[:500], "email": "a@b.se", "message": f"m{number}", "text": text, f"{text[:50]}-{number}": "x"}
            answer = post(client, fields, media_type=JSON)
            assert answer.status == 200, answer.text
    with signed_in(server) as owner:
        yield owner


@pytest.mark.parametrize("separator, character", [("comma", ","), ("semicolon", ";"), ("tab", "\t")])
def test_no_cell_of_a_table_is_a_formula(hostile, separator, character):
    answer = hostile.get("/submissions.csv", separator=separator, bom="true")
    assert answer.status == 200
    assert answer["content-type"] == "text/csv; charset=utf-8"
    assert answer["content-disposition"].startswith('attachment; filename="messages-')
    assert answer.body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"), newline=""), delimiter=character))
    assert len(rows) == 1 + len(HOSTILE)
    assert len({len(row) for row in rows}) == 1
    for row in rows:
        assert not [cell for cell in row if cell.startswith(FORMULA)]
    column = rows[0].index("text")
    assert {row[column] for row in rows[1:]} == {guarded(text) for text in HOSTILE}
    # Nor is any where a spreadsheet is set to another separator, and takes quotation marks for letters.
    cells = re.split("[,;\t\r\n]", answer.body.decode("utf-8-sig"))
    assert not [cell for cell in cells if cell.strip('"').startswith(tuple(SIGNS))]


def test_json_lines_are_exact(hostile):
    answer = hostile.get("/submissions.jsonl")
    assert answer.status == 200 and answer["content-type"] == "application/x-ndjson; charset=utf-8"
    lines = [json.loads(line) for line in answer.body.decode().split("\n")[:-1]]
    assert {line["fields"]["text"] for line in lines} == set(HOSTILE)
    assert b"<" not in answer.body


def test_the_api_shows_them_as_text(hostile):
    everything = hostile.submissions(limit=10)
    assert len(everything) == len(HOSTILE)
    for each in everything:
        answer = hostile.get(f"/submissions/{each['id']}")
        assert answer["content-type"] == "application/json" and answer["x-content-type-options"] == "nosniff"
        assert b"<" not in answer.body
        values = {field["name"]: field["values"][0] for field in answer.json()["fields"]}
        assert values["text"] == HOSTILE[int(values["message"][1:])]


def test_an_export_has_what_the_list_has(hostile):
    rows = list(csv.DictReader(io.StringIO(hostile.get("/submissions.csv", q="<svg").body.decode(), newline="")))
    assert [row["id"] for row in rows] == [each["id"] for each in hostile.submissions(q="<svg")]
    assert {row["text"] for row in rows} == {text for text in HOSTILE if "<svg" in text}


def test_many_messages_are_exported_in_flat_memory(start, counts):
    server = start()
    with signed_in(server) as owner:
        # The books are not kept here: what is measured is the export.
        with closing(sqlite3.connect(server.database, timeout=60)) as connection, connection:
            connection.executemany(
                "INSERT INTO submission (id, form, received_at, name, email, fields, language, status, spam_reasons, attempts,"
                " notified_at) VALUES (?, 'contact', ?, 'Åsa', 'asa@example.se', ?, 'sv', 'notified', '[]', 1, ?)",
                (
                    (f"01KAVX{number:020d}", 1_764_000_000_000 + number,
                     json.dumps({"message": f"{number} " + "båten läcker " * 80, f"extra{number % 40}": "ja"}, ensure_ascii=False),
                     1_764_000_001_000 + number)
                    for number in range(counts.exported)
                ),
            )
        before = owner.get("/submissions", limit=1)
        assert before.status == 200
        highest = start_rss = server.rss
        for path in ["/submissions.jsonl", "/submissions.csv"]:
            count, size = 0, 0
            for chunk in stream(owner, path):
                count += chunk.count(b"\n")
                size += len(chunk)
                highest = max(highest, server.rss)
            assert count == counts.exported + (path == "/submissions.csv")
            assert size > 900 * counts.exported
        # Less than either export has, 27 MB and more; some six of them are the first pages of the database.
        assert highest - start_rss < 20 * 1024 * 1024, f"{highest:,} from {start_rss:,}"


def stream(owner, path):
    """The chunks of an export as they come."""
    connection = http.client.HTTPConnection(owner.client.host, owner.client.port, timeout=120)
    try:
        connection.request("GET", f"/api{path}", headers={"Cookie": owner.cookie})
        response = connection.getresponse()
        assert response.status == 200
        while chunk := response.read(1 << 20):
            yield chunk
    finally:
        connection.close()


def test_who_goes_away_in_the_midst_harms_nobody(hostile, start):
    server = start()
    with signed_in(server) as owner:
        with closing(sqlite3.connect(server.database, timeout=60)) as connection, connection:
            connection.executemany(
                "INSERT INTO submission (id, form, received_at, fields, language, status, spam_reasons, attempts)"
                " VALUES (?, 'contact', ?, ?, 'sv', 'held', '[]', 0)",
                ((f"01KAVY{number:020d}", 1_764_000_000_000 + number, json.dumps({"message": "x" * 2000})) for number in range(20_000)),
            )
        for _ in range(5):
            chunks = stream(owner, "/submissions.csv")
            next(chunks)
            chunks.close()
        assert owner.get("/submissions", limit=1).status == 200
        with server.client() as client:
            assert post(client, letter()).status == 200
