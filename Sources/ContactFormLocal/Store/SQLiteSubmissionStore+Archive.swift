// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import GRDB

extension SQLiteSubmissionStore: ExpiringArchive {
    package func find(id: SubmissionID) async throws(StoreError) -> Submission? {
        try await read { db in
            let statement = try db.cachedStatement(sql: "\(SubmissionRow.select) \(SubmissionRow.from) WHERE id = ?")
            return try Row.fetchOne(statement, arguments: [id.description]).map(SubmissionRow.submission)
        }
    }

    package func mark(
        _ mark: OwnerMark,
        on key: SubmissionKey,
        at now: Timestamp
    ) async throws(StoreError) -> Submission? {
        try await writes.write { db, tally in
            guard let (number, submission) = try Self.row(key, db) else { return nil }
            let marked = submission.applying(mark, at: now)
            try db.cachedStatement(sql: "UPDATE submission SET read_at = ?, archived_at = ? WHERE number = ?")
                .execute(arguments: [marked.readAt?.milliseconds, marked.archivedAt?.milliseconds, number])
            tally.move(from: submission, to: marked)
            return marked
        }
    }

    package func delete(_ key: SubmissionKey, at now: Timestamp) async throws(StoreError) -> Bool {
        let isDeleted = try await writes.write { db, tally in
            guard let row = try Self.rawRow(key, db) else { return false }
            try Self.remove(row, as: .erased, db, &tally)
            return true
        }
        if isDeleted { await emptyLog() }
        return isDeleted
    }

    package func deleteExpired(at now: Timestamp, limit: Int) async throws(StoreError) -> Int {
        // Looked for beside the writer, and read one at a time: all of them together may be long.
        let numbers = try await snapshot { db in try Self.expiredNumbers(at: now, limit: limit, db) }
        guard !numbers.isEmpty else { return 0 }
        return try await writes.write { db, tally in
            let statement = try db.cachedStatement(
                sql: "\(SubmissionRow.select), number \(SubmissionRow.from) WHERE number = ?"
            )
            var count = 0
            for number in numbers {
                // Meanwhile the owner may have erased it, or asked for its mail.
                guard let row = try Row.fetchOne(statement, arguments: [number]), Self.hasExpired(row, at: now) else {
                    continue
                }
                try Self.remove(row, as: .expired, db, &tally)
                count += 1
            }
            return count
        }
    }

    package func overwriteDeleted() async { await emptyLog() }

    package func expired(at now: Timestamp, limit: Int) async throws(StoreError) -> [SubmissionID] {
        try await snapshot { db in
            let statement = try db.cachedStatement(sql: "SELECT id FROM submission WHERE number = ?")
            return try Self.expiredNumbers(at: now, limit: limit, db).compactMap { number in
                try String.fetchOne(statement, arguments: [number]).flatMap { SubmissionID($0) }
            }
        }
    }

    /// The same rows in the same order each time, so that what is looked at is what is deleted.
    ///
    /// What waits for its mail comes last, and is read to find what can't be: it is little unless no mail goes out.
    private static func expiredNumbers(at now: Timestamp, limit: Int, _ db: Database) throws -> [Int64] {
        func sql(_ columns: String, _ waits: String) -> String {
            "\(columns) \(SubmissionRow.from) WHERE expires_at <= ? AND \(waits) ORDER BY expires_at, number"
        }
        let waits = "(status = 'received' OR outbox.submission IS NOT NULL)"
        var numbers = try Int64.fetchAll(
            db.cachedStatement(sql: sql("SELECT number", "NOT \(waits)") + " LIMIT ?"),
            arguments: [now.milliseconds, limit]
        )
        let rows = try Row.fetchCursor(
            db.cachedStatement(sql: sql("\(SubmissionRow.select), number", waits)),
            arguments: [now.milliseconds]
        )
        while numbers.count < limit, let row = try rows.next() {
            if hasExpired(row, at: now) { numbers.append(row["number"]) }
        }
        return numbers
    }

    /// What can't be read goes at its time: nobody can mail it.
    private static func hasExpired(_ row: Row, at now: Timestamp) -> Bool {
        guard let submission = try? SubmissionRow.submission(row) else {
            return (row["expires_at"] as Int64?).map { $0 <= now.milliseconds } ?? false
        }
        return submission.hasExpired(at: now)
    }

    /// Deletes a row that was read with its number.
    static func remove(_ row: Row, as removal: Tally.Removal, _ db: Database, _ tally: inout Tally) throws {
        let number: Int64 = row["number"]
        try db.cachedStatement(sql: "DELETE FROM submission WHERE number = ?").execute(arguments: [number])
        if let submission = try? SubmissionRow.submission(row) {
            try SearchIndex.remove(submission, number: number, db)
            tally.remove(submission, as: removal)
        } else {
            try SearchIndex.removeUnreadable(number, db)
            try tally.remove(unreadable: row, as: removal, db)
        }
    }

    /// Takes up to `limit` submissions into the index of the search; returns how many.
    func advanceSearchIndex(limit: Int) async throws(StoreError) -> Int {
        guard try await read(SearchIndex.isBehind) else { return 0 }
        return try await writes.write { db, _ in try SearchIndex.advance(limit: limit, db) }
    }

    /// One step of removing what deleted submissions left in the index; true when there is nothing left.
    func purgeSearchIndex(begins: Bool) async throws(StoreError) -> Bool {
        guard try await read(SearchIndex.hasResidue) else { return true }
        return try await writes.write { db, _ in try SearchIndex.purge(begins: begins, db) }
    }

    var hasWritesWaiting: Bool { writes.pendingCount > 0 }

    package func counts(since moment: Timestamp) async throws(StoreError) -> [SubmissionStatus: Int] {
        try await read { db in
            var counts: [SubmissionStatus: Int] = [:]
            for run in try SubmissionRuns.all(db) {
                guard let status = run.status else { continue }
                let count = try run.count(since: moment, db)
                if count > 0 { counts[status, default: 0] += count }
            }
            return counts
        }
    }

    package func statistics(
        from: Timestamp,
        until: Timestamp,
        at now: Timestamp,
        late rule: LateRule
    ) async throws(StoreError) -> ArchiveStatistics {
        try await snapshot { db in try Tally.statistics(from: from, until: until, at: now, late: rule, db) }
    }
}
