// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import GRDB

/// The tables, and how a file of any earlier release becomes one of today.
enum SubmissionSchema {
    /// "Brev", in the header of every database of ours (`PRAGMA application_id`).
    static let applicationID = 0x4272_6576

    /// Append only. A migration that was released is never edited, renamed or removed: files out there name it.
    static let migrator: DatabaseMigrator = {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("0001-submission-outbox") { db in
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.execute(
                sql: """
                    -- Moments are milliseconds since 1970 in UTC. `fields` is a JSON object in the order sent,
                    -- `spam_reasons` a JSON array. Rows stand in the order of arrival, so that inserts append.
                    CREATE TABLE submission (
                        number INTEGER PRIMARY KEY,
                        id TEXT NOT NULL,
                        form TEXT NOT NULL,
                        received_at INTEGER NOT NULL,
                        name TEXT,
                        email TEXT,
                        reply_to TEXT,
                        subject TEXT,
                        fields TEXT NOT NULL,
                        page TEXT,
                        origin TEXT,
                        language TEXT NOT NULL,
                        status TEXT NOT NULL,
                        spam_reasons TEXT NOT NULL,
                        attempts INTEGER NOT NULL,
                        last_error TEXT,
                        provider_message_id TEXT,
                        notified_at INTEGER,
                        expires_at INTEGER,
                        region TEXT,
                        UNIQUE (id, form)
                    ) STRICT;

                    -- A submission is here exactly as long as its status is 'received'.
                    CREATE TABLE outbox (
                        submission INTEGER PRIMARY KEY REFERENCES submission (number) ON DELETE CASCADE,
                        due_at INTEGER NOT NULL
                    ) STRICT;
                    CREATE INDEX outbox_due ON outbox (due_at);

                    CREATE INDEX submission_received ON submission (received_at);
                    CREATE INDEX submission_expiry ON submission (expires_at) WHERE expires_at IS NOT NULL;
                    -- The few that an owner looks for; what came in and was notified costs no entry.
                    CREATE INDEX submission_attention ON submission (status, id)
                        WHERE status IN ('held', 'failed', 'bounced');
                    """
            )
        }
        migrator.registerMigration("0002-owners-inbox") { db in
            try db.execute(
                sql: """
                    ALTER TABLE submission ADD COLUMN read_at INTEGER;
                    ALTER TABLE submission ADD COLUMN archived_at INTEGER;
                    ALTER TABLE submission ADD COLUMN history TEXT NOT NULL DEFAULT '[]';

                    -- Each list that an owner asks for is a merge of a few of these, whatever is rare among a million:
                    -- one run for each form and status (SubmissionRuns).
                    DROP INDEX submission_received;
                    DROP INDEX submission_attention;
                    CREATE INDEX submission_inbox ON submission (form, status, received_at) WHERE archived_at IS NULL;
                    CREATE INDEX submission_archive ON submission (form, status, received_at)
                        WHERE archived_at IS NOT NULL;
                    CREATE INDEX submission_unread ON submission (form, status, received_at)
                        WHERE archived_at IS NULL AND read_at IS NULL;

                    -- The books: by the day of receipt, its first millisecond in UTC. Written in the transaction of what
                    -- they count. Of each day: accepted = present + erased + expired.
                    CREATE TABLE tally (
                        day INTEGER NOT NULL,
                        status TEXT NOT NULL,
                        accepted INTEGER NOT NULL DEFAULT 0,
                        present INTEGER NOT NULL DEFAULT 0,
                        unread INTEGER NOT NULL DEFAULT 0,
                        erased INTEGER NOT NULL DEFAULT 0,
                        expired INTEGER NOT NULL DEFAULT 0,
                        PRIMARY KEY (day, status)
                    ) STRICT, WITHOUT ROWID;
                    -- How many mails took how long, in the buckets of DeliveryTimes.
                    CREATE TABLE delivery_time (
                        day INTEGER NOT NULL,
                        bucket INTEGER NOT NULL,
                        mails INTEGER NOT NULL,
                        PRIMARY KEY (day, bucket)
                    ) STRICT, WITHOUT ROWID;
                    """
            )
            try Tally.fill(db)
        }
        migrator.registerMigration("0003-search") { db in
            try db.execute(sql: SearchIndex.schema)
        }
        migrator.registerMigration("0004-partial") { db in
            try db.execute(
                sql: """
                    -- The few mails that were not taken for every recipient, among a million that were.
                    CREATE INDEX submission_partial ON submission (received_at, id) WHERE \(Tally.isPartial);
                    """
            )
        }
        migrator.registerMigration("0005-part") { db in
            try db.execute(
                sql: """
                    -- A JSON object of how far its mail came, while some of the recipients have it and others are to get it.
                    ALTER TABLE submission ADD COLUMN part TEXT;
                    -- The few of these, among however many that wait.
                    CREATE INDEX submission_part ON submission (received_at, id) WHERE part IS NOT NULL;
                    """
            )
        }
        return migrator
    }()

    /// Throws before anything is written when the file is not ours, or is from a version that came later; or earlier, and
    /// is not to be migrated.
    static func check(_ db: Database, path: String, migrates: Bool) throws {
        let id = try Int.fetchOne(db, sql: "PRAGMA application_id")
        if id != applicationID {
            // A crash while the file was made leaves it empty, or with the library's own tables.
            let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master WHERE name NOT LIKE '%grdb%'")
            guard id == 0, tables == 0 else {
                throw StoreError(.corrupt, "\"\(path)\" is the database of another program; set another data folder")
            }
            guard migrates else {
                throw StoreError(.unavailable, "\"\(path)\" is empty as yet; start \"brevlada serve\", which fills it")
            }
        }
        guard try !migrator.hasBeenSuperseded(db) else {
            throw StoreError(
                .unavailable,
                "\"\(path)\" was written by a newer version of brevlada; install that version or restore a backup"
            )
        }
        guard try migrates || migrator.hasCompletedMigrations(db) else {
            throw StoreError(
                .unavailable,
                "\"\(path)\" is of an earlier release of brevlada; back it up, then start \"brevlada serve\" once, which "
                    + "brings it up to date"
            )
        }
    }
}
