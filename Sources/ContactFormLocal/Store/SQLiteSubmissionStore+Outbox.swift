// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import ContactFormLogging
import GRDB

extension SQLiteSubmissionStore: Outbox {
    /// Reads each whole, to know that it can be, and keeps no more of it than is asked for.
    package func dueNotifications(at now: Timestamp, limit: Int) async throws(StoreError) -> DueNotifications {
        try await read { [self] db in
            let statement = try db.cachedStatement(
                sql: """
                    \(SubmissionRow.select) FROM outbox CROSS JOIN submission ON number = outbox.submission
                    WHERE due_at <= ? ORDER BY due_at
                    """
            )
            let rows = try Row.fetchCursor(statement, arguments: [now.milliseconds])
            var due = DueNotifications([], hasMore: false)
            while let row = try rows.next() {
                guard let submission = readable(row, .mailed) else { continue }
                guard due.submissions.count < limit else {
                    due.hasMore = true
                    break
                }
                due.submissions.append(submission.withoutTexts)
            }
            return due
        }
    }

    package func waiting(limit: Int) async throws(StoreError) -> [WaitingNotification] {
        try await read { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT form, id, due_at, attempts, region
                    FROM outbox CROSS JOIN submission ON number = outbox.submission ORDER BY due_at LIMIT ?
                    """
            )
            return try Row.fetchAll(statement, arguments: [limit]).compactMap { row in
                guard let form = FormName(rawValue: row[0]), let id = SubmissionID(row[1] as String) else { return nil }
                return WaitingNotification(
                    key: SubmissionKey(form: form, id: id),
                    dueAt: Timestamp(milliseconds: row[2]),
                    attempts: row[3],
                    region: row[4]
                )
            }
        }
    }

    /// Looks at all that waits, one row at a time: a flood that came in a moment ago must not stand before what is late.
    package func lateCounts(
        by rule: LateRule,
        in region: String?,
        limit: Int,
        at now: Timestamp
    ) async throws(StoreError) -> [FormName: Int] {
        try await read { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT form, due_at, attempts FROM outbox CROSS JOIN submission ON number = outbox.submission
                    WHERE (?1 IS NULL OR region IS NULL OR region = ?1) AND part IS NULL
                    """
            )
            let rows = try Row.fetchCursor(statement, arguments: [region])
            var counts: [FormName: Int] = [:]
            while let row = try rows.next() {
                guard rule.isLate(dueAt: Timestamp(milliseconds: row[1]), attempts: row[2], at: now),
                    let form = FormName(rawValue: row[0])
                else { continue }
                counts[form] = min(counts[form, default: 0] + 1, limit)
            }
            return counts
        }
    }

    package func nextNotification() async throws(StoreError) -> Timestamp? {
        try await read { db in
            try Int64.fetchOne(db.cachedStatement(sql: "SELECT min(due_at) FROM outbox"))
                .map(Timestamp.init(milliseconds:))
        }
    }

    package func heldCounts(since moment: Timestamp, limit: Int) async throws(StoreError) -> [FormName: Int] {
        try await counts(of: SubmissionQuery(statuses: [.held]), limit: limit) { run, db in
            try run.count(since: moment, db)
        }
    }

    package func unseenHeldCounts(
        receivedIn moments: Range<Timestamp>,
        in region: String?,
        limit: Int
    ) async throws(StoreError) -> [FormName: Int] {
        let unseen = SubmissionQuery(statuses: [.held], unreadOnly: true, archived: false)
        return try await counts(of: unseen, limit: limit) { run, db in
            try run.countOfUnseen(in: moments, of: region, limit: limit, db)
        }
    }

    package func failedCounts(
        givenUpIn moments: Range<Timestamp>,
        in region: String?,
        limit: Int
    ) async throws(StoreError) -> [FormName: Int] {
        try await counts(of: SubmissionQuery(statuses: SubmissionStatus.undelivered), limit: limit) { run, db in
            try run.countOfGivenUp(in: moments, of: region, limit: limit, db)
        }
    }

    /// How many there are of each form in its runs, `limit` at most; forms without any are left out.
    private func counts(
        of query: SubmissionQuery,
        limit: Int,
        count: @escaping @Sendable (SubmissionRuns.Run, Database) throws -> Int
    ) async throws(StoreError) -> [FormName: Int] {
        try await read { db in
            var counts: [FormName: Int] = [:]
            for run in try SubmissionRuns.runs(of: query, db) { counts[run.form, default: 0] += try count(run, db) }
            return counts.filter { $0.value > 0 }.mapValues { min($0, limit) }
        }
    }
}
