# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What a careful person writes first in Python: Flask, gunicorn and sqlite3, one durable insert per request.

    DATABASE=letters.sqlite SITE=../Site gunicorn --workers 2 flask_peer:app
"""

import os
import sqlite3
import sys

from flask import Flask, jsonify, request, send_from_directory

app = Flask(__name__, static_folder=None)
database = sqlite3.connect(os.environ["DATABASE"], timeout=30, isolation_level=None)
database.execute("PRAGMA journal_mode = WAL")
database.execute("PRAGMA synchronous = FULL")
database.execute(
    "CREATE TABLE IF NOT EXISTS letter (id INTEGER PRIMARY KEY, received_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,"
    " name TEXT NOT NULL, email TEXT NOT NULL, message TEXT NOT NULL)"
)
[journal], [synchronous] = (database.execute(f"PRAGMA {name}").fetchone() for name in ("journal_mode", "synchronous"))
print(f"journal_mode={journal} synchronous={synchronous}", file=sys.stderr, flush=True)


@app.post("/api/contact")
def contact():
    form = request.form
    row = database.execute(
        "INSERT INTO letter (name, email, message) VALUES (?, ?, ?)", (form["name"], form["email"], form["message"])
    )
    return jsonify(ok=True, id=row.lastrowid)


@app.get("/")
def home():
    return send_from_directory(os.environ["SITE"], "index.html")


@app.get("/<path:path>")
def page(path):
    return send_from_directory(os.environ["SITE"], path)
