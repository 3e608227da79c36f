// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
package import ContactForm
import ContactFormLogging
import Logging

/// What waits is in an index of its own, `waiting`, with the table's partition key and `SubmissionItem.waiting` as its sort
/// key. Nothing else is in it, so that a look costs what it finds (docs/decisions/0024-an-index-of-what-waits.md). What has
/// expired waits for the owner no more, though it is there until DynamoDB removes it; what waits for its mail does not expire.
extension DynamoDBSubmissionStore: Outbox {
    static let index = "waiting"

    package func dueNotifications(at now: Timestamp, limit: Int) async throws(StoreError) -> DueNotifications {
        let entries = try await indexed(.received, until: now, limit: limit == .max ? limit : limit + 1)
        let submissions = try await items(entries.map(\.tableKey)).compactMap { readable($0, .mailed)?.withoutTexts }
        // The index is a moment behind.
        let due = submissions.filter { submission in
            submission.status == .received && submission.delivery.nextAttempt.map { $0 <= now } == true
        }
        let sorted = due.sorted { left, right in
            (left.delivery.nextAttempt ?? now, left.id) < (right.delivery.nextAttempt ?? now, right.id)
        }
        return DueNotifications(Array(sorted.prefix(limit)), hasMore: sorted.count > limit)
    }

    package func waiting(limit: Int) async throws(StoreError) -> [WaitingNotification] {
        try await waiting(limit: limit, in: nil)
    }

    package func waiting(limit: Int, in region: String?) async throws(StoreError) -> [WaitingNotification] {
        try await indexed(.received, in: region, limit: limit).prefix(limit).map(\.notification)
    }

    package func nextNotification() async throws(StoreError) -> Timestamp? {
        try await indexed(.received, limit: 1).first?.moment
    }

    package func heldCounts(since moment: Timestamp, limit: Int) async throws(StoreError) -> [FormName: Int] {
        let held = try await indexed(.held, since: moment, limit: limit)
        return held.map(\.key.form).counts(upTo: limit)
    }

    package func unseenHeldCounts(
        receivedIn moments: Range<Timestamp>,
        in region: String?,
        limit: Int
    ) async throws(StoreError) -> [FormName: Int] {
        let last = moments.upperBound.advanced(by: .milliseconds(-1))
        let held = try await indexed(.held, since: moments.lowerBound, until: last, in: region)
        // The index knows no marks.
        var left = held.suffix(Self.mostLookedAt)
        var unseen: [FormName] = []
        while !left.isEmpty {
            let submissions = try await items(left.suffix(100).map(\.tableKey)).compactMap { readable($0, .counted) }
            unseen += submissions.lazy.filter(\.isUnseenSpam).map(\.form)
            left = left.dropLast(100)
        }
        return unseen.counts(upTo: limit)
    }

    package func failedCounts(
        givenUpIn moments: Range<Timestamp>,
        in region: String?,
        limit: Int
    ) async throws(StoreError) -> [FormName: Int] {
        let last = moments.upperBound.advanced(by: .milliseconds(-1))
        let failed = try await indexed(.failed, since: moments.lowerBound, until: last, in: region, limit: limit)
        return failed.map(\.key.form).counts(upTo: limit)
    }

    /// So many of what is held are read to see whether the owner has seen them. Of an older one nobody is reminded.
    private static let mostLookedAt = 1_000

    /// A page of the index holds thousands of entries; what would take more pages of one partition is not counted.
    private static let mostPages = 50

    /// What the index has of a status and has not expired (`Submission.hasExpired`), earliest first, at least `limit` of each
    /// partition that has as many.
    ///
    /// - Parameter region: Leaves out what another Region took in, and reads on for what it left out.
    private func indexed(
        _ status: SubmissionStatus,
        since: Timestamp = Timestamp(milliseconds: 0),
        until: Timestamp = Timestamp(milliseconds: .max),
        in region: String? = nil,
        limit: Int = .max
    ) async throws(StoreError) -> [IndexEntry] {
        let queries = try await partitions(of: nil).map { partition in
            var query = DynamoDBQuery(
                table: table,
                keyCondition: DynamoDBExpression(
                    "pk = :pk AND #waiting BETWEEN :since AND :until",
                    names: ["#waiting": "waiting"],
                    values: [
                        ":pk": .string(partition),
                        ":since": .string(SubmissionItem.waiting(status, since)),
                        ":until": .string(SubmissionItem.waiting(status, after: until)),
                    ]
                )
            )
            query.index = Self.index
            // One page holds thousands.
            if limit < 1000 { query.limit = limit }
            return query
        }
        let now = now()
        let found = try await concurrently(queries) { query async throws(StoreError) in
            var query = query
            var entries: [IndexEntry] = []
            var pages = 0
            repeat {
                let request = query
                let page = try await access { () async throws(AWSError) in try await client.query(request) }
                entries += page.items.compactMap(IndexEntry.init).filter { entry in
                    entry.notification.belongs(to: region)
                        && (status == .received || entry.expiresAt.map { $0 > now } != false)
                }
                query.startKey = page.lastKey
                pages += 1
            } while query.startKey != nil && entries.count < limit && pages < Self.mostPages
            return entries
        }
        return found.flatMap { $0 }.sorted { ($0.moment, $0.key.id) < ($1.moment, $1.key.id) }
    }

    /// What the index shows of an item.
    private struct IndexEntry: Sendable {
        let key: SubmissionKey
        let tableKey: TableKey
        let moment: Timestamp
        /// Nil for what stays, and for what was written before the index had it. What waits for its mail had it once.
        let expiresAt: Timestamp?
        let attempts: Int
        let region: String?

        /// Nil for what is no submission.
        init?(_ item: DynamoDBItem) {
            guard let partition = item["pk"]?.string, let sort = item["sk"]?.string, let key = SubmissionKey(item),
                let moments = item["waiting"]?.string?.split(separator: "#").dropFirst().map({ Int64($0) }),
                let moment = moments.first ?? nil
            else { return nil }
            self.key = key
            tableKey = TableKey(partition: partition, sort: sort)
            self.moment = Timestamp(milliseconds: moment)
            expiresAt = moments.dropFirst().first.flatMap { $0 }.map { Timestamp(milliseconds: $0) }
            attempts = Int(item["attempts"]?.integer ?? 0)
            region = item["region"]?.string
        }

        var notification: WaitingNotification {
            WaitingNotification(key: key, dueAt: moment, attempts: attempts, region: region)
        }
    }
}
