// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
package import ContactForm

/// Where an item stands in the table: the partition key `<form>#<shard>` and the sort key, the submission's id.
///
/// A busy form's writes spread over several partitions, for one takes 1,000 writes a second
/// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html).
package struct TableKey: Sendable, Hashable {
    package var partition: String
    package var sort: String

    /// - Parameter shardCount: How many partitions a form is spread over, at least 1. Every function must have the same.
    package init(_ key: SubmissionKey, shardCount: Int) {
        // The last bits of an id are a hash of its content, spread evenly.
        self.init(key, shard: Int(key.id.low % UInt64(max(shardCount, 1))))
    }

    package init(_ key: SubmissionKey, shard: Int) {
        partition = Self.partition(of: key.form, shard: shard)
        sort = key.id.description
    }

    /// Where an item was found.
    init(partition: String, sort: String) {
        self.partition = partition
        self.sort = sort
    }

    /// The partitions of a form.
    static func partitions(of form: FormName, shardCount: Int) -> [String] {
        (0..<max(shardCount, 1)).map { partition(of: form, shard: $0) }
    }

    private static func partition(of form: FormName, shard: Int) -> String { "\(form.rawValue)#\(shard)" }

    /// The form that a partition belongs to; nil when the key is not one of ours.
    static func form(ofPartition partition: String) -> FormName? {
        // The name of a form has no `#`.
        partition.lastIndex(of: "#").flatMap { FormName(rawValue: String(partition[..<$0])) }
    }

    var item: DynamoDBItem { ["pk": .string(partition), "sk": .string(sort)] }
}
