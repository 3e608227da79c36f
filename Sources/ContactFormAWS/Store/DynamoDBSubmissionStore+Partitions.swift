// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import ContactForm

extension DynamoDBSubmissionStore {
    /// What to read from every partition of some forms.
    struct Selection: Sendable {
        var form: FormName?
        /// Of the receipts of its submissions instead.
        var isOfReceipts = false
        var ids: ClosedRange<SubmissionID>
        var filter: DynamoDBExpression
        /// Names of attributes; nil for all of them.
        var attributes: [String]?
        /// Requests for each partition, each of 1 MB at most; nil reads everything.
        var pageLimit: Int?
    }

    func partitions(of form: FormName?) async throws(StoreError) -> [String] {
        let forms = if let form { [form] } else { try await allForms() }
        return forms.flatMap { TableKey.partitions(of: $0, shardCount: shardCount) }
    }

    /// Everything selected, in no order.
    func items(_ selection: Selection) async throws(StoreError) -> [DynamoDBItem] {
        try await selected(selection).items
    }

    /// What is selected, in no order, and whether the selection's limit left anything out.
    func selected(_ selection: Selection) async throws(StoreError) -> (items: [DynamoDBItem], isComplete: Bool) {
        let queries = try await partitions(of: selection.form).map { partition in
            query(selection, partition: selection.isOfReceipts ? TableKey.receipts(of: partition) : partition)
        }
        let runs = try await concurrently(queries) { query async throws(StoreError) in
            var query = query
            var items: [DynamoDBItem] = []
            var pages = 0
            repeat {
                let request = query
                let page = try await access { () async throws(AWSError) in try await client.query(request) }
                items += page.items
                query.startKey = page.lastKey
                pages += 1
            } while query.startKey != nil && pages < selection.pageLimit ?? .max
            return (items, query.startKey == nil)
        }
        return (runs.flatMap(\.0), runs.allSatisfy(\.1))
    }

    /// What is read of a partition, in whatever order: a filter saves the network and no reading.
    static func keys(_ ids: ClosedRange<SubmissionID>, in partition: String) -> DynamoDBExpression {
        DynamoDBExpression(
            "pk = :pk AND sk BETWEEN :lowest AND :highest",
            values: [
                ":pk": .string(partition), ":lowest": .string(ids.lowerBound.description),
                ":highest": .string(ids.upperBound.description),
            ]
        )
    }

    private func query(_ selection: Selection, partition: String) -> DynamoDBQuery {
        var query = DynamoDBQuery(table: table, keyCondition: Self.keys(selection.ids, in: partition))
        query.filter = selection.filter
        if let attributes = selection.attributes {
            query.projection = DynamoDBExpression(
                attributes.map { "#\($0)" }.joined(separator: ", "),
                names: Dictionary(attributes.map { ("#\($0)", $0) }) { first, _ in first }
            )
        }
        return query
    }

    /// Runs `body` on each element at the same time; the results are in the order of the elements.
    func concurrently<Element: Sendable, Value: Sendable>(
        _ elements: [Element],
        _ body: @escaping @Sendable (Element) async throws(StoreError) -> Value
    ) async throws(StoreError) -> [Value] {
        try await elements.concurrentResults(body).map { result throws(StoreError) in try result.get() }
    }
}
