// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import GRDB

/// The full-text index, and how far it goes.
///
/// It is filled after the fact, by `SearchIndexing`, since the index of a message costs more than its insert: what came in
/// since is looked at one by one. A row of the index stands at its `place`: the time of receipt and a number within the
/// millisecond, so that the index yields what it finds newest first.
enum SearchIndex {
    static let schema = """
        -- The words are threes of characters (SearchGrams). Neither texts nor positions are kept: what is found is read from
        -- the submission.
        CREATE VIRTUAL TABLE search USING fts5 (
            words, content = '', columnsize = 0, detail = none, tokenize = 'ascii'
        );
        CREATE TABLE search_place (
            place INTEGER PRIMARY KEY,
            submission INTEGER NOT NULL UNIQUE
        ) STRICT;
        -- What has a number up to this is in the index.
        CREATE TABLE search_progress (indexed INTEGER NOT NULL, has_residue INTEGER NOT NULL) STRICT;
        INSERT INTO search_progress VALUES (0, 0);
        """

    /// Places of one millisecond. What came in it beyond that stays outside the index, as may be where an archive was imported
    /// whose times are days.
    private static let room: Int64 = 1 << 14

    static func places(from: Timestamp?, until: Timestamp?, cursor: SubmissionCursor?) -> ClosedRange<Int64>? {
        let lowest = from.map(firstPlace) ?? 0
        var highest = Int64.max
        if let until { highest = min(highest, firstPlace(of: until) - 1) }
        if let cursor { highest = min(highest, firstPlace(of: cursor.moment) + (room - 1)) }
        return lowest <= highest ? lowest...highest : nil
    }

    /// The lowest place of a moment. Moments before 1970 share the places of its first millisecond, and those for which
    /// there are no numbers the last ones: nothing was received then, whatever a cursor or a row says.
    private static func firstPlace(of moment: Timestamp) -> Int64 {
        min(max(moment.milliseconds, 0), Int64.max / room) * room
    }

    static func moment(of place: Int64) -> Timestamp { Timestamp(milliseconds: place / room) }

    static func indexed(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT indexed FROM search_progress")) ?? 0
    }

    /// Whether a submission waits for the index.
    static func isBehind(_ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db.cachedStatement(
                sql: "SELECT EXISTS (SELECT 1 FROM submission WHERE number > (SELECT indexed FROM search_progress))"
            )
        ) ?? false
    }

    /// Takes up to `limit` submissions into the index; returns how many.
    static func advance(limit: Int, _ db: Database) throws -> Int {
        let statement = try db.cachedStatement(
            sql: """
                \(SubmissionRow.select), number \(SubmissionRow.from)
                WHERE number > (SELECT indexed FROM search_progress) ORDER BY number LIMIT ?
                """
        )
        let rows = try Row.fetchAll(statement, arguments: [limit])
        for row in rows {
            let number: Int64 = row["number"]
            if let submission = try? SubmissionRow.submission(row) {
                try insert(submission, number: number, db)
            } else {
                try setAside(number, db)
            }
        }
        if let last = rows.last {
            try db.cachedStatement(sql: "UPDATE search_progress SET indexed = ?").execute(arguments: [
                last["number"] as Int64
            ])
        }
        return rows.count
    }

    private static func insert(_ submission: Submission, number: Int64, _ db: Database) throws {
        let first = firstPlace(of: submission.receivedAt)
        let last = first + (room - 1)
        let highest = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT max(place) FROM search_place WHERE place BETWEEN ? AND ?"),
            arguments: [first, last]
        )
        guard highest != last else { return try setAside(number, db) }
        let place = highest.map { $0 + 1 } ?? first
        try db.cachedStatement(sql: "INSERT INTO search_place (place, submission) VALUES (?, ?)")
            .execute(arguments: [place, number])
        try db.cachedStatement(sql: "INSERT INTO search (rowid, words) VALUES (?, ?)")
            .execute(arguments: [place, SearchGrams.words(of: submission)])
    }

    /// Notes a row that can't be read, or has no place left, so that it keeps no other from the index and a search still meets it:
    /// it gets a place where no moment is, and no words.
    private static func setAside(_ number: Int64, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO search_place (place, submission) VALUES (?, ?)")
            .execute(arguments: [-number, number])
    }

    /// Which numbers a search has to look at one by one.
    static let isOutside = """
        number > (SELECT indexed FROM search_progress) OR number IN (SELECT submission FROM search_place WHERE place < 0)
        """

    /// Takes out a submission that was deleted. FTS5 does so by its words; traces stay until its parts are merged
    /// (https://www.sqlite.org/fts5.html#the_delete_command), which `purge` does.
    static func remove(_ submission: Submission, number: Int64, _ db: Database) throws {
        if let place = try removePlace(of: number, db), place >= 0 {
            try db.cachedStatement(sql: "INSERT INTO search (search, rowid, words) VALUES ('delete', ?, ?)")
                .execute(arguments: [place, SearchGrams.words(of: submission)])
            try db.cachedStatement(sql: "UPDATE search_progress SET has_residue = 1").execute()
        }
        try limitProgress(db)
    }

    /// Takes out what was deleted and can't be read. Its words are not known, and without them FTS5 takes out nothing: all
    /// begins anew, so that none of them stays.
    static func removeUnreadable(_ number: Int64, _ db: Database) throws {
        if let place = try removePlace(of: number, db), place >= 0 {
            try db.execute(
                sql: """
                    INSERT INTO search (search) VALUES ('delete-all');
                    DELETE FROM search_place;
                    UPDATE search_progress SET indexed = 0, has_residue = 0;
                    """
            )
        }
        try limitProgress(db)
    }

    private static func removePlace(of number: Int64, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(sql: "DELETE FROM search_place WHERE submission = ? RETURNING place"),
            arguments: [number]
        )
    }

    /// SQLite gives the highest number anew when its row is deleted.
    private static func limitProgress(_ db: Database) throws {
        try db.cachedStatement(
            sql: """
                UPDATE search_progress SET indexed = (SELECT coalesce(max(number), 0) FROM submission)
                WHERE indexed > (SELECT coalesce(max(number), 0) FROM submission)
                """
        ).execute()
    }

    static func hasResidue(_ db: Database) throws -> Bool {
        try Bool.fetchOne(db.cachedStatement(sql: "SELECT has_residue FROM search_progress")) ?? false
    }

    /// Merges a part of the index, so that what was deleted leaves it; true when all is done.
    ///
    /// - Parameter begins: Takes all parts together; later calls go on with that.
    static func purge(begins: Bool, _ db: Database) throws -> Bool {
        let before = db.totalChangesCount
        try db.execute(sql: "INSERT INTO search (search, rank) VALUES ('merge', ?)", arguments: [begins ? -500 : 500])
        // "If the difference is less than 2, then the 'merge' command was a no-op" (FTS5's documentation, §6.7).
        let isDone = db.totalChangesCount - before < 2
        if isDone { try db.execute(sql: "UPDATE search_progress SET has_residue = 0") }
        return isDone
    }
}
