// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
package import ContactForm

extension DynamoDBSubmissionStore: SubmissionArchive {
    /// Reads every partition newest first and merges them; a cursor is the last id, the same for all of them.
    package func list(_ query: SubmissionQuery) async throws(StoreError) -> [Submission] {
        var runs = partitions(of: query.form).map { Run(query: pageQuery(query, partition: $0)) }
        // A little more than an even share, so that one round is enough most times.
        let share = query.limit / max(runs.count, 1) + 5
        for index in runs.indices where query.status == nil { runs[index].query.limit = share }
        var submissions: [Submission] = []
        while submissions.count < query.limit {
            // What comes next is known only when every partition shows what it has next.
            let waiting = runs.indices.filter { runs[$0].items.isEmpty && !runs[$0].isAtEnd }
            if !waiting.isEmpty {
                let pages = try await concurrently(waiting.map { runs[$0].query }) { query async throws(StoreError) in
                    try await access { () async throws(AWSError) in try await client.query(query) }
                }
                for (index, page) in zip(waiting, pages) { runs[index].take(page) }
                continue
            }
            let heads = runs.indices.compactMap { index in
                runs[index].items.last.map { (index, $0["sk"]?.string ?? "") }
            }
            guard let next = heads.max(by: { $0.1 < $1.1 }), let item = runs[next.0].items.popLast() else { break }
            submissions.append(try SubmissionItem.submission(item))
        }
        return submissions
    }

    package func find(id: SubmissionID) async throws(StoreError) -> Submission? {
        let keys = forms.map { SubmissionKey(form: $0, id: id) }
        var found = try await items(keys.map { TableKey($0, shardCount: shardCount) })
        if found.isEmpty {
            let everywhere = keys.flatMap { key in (0..<shardCount).map { TableKey(key, shard: $0) } }
            found = try await items(everywhere)
        }
        return try found.first.map { item throws(StoreError) in try SubmissionItem.submission(item) }
    }

    package func delete(_ key: SubmissionKey) async throws(StoreError) -> Bool {
        guard let item = try await item(key) else { return false }
        let write = try await access { () async throws(AWSError) in
            try await client.deleteItem(Self.key(of: item), in: table)
        }
        return write != .done(nil)
    }

    /// DynamoDB deletes what expired by itself, within days (the TTL attribute); this does it at once.
    package func deleteExpired(at now: Timestamp, limit: Int) async throws(StoreError) -> Int {
        let expired = DynamoDBExpression(
            "expiresAtMilliseconds <= :now",
            values: [":now": .number(now.milliseconds)]
        )
        let items = try await items(Selection(filter: expired, attributes: ["pk", "sk"]))
        let deleted = try await concurrently(Array(items.prefix(limit))) { item async throws(StoreError) in
            try await access { () async throws(AWSError) in
                try await client.deleteItem(Self.key(of: item), in: table, condition: expired)
            }
        }
        return deleted.count { write in if case .done(.some) = write { true } else { false } }
    }

    package func counts(since moment: Timestamp) async throws(StoreError) -> [SubmissionStatus: Int] {
        let items = try await items(Selection(since: moment, receivedSince: moment, attributes: ["status"]))
        let statuses = items.compactMap { $0["status"]?.string.flatMap(SubmissionStatus.init(rawValue:)) }
        return Dictionary(statuses.map { ($0, 1) }, uniquingKeysWith: +)
    }

    private func pageQuery(_ query: SubmissionQuery, partition: String) -> DynamoDBQuery {
        var condition = DynamoDBExpression("pk = :pk", values: [":pk": .string(partition)])
        if let before = query.before {
            condition.text += " AND sk < :before"
            condition.values.append(":before", .string(before.description))
        }
        var page = DynamoDBQuery(table: table, keyCondition: condition)
        page.isNewestFirst = true
        if let status = query.status { page.filter = .status(status) }
        return page
    }

    /// What was read ahead of one partition, the next one last.
    private struct Run {
        var query: DynamoDBQuery
        var items: [DynamoDBItem] = []
        var isAtEnd = false

        mutating func take(_ page: DynamoDBPage) {
            items = page.items.reversed()
            query.startKey = page.lastKey
            isAtEnd = page.lastKey == nil
        }
    }
}

extension DynamoDBSubmissionStore.Selection {
    /// What was received at or after a moment.
    init(since moment: Timestamp, receivedSince: Timestamp, and filter: DynamoDBExpression? = nil, attributes: [String])
    {
        let slack = SubmissionItem.longestSlack.milliseconds
        var received = DynamoDBExpression(
            "receivedAt >= :received",
            values: [":received": .number(receivedSince.milliseconds)]
        )
        if let filter { received = received.and(filter) }
        self.init(since: moment.advanced(by: .milliseconds(-slack)), filter: received, attributes: attributes)
    }
}

extension DynamoDBExpression {
    static func status(_ status: SubmissionStatus) -> DynamoDBExpression {
        DynamoDBExpression(
            "#status = :status",
            names: ["#status": "status"],
            values: [":status": .string(status.rawValue)]
        )
    }

    func and(_ other: DynamoDBExpression) -> DynamoDBExpression {
        var both = self
        both.text += " AND " + other.text
        both.names.merge(other.names) { first, _ in first }
        for attribute in other.values.attributes { both.values.append(attribute.name, attribute.value) }
        return both
    }
}
