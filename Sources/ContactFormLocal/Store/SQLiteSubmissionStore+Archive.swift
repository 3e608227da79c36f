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
        let isDeleted = try await writes.write { db in
            try db.cachedStatement(sql: "DELETE FROM submission WHERE id = ? AND form = ?")
                .execute(arguments: [key.id.description, key.form.rawValue])
            return db.changesCount > 0
        }
        if isDeleted { await emptyLog() }
        return isDeleted
    }

    package func deleteExpired(at now: Timestamp, limit: Int) async throws(StoreError) -> Int {
        let count = try await writes.write { db in
            let statement = try db.cachedStatement(
                sql: """
                    DELETE FROM submission WHERE number IN
                        (SELECT number FROM submission WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)
                    """
            )
            try statement.execute(arguments: [now.milliseconds, limit])
            return db.changesCount
        }
        if count > 0 { await emptyLog() }
        return count
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
        if query.before != nil {
            // The page before may have ended with a submission that has been deleted since: its id tells about when.
            switch query.order {
            case .id: conditions.append("id < ?")
            case .received:
                conditions.append(
                    "(received_at, number) < (SELECT coalesce(max(received_at), ?), coalesce(max(number), 0) "
                        + "FROM submission WHERE id = ?)"
                )
            }
        }
        let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        let order = query.order == .id ? "id DESC" : "received_at DESC, number DESC"
        return "\(SubmissionRow.select) FROM \(tables) \(filter) ORDER BY \(order) LIMIT ?"
    }

    static func arguments(_ query: SubmissionQuery) -> StatementArguments {
        var arguments = StatementArguments()
        if let form = query.form { arguments += [form.rawValue] }
        if let before = query.before {
            if query.order == .received { arguments += [before.moment.milliseconds] }
            arguments += [before.description]
        }
        return arguments + [query.limit]
    }
}
