// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import GRDB

extension SQLiteSubmissionStore: SubmissionArchive {
    package func list(_ query: SubmissionQuery) async throws(StoreError) -> [Submission] {
        try await read { db in
            let rows = try Row.fetchAll(db.cachedStatement(sql: Self.sql(query)), arguments: Self.arguments(query))
            return try rows.map(SubmissionRow.submission)
        }
    }

    package func find(id: SubmissionID) async throws(StoreError) -> Submission? {
        try await read { db in
            let statement = try db.cachedStatement(
                sql:
                    "\(SubmissionRow.select) FROM submission LEFT JOIN outbox ON outbox.submission = number WHERE id = ?"
            )
            return try Row.fetchOne(statement, arguments: [id.description]).map(SubmissionRow.submission)
        }
    }

    package func delete(_ key: SubmissionKey) async throws(StoreError) -> Bool {
        try await writes.write { db in
            try db.cachedStatement(sql: "DELETE FROM submission WHERE id = ? AND form = ?")
                .execute(arguments: [key.id.description, key.form.rawValue])
            return db.changesCount > 0
        }
    }

    package func deleteExpired(at now: Timestamp, limit: Int) async throws(StoreError) -> Int {
        try await writes.write { db in
            let statement = try db.cachedStatement(
                sql: """
                    DELETE FROM submission WHERE number IN
                        (SELECT number FROM submission WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)
                    """
            )
            try statement.execute(arguments: [now.milliseconds, limit])
            return db.changesCount
        }
    }

    package func counts(since moment: Timestamp) async throws(StoreError) -> [SubmissionStatus: Int] {
        try await read { db in
            let statement = try db.cachedStatement(
                sql: "SELECT status, count(*) FROM submission WHERE received_at >= ? GROUP BY status"
            )
            var counts: [SubmissionStatus: Int] = [:]
            for row in try Row.fetchAll(statement, arguments: [moment.milliseconds]) {
                if let status = SubmissionStatus(rawValue: row[0]) { counts[status] = row[1] }
            }
            return counts
        }
    }

    /// The statement of a page; another for each combination of filters, so that each finds its index.
    static func sql(_ query: SubmissionQuery) -> String {
        var conditions: [String] = []
        var tables = "submission LEFT JOIN outbox ON outbox.submission = number"
        switch query.status {
        case nil: break
        case .received:
            // These are what the outbox holds, usually few among many.
            tables = "outbox CROSS JOIN submission ON number = outbox.submission"
        case .notified: conditions.append("status = 'notified'")
        case .held, .failed, .bounced:
            // A partial index serves a query that repeats its condition (https://www.sqlite.org/partialindex.html §3).
            conditions += ["status IN ('held', 'failed', 'bounced')", "status = '\(query.status?.rawValue ?? "")'"]
        }
        if query.form != nil { conditions.append("form = ?") }
        if query.before != nil { conditions.append("id < ?") }
        let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        return "\(SubmissionRow.select) FROM \(tables) \(filter) ORDER BY id DESC LIMIT ?"
    }

    static func arguments(_ query: SubmissionQuery) -> StatementArguments {
        var arguments = StatementArguments()
        if let form = query.form { arguments += [form.rawValue] }
        if let before = query.before { arguments += [before.description] }
        return arguments + [query.limit]
    }
}
