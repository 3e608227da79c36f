// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import ContactForm
import Logging
import Synchronization

/// An item that can't be read stays where it is and keeps no other from anything. It is logged once while the store is open.
extension DynamoDBSubmissionStore {
    /// What was told of items that can't be read.
    final class Told: Sendable {
        private let errors = Mutex<Set<String>>([])
        /// Of so many items the log has enough.
        private static let most = 1_000

        /// Lists and sweeps meet the same items each time.
        func isNews(_ error: String) -> Bool {
            errors.withLock { $0.count < Self.most && $0.insert(error).inserted }
        }
    }

    /// What `read` makes of an item; nil when it can't be read.
    func readable(
        _ item: DynamoDBItem,
        _ consequence: Consequence,
        _ read: (DynamoDBItem) throws(StoreError) -> Submission = SubmissionItem.submission
    ) -> Submission? {
        do throws(StoreError) {
            return try read(item)
        } catch {
            if told.isNews("\(consequence) \(error)") {
                logger.error("submission can't be read and is not \(consequence)", metadata: ["error": "\(error)"])
            }
            return nil
        }
    }

    /// What becomes of a submission that can't be read.
    enum Consequence: String {
        case mailed, shown, counted
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
