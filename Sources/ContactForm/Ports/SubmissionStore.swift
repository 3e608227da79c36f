// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Keeps submissions. Everything an adapter must do is in `SubmissionStoreContract`.
package protocol SubmissionStore: Sendable {
    /// Stores a submission under its key unless that key is taken.
    ///
    /// Returns only when the submission is durable: after `stored`, a power cut loses nothing. A submission whose
    /// status is `received` is due for notification from that moment, in the same transaction.
    ///
    /// - Throws: `StoreError`, and the visitor is told to try again, or when it is `tooLarge` to write less. It may have been
    ///   stored all the same, where an answer was lost: the same id makes the repeat harmless.
    func insert(_ submission: Submission) async throws(StoreError) -> Insertion

    /// The submission as it now stands; nil when there is none, or when it was erased.
    func find(_ key: SubmissionKey) async throws(StoreError) -> Submission?

    /// Moves a submission on through `Submission.applying(_:at:)`, atomically.
    ///
    /// Returns the submission after the change; nil when it is gone or its status does not allow the change,
    /// so that of two callers only one moves it on.
    func apply(_ change: StatusChange, to key: SubmissionKey, at now: Timestamp) async throws(StoreError) -> Submission?

    /// `find` for each of the keys, in their order.
    func find(_ keys: [SubmissionKey]) async throws(StoreError) -> [Submission?]

    /// `apply` for each of the changes. Some may have been made when it throws.
    func apply(_ changes: [(change: StatusChange, key: SubmissionKey)], at now: Timestamp) async throws(StoreError)
}

/// One after the other, for a store that can do no better.
extension SubmissionStore {
    package func find(_ keys: [SubmissionKey]) async throws(StoreError) -> [Submission?] {
        var found: [Submission?] = []
        for key in keys { found.append(try await find(key)) }
        return found
    }

    package func apply(
        _ changes: [(change: StatusChange, key: SubmissionKey)],
        at now: Timestamp
    ) async throws(StoreError) {
        for (change, key) in changes { _ = try await apply(change, to: key, at: now) }
    }
}

/// What became of an insert.
package enum Insertion: Sendable, Hashable {
    case stored
    /// The same submission is there already: a double click, or a retry. The visitor sees the same success.
    case alreadyStored
}

/// Why a store could not do what it was asked.
package struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        package let description: String

        private init(_ description: String) { self.description = description }

        /// Out of reach, locked, throttled or read-only: the same call may succeed later.
        package static let unavailable = Code("unavailable")
        /// No room left on the disk.
        package static let full = Code("full")
        /// The submission is larger than the store can hold.
        package static let tooLarge = Code("too-large")
        /// What was read is not what was written.
        package static let corrupt = Code("corrupt")
    }

    package var code: Code
    /// For the operator: what happened and what to do. Holds no personal data.
    package var reason: String

    package init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    package var description: String { "\(code): \(reason)" }
}
