// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
package import ContactForm

extension DynamoDBSubmissionStore: SubmissionArchive {
    package func find(id: SubmissionID) async throws(StoreError) -> Submission? {
        guard let item = try await item(id: id), !SubmissionItem.hasExpired(item, at: now()) else { return nil }
        return try SubmissionItem.submission(item)
    }

    /// Of these ids those of what has expired and DynamoDB has not removed yet: for who deletes it, nobody else sees it.
    package func expired(among ids: [SubmissionID]) async throws(StoreError) -> [SubmissionKey] {
        var expired: [SubmissionKey] = []
        for id in ids {
            guard let item = try await item(id: id), SubmissionItem.hasExpired(item, at: now()) else { continue }
            if let key = SubmissionKey(item) { expired.append(key) }
        }
        return expired
    }

    private func item(id: SubmissionID) async throws(StoreError) -> DynamoDBItem? {
        let keys = try await allForms().map { SubmissionKey(form: $0, id: id) }
        if let item = try await items(keys.map { TableKey($0, shardCount: shardCount) }).first { return item }
        return try await items(keys.flatMap { key in (0..<shardCount).map { TableKey(key, shard: $0) } }).first
    }

    package func mark(
        _ mark: OwnerMark,
        on key: SubmissionKey,
        at now: Timestamp
    ) async throws(StoreError) -> Submission? {
        // Beside the version that status changes count: neither waits for the other.
        let update =
            switch mark {
            case .read:
                DynamoDBExpression(
                    "SET readAt = if_not_exists(readAt, :now)",
                    values: [":now": .number(now.milliseconds)]
                )
            case .unread: DynamoDBExpression("REMOVE readAt")
            case .archived:
                DynamoDBExpression(
                    "SET archivedAt = if_not_exists(archivedAt, :now)",
                    values: [":now": .number(now.milliseconds)]
                )
            case .unarchived: DynamoDBExpression("REMOVE archivedAt")
            }
        var marked: DynamoDBItem?
        // One that is stored twice is shown twice, too.
        for item in try await items(places(of: key)) {
            let write = try await access { () async throws(AWSError) in
                try await client.updateItem(
                    Self.key(of: item),
                    in: table,
                    update: update,
                    condition: DynamoDBExpression("attribute_exists(pk)").and(SubmissionItem.notExpired(at: now)),
                    returnsNew: true
                )
            }
            if marked == nil, case .done(let item) = write { marked = item }
        }
        return try marked.map { item throws(StoreError) in try SubmissionItem.submission(item) }
    }

    package func delete(_ key: SubmissionKey, at now: Timestamp) async throws(StoreError) -> Bool {
        try await delete(items(places(of: key)), at: now)
    }

    /// - Parameter items: All of one submission; more than one when it was stored twice.
    /// - Returns: Whether there are any.
    func delete(_ items: [DynamoDBItem], at now: Timestamp) async throws(StoreError) -> Bool {
        guard let first = items.first else { return false }
        try await enter(.erased, of: first, at: now)
        for item in items { try await remove(item) }
        return true
    }

    /// Removes what was there a moment ago. A call whose answer was lost is made again and finds nothing, so that what it finds
    /// tells nobody whose doing it was.
    func remove(_ item: DynamoDBItem) async throws(StoreError) {
        _ = try await access { () async throws(AWSError) in
            try await client.deleteItem(Self.key(of: item), in: table)
        }
    }

    package func counts(since moment: Timestamp) async throws(StoreError) -> [SubmissionStatus: Int] {
        var selection = Selection(from: moment, attributes: ["status"])
        selection.filter = selection.filter.and(SubmissionItem.notExpired(at: now()))
        let items = try await items(selection)
        let statuses = items.compactMap { $0["status"]?.string.flatMap(SubmissionStatus.init(rawValue:)) }
        return Dictionary(statuses.map { ($0, 1) }, uniquingKeysWith: +)
    }
}

extension DynamoDBSubmissionStore.Selection {
    /// What was received at or after a moment, and before another one.
    init(from: Timestamp, until: Timestamp? = nil, attributes: [String]) {
        // Leaves out what is known to be outside, as a page's filter does.
        var received = DynamoDBExpression("NOT receivedAt < :from", values: [":from": .number(from.milliseconds)])
        if let until {
            received = received.and(
                DynamoDBExpression("NOT receivedAt >= :until", values: [":until": .number(until.milliseconds)])
            )
        }
        let lowest = SubmissionID(earliestReceivedAt: from)
        // The time of an id is never after its receipt.
        let highest = until.map { SubmissionID(lowestAt: $0) } ?? .highest
        self.init(ids: lowest...max(lowest, highest), filter: received, attributes: attributes)
    }
}

extension DynamoDBExpression {
    func and(_ other: DynamoDBExpression) -> DynamoDBExpression {
        var both = self
        both.text += " AND " + other.text
        both.names.merge(other.names) { first, _ in first }
        for attribute in other.values.attributes { both.values.append(attribute.name, attribute.value) }
        return both
    }
}
