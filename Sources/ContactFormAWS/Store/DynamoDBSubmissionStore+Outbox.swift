// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
package import ContactForm
import Logging

/// What waits is in an index of its own, `waiting`, with the table's partition key and `SubmissionItem.waiting` as its sort
/// key. Nothing else is in it, so that a look costs what it finds (docs/decisions/0024-an-index-of-what-waits.md).
extension DynamoDBSubmissionStore: Outbox {
    static let index = "waiting"

    /// An item that can't be read is logged and left out, so that it doesn't hold up the others.
    package func dueNotifications(at now: Timestamp, limit: Int) async throws(StoreError) -> [Submission] {
        let entries = try await entries(of: .received, until: now, limit: limit)
        var submissions: [Submission] = []
        for item in try await items(entries.map(\.tableKey)) {
            do throws(StoreError) {
                let submission = try SubmissionItem.submission(item)
                // The index is a moment behind.
                let due = submission.status == .received ? submission.delivery.nextAttempt : nil
                if let due, due <= now { submissions.append(submission) }
            } catch {
                logger.error("submission can't be read and is not mailed", metadata: ["error": "\(error)"])
            }
        }
        return submissions.sorted { left, right in
            (left.delivery.nextAttempt ?? now, left.id) < (right.delivery.nextAttempt ?? now, right.id)
        }
    }

    package func waiting(limit: Int) async throws(StoreError) -> [WaitingNotification] {
        try await entries(of: .received, limit: limit).map { entry in
            WaitingNotification(key: entry.key, dueAt: entry.moment, attempts: entry.attempts, region: entry.region)
        }
    }

    package func nextNotification() async throws(StoreError) -> Timestamp? {
        try await entries(of: .received, limit: 1).first?.moment
    }

    package func heldCounts(since moment: Timestamp) async throws(StoreError) -> [FormName: Int] {
        let held = try await entries(of: .held, since: moment)
        return Dictionary(held.map { ($0.key.form, 1) }, uniquingKeysWith: +)
    }

    /// What was given up in another Region counts for the limit too.
    package func failedCounts(
        since moment: Timestamp,
        in region: String?,
        limit: Int
    ) async throws(StoreError) -> [FormName: Int] {
        let failed = try await entries(of: .failed, since: moment, limit: limit).filter { entry in
            region == nil || entry.region == nil || entry.region == region
        }
        return Dictionary(failed.map { ($0.key.form, 1) }, uniquingKeysWith: +)
    }

    /// What the index has of a status, earliest first.
    private func entries(
        of status: SubmissionStatus,
        since: Timestamp = Timestamp(milliseconds: 0),
        until: Timestamp = Timestamp(milliseconds: .max),
        limit: Int = .max
    ) async throws(StoreError) -> [Entry] {
        let queries = try await partitions(of: nil).map { partition in
            var query = DynamoDBQuery(
                table: table,
                keyCondition: DynamoDBExpression(
                    "pk = :pk AND #waiting BETWEEN :since AND :until",
                    names: ["#waiting": "waiting"],
                    values: [
                        ":pk": .string(partition),
                        ":since": .string(SubmissionItem.waiting(status, since)),
                        ":until": .string(SubmissionItem.waiting(status, until)),
                    ]
                )
            )
            query.index = Self.index
            // One page holds thousands.
            if limit < 1000 { query.limit = limit }
            return query
        }
        let found = try await concurrently(queries) { query async throws(StoreError) in
            var query = query
            var entries: [Entry] = []
            repeat {
                let request = query
                let page = try await access { () async throws(AWSError) in try await client.query(request) }
                entries += page.items.compactMap(Entry.init)
                query.startKey = page.lastKey
            } while query.startKey != nil && entries.count < limit
            return entries
        }
        return Array(found.flatMap { $0 }.sorted { ($0.moment, $0.key.id) < ($1.moment, $1.key.id) }.prefix(limit))
    }

    /// What the index shows of an item.
    private struct Entry: Sendable {
        let key: SubmissionKey
        let tableKey: TableKey
        let moment: Timestamp
        let attempts: Int
        let region: String?

        /// Nil for what is no submission.
        init?(_ item: DynamoDBItem) {
            guard let partition = item["pk"]?.string, let sort = item["sk"]?.string,
                let form = TableKey.form(ofPartition: partition), let id = SubmissionID(sort),
                let moment = item["waiting"]?.string?.split(separator: "#").last.flatMap({ Int64($0) })
            else { return nil }
            key = SubmissionKey(form: form, id: id)
            tableKey = TableKey(partition: partition, sort: sort)
            self.moment = Timestamp(milliseconds: moment)
            attempts = Int(item["attempts"]?.integer ?? 0)
            region = item["region"]?.string
        }
    }
}
