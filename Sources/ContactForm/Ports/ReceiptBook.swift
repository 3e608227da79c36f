// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What came in, for a store whose messages can be removed behind its back. The table of AWS keeps one; a database on one
/// machine counts in the same transaction instead.
package protocol ReceiptBook: Sendable {
    /// Enters what came in. Entered again, nothing changes.
    func enter(_ receipts: [Receipt]) async throws(StoreError)

    /// Of submissions that are there no more, those that neither the owner nor retention removed.
    func missing(among keys: [SubmissionKey], at now: Timestamp) async throws(StoreError) -> [SubmissionKey]
}
