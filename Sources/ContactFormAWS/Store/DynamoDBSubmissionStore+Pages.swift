// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
package import ContactForm
import ContactFormLogging

/// Pages without an index.
///
///     partition 1   ●●●●●●●●○○│            ● read and shown
///     partition 2   ●●●●●●●●●●○○○○│···     ○ read, older than the frontier: read again for the next page
///     partition 3   ●●●●●●●●│·········     │ how far it was read
///                           └─ the frontier: everything newer was read in every partition
///
/// Each partition is read newest first, all at the same time, with a limit. What is newer than the frontier is sorted and
/// shown, and the cursor is where that ends: one id, which is the place in every partition, for all of them sort alike.
/// The number of requests depends on the partitions alone and never on what the table holds.
extension DynamoDBSubmissionStore {
    /// Rounds of a page, each of one request for a partition. A later one reads more: filters left too little.
    static let pageRounds = 3
    /// Items that one request reads at most, before filters.
    private static let largestRead = 500

    package func page(_ query: SubmissionQuery) async throws(StoreError) -> SubmissionPage {
        try await page(query, at: now())
    }

    /// - Parameter now: Leaves out what has expired by then; nil shows what DynamoDB has not removed yet, for who erases it.
    func page(_ query: SubmissionQuery, at now: Timestamp?) async throws(StoreError) -> SubmissionPage {
        guard let ids = Self.ids(of: query) else { return SubmissionPage(submissions: [], next: nil) }
        var runs = try await partitions(of: query.form).map {
            PartitionRun(query: pageQuery(query, ids: ids, partition: $0, at: now))
        }
        // A little more than an even share, so that one round is enough most times.
        var share = query.limit / max(runs.count, 1) * 5 / 4 + 5
        for _ in 0..<Self.pageRounds {
            // One that has a whole page by itself need not be read on.
            let waiting = runs.indices.filter { !runs[$0].isAtEnd && runs[$0].found.count <= query.limit }
            guard !waiting.isEmpty, Self.shown(runs).count < query.limit else { break }
            for index in waiting { runs[index].query.limit = min(share, Self.largestRead) }
            let pages = try await concurrently(waiting.map { runs[$0].query }) { query async throws(StoreError) in
                try await access { () async throws(AWSError) in try await client.query(query) }
            }
            for (index, page) in zip(waiting, pages) {
                try runs[index].take(page, of: query) { readable($0, .shown) }
            }
            share *= 4
        }
        let shown = Self.shown(runs)
        let page = Array(shown.prefix(query.limit))
        let end = shown.count > page.count ? page.last?.id : Self.frontier(runs)
        let unreadable = runs.flatMap(\.unreadable).filter { $0.key.id >= end ?? .lowest }
        return SubmissionPage(
            submissions: page,
            next: end.map { SubmissionCursor(order: query.order, moment: $0.moment, id: $0) },
            unreadable: unreadable.sorted { $0.key.id > $1.key.id }
        )
    }

    /// The oldest id that every partition was read down to; nil when all were read to their ends.
    private static func frontier(_ runs: [PartitionRun]) -> SubmissionID? {
        runs.filter { !$0.isAtEnd }.map(\.reached).max()
    }

    /// What matches and is not older than the frontier, newest first.
    private static func shown(_ runs: [PartitionRun]) -> [Submission] {
        let frontier = frontier(runs) ?? .lowest
        return runs.flatMap(\.found).filter { $0.id >= frontier }.sorted { $0.id > $1.id }
    }

    /// The ids that a page may show; nil when there are none.
    private static func ids(of query: SubmissionQuery) -> ClosedRange<SubmissionID>? {
        var lowest = query.ids?.lowerBound ?? .lowest
        var highest = query.ids?.upperBound ?? .highest
        if let from = query.from { lowest = max(lowest, SubmissionID(earliestReceivedAt: from)) }
        // The time of an id is never after its receipt.
        if let until = query.until { highest = min(highest, SubmissionID(lowestAt: until)) }
        if let cursor = query.cursor {
            guard let next = cursor.id.predecessor else { return nil }
            highest = min(highest, next)
        }
        return lowest <= highest ? lowest...highest : nil
    }

    private func pageQuery(
        _ query: SubmissionQuery,
        ids: ClosedRange<SubmissionID>,
        partition: String,
        at now: Timestamp?
    ) -> DynamoDBQuery {
        var page = DynamoDBQuery(table: table, keyCondition: Self.keys(ids, in: partition))
        page.isNewestFirst = true
        page.filter = Self.filter(query, at: now)
        return page
    }

    /// What need not come over the network. A text is looked for here: DynamoDB knows no letters' cases.
    ///
    /// Leaves out what is known not to match, so that what can't be read comes: a comparison with what is not there, or of
    /// another type, is false.
    private static func filter(_ query: SubmissionQuery, at now: Timestamp?) -> DynamoDBExpression? {
        var parts = now.map { [SubmissionItem.notExpired(at: $0)] } ?? []
        if !query.statuses.isEmpty {
            let statuses = Set(SubmissionStatus.allCases).subtracting(query.statuses).map(\.rawValue).sorted()
            var values = DynamoDBItem()
            for (index, status) in statuses.enumerated() { values.append(":status\(index)", .string(status)) }
            let names = statuses.indices.map { ":status\($0)" }.joined(separator: ", ")
            parts.append(DynamoDBExpression("NOT #status IN (\(names))", names: ["#status": "status"], values: values))
        }
        if let from = query.from {
            parts.append(DynamoDBExpression("NOT receivedAt < :from", values: [":from": .number(from.milliseconds)]))
        }
        if let until = query.until {
            parts.append(
                DynamoDBExpression("NOT receivedAt >= :until", values: [":until": .number(until.milliseconds)])
            )
        }
        if query.unreadOnly { parts.append(DynamoDBExpression("attribute_not_exists(readAt)")) }
        switch query.archived {
        case true?: parts.append(DynamoDBExpression("attribute_exists(archivedAt)"))
        case false?: parts.append(DynamoDBExpression("attribute_not_exists(archivedAt)"))
        case nil: break
        }
        return parts.dropFirst().reduce(parts.first) { $0?.and($1) }
    }
}

/// How far one partition was read for a page.
private struct PartitionRun {
    var query: DynamoDBQuery
    /// What matches, newest first.
    var found: [Submission] = []
    var unreadable: [Receipt] = []
    /// The oldest id that was read.
    var reached = SubmissionID.highest
    var isAtEnd = false

    init(query: DynamoDBQuery) {
        self.query = query
    }

    mutating func take(
        _ page: DynamoDBPage,
        of query: SubmissionQuery,
        _ read: (DynamoDBItem) -> Submission?
    ) throws(StoreError) {
        for item in page.items {
            if let submission = read(item) {
                if query.matches(submission) { found.append(submission) }
            } else if let receipt = Receipt(unreadable: item) {
                unreadable.append(receipt)
            }
        }
        self.query.startKey = page.lastKey
        guard let last = page.lastKey else { return isAtEnd = true }
        guard let id = SubmissionKey(last)?.id else {
            throw StoreError(.corrupt, "an item of the table has no id for its sort key; remove it")
        }
        reached = id
    }
}
