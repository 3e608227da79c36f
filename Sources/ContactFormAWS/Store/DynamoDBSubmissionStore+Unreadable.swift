// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import ContactForm
import ContactFormLogging

/// An item that can't be read stays where it is and keeps no other from anything. It is logged once while the store is open.
extension DynamoDBSubmissionStore {
    /// What `read` makes of an item; nil when it can't be read.
    func readable(
        _ item: DynamoDBItem,
        _ consequence: UnreadableLog.Consequence,
        _ read: (DynamoDBItem) throws(StoreError) -> Submission = SubmissionItem.submission
    ) -> Submission? {
        unreadable.readable(consequence) { () throws(StoreError) in try read(item) }
    }
}

extension Receipt {
    /// What is known of an item that can't be read. Where it does not say when it came in, or says what can't be, its id does.
    ///
    /// Nil for what has no id, which no submission ever was.
    init?(unreadable item: DynamoDBItem) {
        guard let key = SubmissionKey(item) else { return nil }
        self.init(
            key: key,
            receivedAt: item["receivedAt"]?.integer.flatMap { Timestamp(stored: $0) } ?? key.id.moment
        )
    }
}
