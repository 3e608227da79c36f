// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import ContactForm

/// What was removed, counted by the day it had come in.
///
/// An item a day under a partition key that belongs to no form, of another kind than submissions, so that neither lists nor
/// the stream's filter see it. Counted after the deletion: a crash in between leaves one out, and none is counted twice.
extension DynamoDBSubmissionStore {
    enum LedgerEntry: String, CaseIterable {
        case erased, expired
    }

    private static let ledgerPartition = "#ledger"

    /// - Parameter items: What was removed; each needs its `receivedAt`.
    func enter(_ entry: LedgerEntry, _ items: [DynamoDBItem]) async throws(StoreError) {
        let days = items.compactMap { $0["receivedAt"]?.integer.map { Timestamp(milliseconds: $0).startOfDay } }
        for (day, count) in Dictionary(days.map { ($0, 1) }, uniquingKeysWith: +) {
            let update = DynamoDBExpression(
                "SET #kind = :kind ADD #entry :count",
                names: ["#kind": "kind", "#entry": entry.rawValue],
                values: [":kind": .string("ledger"), ":count": .number(count)]
            )
            _ = try await access { () async throws(AWSError) in
                try await client.updateItem(
                    ["pk": .string(Self.ledgerPartition), "sk": .string(day.isoDate)],
                    in: table,
                    update: update
                )
            }
        }
    }

    /// The entries of the days from `from` until before `until`.
    func ledger(
        from: Timestamp,
        until: Timestamp
    ) async throws(StoreError) -> [(day: Timestamp, counts: [LedgerEntry: Int])] {
        guard from < until else { return [] }
        let condition = DynamoDBExpression(
            "pk = :pk AND sk BETWEEN :from AND :last",
            values: [
                ":pk": .string(Self.ledgerPartition), ":from": .string(from.isoDate),
                ":last": .string(until.advanced(by: .milliseconds(-1)).isoDate),
            ]
        )
        var query = DynamoDBQuery(table: table, keyCondition: condition)
        var days: [(Timestamp, [LedgerEntry: Int])] = []
        repeat {
            let request = query
            let page = try await access { () async throws(AWSError) in try await client.query(request) }
            for item in page.items {
                guard let day = item["sk"]?.string.flatMap({ Timestamp(iso8601: $0) }) else { continue }
                let counts = LedgerEntry.allCases.map { ($0, Int(item[$0.rawValue]?.integer ?? 0)) }
                days.append((day, Dictionary(uniqueKeysWithValues: counts)))
            }
            query.startKey = page.lastKey
        } while query.startKey != nil
        return days
    }
}
