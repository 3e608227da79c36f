// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// That a submission came in, kept apart from it: one that is missing is missed.
package struct Receipt: Sendable, Hashable {
    package var key: SubmissionKey
    package var receivedAt: Timestamp
    /// When retention removes the submission; nil when it stays.
    package var expiresAt: Timestamp?

    package init(key: SubmissionKey, receivedAt: Timestamp, expiresAt: Timestamp? = nil) {
        self.key = key
        self.receivedAt = receivedAt
        self.expiresAt = expiresAt
    }
}

extension Submission {
    package var receipt: Receipt { Receipt(key: key, receivedAt: receivedAt, expiresAt: expiresAt) }
}
