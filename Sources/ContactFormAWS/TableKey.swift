// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

/// Where an item stands in the table: the partition key `<form>#<shard>` and the sort key, the submission's id.
///
/// A busy form's writes spread over several partitions, for one takes 1,000 writes a second
/// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html).
package struct TableKey: Sendable, Hashable {
    package var partition: String
    package var sort: String

    /// - Parameter shardCount: How many partitions a form is spread over, at least 1. It may be raised later, never
    ///   lowered, and every function must have the same.
    package init(_ key: SubmissionKey, shardCount: Int) {
        // The last bits of an id are a hash of its content, spread evenly.
        let shard = key.id.low % UInt64(max(shardCount, 1))
        self.init(form: key.form, shard: Int(shard), sort: key.id.description)
    }

    package init(form: FormName, shard: Int, sort: String) {
        partition = "\(form.rawValue)#\(shard)"
        self.sort = sort
    }
}
