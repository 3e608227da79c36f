// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import GRDB
import Logging

extension SQLiteSubmissionStore: Outbox {
    /// A row that can't be read is logged and left out, so that it doesn't hold up the others.
    package func dueNotifications(at now: Timestamp, limit: Int) async throws(StoreError) -> [Submission] {
        try await read { [logger] db in
            let statement = try db.cachedStatement(
                sql: """
                    \(SubmissionRow.select) FROM outbox CROSS JOIN submission ON number = outbox.submission
                    WHERE due_at <= ? ORDER BY due_at
                    """
            )
            let rows = try Row.fetchCursor(statement, arguments: [now.milliseconds])
            var due: [Submission] = []
            while due.count < limit, let row = try rows.next() {
                do {
                    due.append(try SubmissionRow.submission(row))
                } catch {
                    logger.error("submission can't be read and is not mailed", metadata: ["error": "\(error)"])
                }
            }
            return due
        }
    }

    package func nextNotification() async throws(StoreError) -> Timestamp? {
        try await read { db in
            try Int64.fetchOne(db.cachedStatement(sql: "SELECT min(due_at) FROM outbox"))
                .map(Timestamp.init(milliseconds:))
        }
    }

    package func heldCounts(since moment: Timestamp) async throws(StoreError) -> [FormName: Int] {
        try await read { db in
            // The index of the few that want attention, never that of all that came in: this is asked for at every pass.
            let statement = try db.cachedStatement(
                sql: """
                    SELECT form, count(*) FROM submission
                    WHERE status IN ('held', 'failed', 'bounced') AND status = 'held' AND +received_at >= ? GROUP BY form
                    """
            )
            var counts: [FormName: Int] = [:]
            for row in try Row.fetchAll(statement, arguments: [moment.milliseconds]) {
                if let form = FormName(rawValue: row[0]) { counts[form] = row[1] }
            }
            return counts
        }
    }
}
