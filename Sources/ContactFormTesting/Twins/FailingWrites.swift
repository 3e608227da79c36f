// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import Synchronization

/// A store that can be read and, while it has a fault, not be written.
package final class FailingWrites: SubmissionStore {
    private let store: InMemorySubmissionStore
    private let fault = Mutex<(error: StoreError, key: SubmissionKey?)?>(nil)

    package init(_ store: InMemorySubmissionStore) { self.store = store }

    /// - Parameter key: nil is every submission.
    package func setFault(_ error: StoreError?, of key: SubmissionKey? = nil) {
        fault.withLock { $0 = error.map { ($0, key) } }
    }

    package func insert(_ submission: Submission) async throws(StoreError) -> Insertion {
        try await store.insert(submission)
    }
    package func find(_ key: SubmissionKey) async throws(StoreError) -> Submission? { try await store.find(key) }

    package func apply(
        _ change: StatusChange,
        to key: SubmissionKey,
        at now: Timestamp
    ) async throws(StoreError) -> Submission? {
        try await apply([(change, key)], at: now)
        return try await store.find(key)
    }

    /// All or none, as in one transaction.
    package func apply(_ changes: [(change: StatusChange, key: SubmissionKey)], at now: Timestamp)
        async throws(StoreError)
    {
        if let (error, bad) = fault.withLock({ $0 }), changes.contains(where: { bad == nil || $0.key == bad }) {
            throw error
        }
        for (change, key) in changes { _ = try await store.apply(change, to: key, at: now) }
    }
}
