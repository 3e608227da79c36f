// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What the owner does with stored submissions: list, search, read, mark, delete, count.
package protocol SubmissionArchive: SubmissionStore {
    /// One page of the submissions that match, newest first.
    ///
    /// The work is bounded, so that a page may hold fewer than asked for, or none, while there is more: only
    /// `SubmissionPage.next` tells. Following it shows each submission that was there all along exactly once. One that
    /// can't be read keeps no other from it, and is told of once as well.
    func page(_ query: SubmissionQuery) async throws(StoreError) -> SubmissionPage

    /// Finds a submission by its id alone.
    func find(id: SubmissionID) async throws(StoreError) -> Submission?

    /// Notes the owner's mark; whatever the status is. Returns the submission with it, nil when it is gone.
    func mark(_ mark: OwnerMark, on key: SubmissionKey, at now: Timestamp) async throws(StoreError) -> Submission?

    /// Deletes a submission for good and counts it as erased, in one step. False when it was not there.
    func delete(_ key: SubmissionKey, at now: Timestamp) async throws(StoreError) -> Bool

    /// Deletes what came from an address (`Submission.isFrom(address:)`), counted as erased.
    ///
    /// The work is bounded: when the receipt is not complete, call again. Of a search that takes several calls each goes on
    /// where the one before ended, with the receipt's cursor. What can't be read stays, and is in the receipt.
    ///
    /// - Throws: `StoreError` when nothing was deleted. What fails after that ends the call with a receipt of what went, which is
    ///   evidence, and with the cursor from which to go on.
    func erase(
        address: String,
        after cursor: SubmissionCursor?,
        at now: Timestamp
    ) async throws(StoreError) -> ErasureReceipt

    /// How many submissions there are by status, received at or after `moment`.
    func counts(since moment: Timestamp) async throws(StoreError) -> [SubmissionStatus: Int]

    /// Numbers about what was received within a period.
    ///
    /// - Parameters:
    ///   - from: Taken back to the beginning of its day in UTC: the books are kept by the day.
    ///   - until: Where the period ends, taken on to the end of its day.
    ///   - now: What is overdue is so at this moment.
    ///   - rule: By which a mail is.
    func statistics(
        from: Timestamp,
        until: Timestamp,
        at now: Timestamp,
        late rule: LateRule
    ) async throws(StoreError) -> ArchiveStatistics
}

/// An archive that lets go of what expired when it is told to. On AWS nobody tells it: the table does so by itself.
package protocol ExpiringArchive: SubmissionArchive {
    /// Deletes what expired at or before `now` (`Submission.hasExpired`), at most `limit` in one call; returns how many went.
    ///
    /// What can't be read goes at its time whatever its status: nobody can mail it, and its visitor was promised that it would.
    func deleteExpired(at now: Timestamp, limit: Int) async throws(StoreError) -> Int

    /// What `deleteExpired` deletes when it is called with the same values and nothing came in meanwhile.
    func expired(at now: Timestamp, limit: Int) async throws(StoreError) -> [SubmissionID]

    /// Overwrites what `deleteExpired` deleted, where that leaves something behind, as far as nobody reads it just then.
    func overwriteDeleted() async
}

extension Submission {
    /// Longer than any mail is tried: thirty days, by the clock up to a sixth more (docs/decisions/0008-stream-and-sweep.md), and a
    /// day.
    package static let longestDelivery = Interval.days(36)

    /// Whether retention removes it. What is still to be mailed stays until its mail was taken or given up, so that nothing that was
    /// accepted ends with neither; where nothing mails at all, for `longestDelivery` more: its visitor was promised an end.
    package func hasExpired(at now: Timestamp) -> Bool {
        guard let expiresAt else { return false }
        return (status == .received ? expiresAt.advanced(by: Self.longestDelivery) : expiresAt) <= now
    }
}

extension SubmissionArchive {
    /// By the rule of a mail that waits for no digest.
    package func statistics(
        from: Timestamp,
        until: Timestamp,
        at now: Timestamp
    ) async throws(StoreError) -> ArchiveStatistics {
        try await statistics(from: from, until: until, at: now, late: LateRule())
    }

    /// Erases from the beginning.
    package func erase(address: String, at now: Timestamp) async throws(StoreError) -> ErasureReceipt {
        try await erase(address: address, after: nil, at: now)
    }
}
