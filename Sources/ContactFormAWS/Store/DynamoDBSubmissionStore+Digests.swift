// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

/// A digest of a hundred reads and marks them side by side: one after the other, a sweep would not get through a flood.
extension DynamoDBSubmissionStore {
    package func find(_ keys: [SubmissionKey]) async throws(StoreError) -> [Submission?] {
        try await concurrently(keys) { key async throws(StoreError) in try await find(key) }
    }

    package func apply(
        _ changes: [(change: StatusChange, key: SubmissionKey)],
        at now: Timestamp
    ) async throws(StoreError) {
        _ = try await concurrently(changes) { change async throws(StoreError) in
            try await apply(change.change, to: change.key, at: now)
        }
    }
}
