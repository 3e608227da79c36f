// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Which items of one partition a query reads.
package struct DynamoDBQuery: Sendable, Hashable {
    package var table: String
    /// The index to read instead of the table itself. What it shows is a moment old.
    package var index: String?
    /// The partition, and a range of its sort keys.
    package var keyCondition: DynamoDBExpression
    /// What is left out of what was read; it is paid for all the same.
    package var filter: DynamoDBExpression?
    /// Which attributes come; nil for all of them.
    package var projection: DynamoDBExpression?
    package var isNewestFirst = false
    /// How many are read at most, before the filter; the service reads no more than 1 MB either way.
    package var limit: Int?
    /// Where to go on: `DynamoDBPage.lastKey` of the page before.
    package var startKey: DynamoDBItem?

    package init(table: String, keyCondition: DynamoDBExpression) {
        self.table = table
        self.keyCondition = keyCondition
    }
}

/// What one call of a query read.
package struct DynamoDBPage: Sendable, Hashable {
    package var items: [DynamoDBItem]
    /// Nil when there is no more.
    package var lastKey: DynamoDBItem?

    package init(items: [DynamoDBItem], lastKey: DynamoDBItem?) {
        self.items = items
        self.lastKey = lastKey
    }
}
