// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
package import ContactForm

/// The books: an item for each submission that came in, kept apart from it, and on it what became of the submission.
///
/// They stand under partition keys that belong to no form, `#receipts#<form>#<shard>`, and are of another kind than
/// submissions, so that neither lists nor the stream's filter see them. The stream enters what came in; whoever removes a
/// submission says so here first. A crash in between leaves a submission that is there, and never one that seems lost.
extension DynamoDBSubmissionStore: ReceiptBook {
    /// Why a submission is there no more.
    enum Departure: String {
        case erased, expired
    }

    /// The receipt of what is gone stays so long: a year can be audited.
    private static let keptAfterwards = Interval.days(400)

    package func enter(_ receipts: [Receipt]) async throws(StoreError) {
        _ = try await concurrently(receipts) { receipt async throws(StoreError) in
            var update = Self.entry(receivedAt: receipt.receivedAt)
            if let expiresAt = receipt.expiresAt {
                // What has left already keeps its own end.
                update.text += ", submissionExpiresAt = :end, expiresAt = if_not_exists(expiresAt, :last)"
                update.values.append(":end", .number(expiresAt.milliseconds))
                update.values.append(":last", .number(Self.end(after: expiresAt)))
            }
            try await write(update, to: receipt.key)
        }
    }

    /// Says that a submission leaves, before it does.
    ///
    /// - Parameter item: What will be removed; it should have its `receivedAt`.
    func enter(_ departure: Departure, of item: DynamoDBItem, at now: Timestamp) async throws(StoreError) {
        guard let receipt = Receipt(unreadable: item) else { return }
        var update = Self.entry(receivedAt: receipt.receivedAt)
        update.text += ", departure = :departure, expiresAt = :last"
        update.values.append(":departure", .string(departure.rawValue))
        update.values.append(":last", .number(Self.end(after: now)))
        try await write(update, to: receipt.key)
    }

    package func missing(
        among keys: [SubmissionKey],
        at now: Timestamp
    ) async throws(StoreError) -> [SubmissionKey] {
        try await concurrently(keys) { key async throws(StoreError) in
            // One that came in before the number of shards was raised has its receipt elsewhere.
            let places = places(of: key)
            if try await hasDeparted(from: places, at: now) { return nil }
            guard try await item(key) == nil else { return nil }
            // What was removed between the two looks was in the books before, where it is expected.
            return try await hasDeparted(from: places.prefix(1), at: now) ? nil : key
        }.compactMap(\.self)
    }

    private func hasDeparted(
        from places: some Sequence<TableKey>,
        at now: Timestamp
    ) async throws(StoreError) -> Bool {
        for place in places {
            let entry = try await access { () async throws(AWSError) in
                try await client.getItem(place.ofReceipt.item, in: table)
            }
            if entry.flatMap(Entry.init)?.departure(at: now) != nil { return true }
        }
        return false
    }

    /// What came in within a period, and whether all of it was looked at.
    func entries(
        from: Timestamp,
        until: Timestamp,
        pageLimit: Int
    ) async throws(StoreError) -> (entries: [Entry], isComplete: Bool) {
        var selection = Selection(
            from: from,
            until: until,
            attributes: ["pk", "sk", "receivedAt", "submissionExpiresAt", "departure"]
        )
        selection.isOfReceipts = true
        selection.pageLimit = pageLimit
        let found = try await selected(selection)
        let entries = found.items.compactMap(Entry.init).filter {
            from <= $0.receipt.receivedAt && $0.receipt.receivedAt < until
        }
        return (entries, found.isComplete)
    }

    /// What the books have of a submission.
    struct Entry: Sendable {
        let receipt: Receipt
        private let noted: Departure?

        init?(_ item: DynamoDBItem) {
            guard var receipt = Receipt(unreadable: item) else { return nil }
            receipt.expiresAt = item["submissionExpiresAt"]?.integer.map { Timestamp(milliseconds: $0) }
            self.receipt = receipt
            noted = item["departure"]?.string.flatMap(Departure.init)
        }

        /// Why the submission is not there, when it need not be: DynamoDB removes what expired without a word.
        func departure(at now: Timestamp) -> Departure? {
            noted ?? (receipt.expiresAt.map { $0 <= now } == true ? .expired : nil)
        }
    }

    private static func entry(receivedAt: Timestamp) -> DynamoDBExpression {
        DynamoDBExpression(
            "SET #kind = :kind, receivedAt = :received",
            names: ["#kind": "kind"],
            values: [":kind": .string("receipt"), ":received": .number(receivedAt.milliseconds)]
        )
    }

    /// When DynamoDB's TTL removes a receipt, in seconds.
    private static func end(after moment: Timestamp) -> Int64 {
        moment.advanced(by: keptAfterwards).milliseconds / 1000
    }

    private func write(_ update: DynamoDBExpression, to key: SubmissionKey) async throws(StoreError) {
        let place = TableKey(key, shardCount: shardCount).ofReceipt
        _ = try await access { () async throws(AWSError) in
            try await client.updateItem(place.item, in: table, update: update)
        }
    }
}

extension SubmissionKey {
    /// The submission that an item, or its receipt, is of.
    init?(_ item: DynamoDBItem) {
        guard let partition = item["pk"]?.string, let id = item["sk"]?.string.flatMap({ SubmissionID($0) }),
            let form = TableKey.form(ofPartition: partition) ?? TableKey.form(ofReceipts: partition)
        else { return nil }
        self.init(form: form, id: id)
    }
}

extension TableKey {
    private static let receipts = "#receipts#"

    static func receipts(of partition: String) -> String { receipts + partition }

    /// Where the receipt stands of the submission that stands here.
    fileprivate var ofReceipt: TableKey { TableKey(partition: Self.receipts(of: partition), sort: sort) }

    fileprivate static func form(ofReceipts partition: String) -> FormName? {
        partition.hasPrefix(receipts) ? form(ofPartition: String(partition.dropFirst(receipts.count))) : nil
    }
}
