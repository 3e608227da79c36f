// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What the owner does with stored submissions: list, read, delete, count.
package protocol SubmissionArchive: SubmissionStore {
    /// One page of submissions, newest first.
    func list(_ query: SubmissionQuery) async throws(StoreError) -> [Submission]

    /// Finds a submission by its id alone.
    func find(id: SubmissionID) async throws(StoreError) -> Submission?

    /// Deletes a submission for good. False when it was not there.
    func delete(_ key: SubmissionKey) async throws(StoreError) -> Bool

    /// Deletes what expired at or before `now`, at most `limit` in one call; returns how many went.
    func deleteExpired(at now: Timestamp, limit: Int) async throws(StoreError) -> Int

    /// How many submissions there are by status, received at or after `moment`.
    func counts(since moment: Timestamp) async throws(StoreError) -> [SubmissionStatus: Int]
}

/// Which submissions a page shows.
package struct SubmissionQuery: Sendable, Hashable {
    package enum Order: Sendable, Hashable {
        /// By when they came in. A store that sorts by id alone may do that instead: its time is when the visitor's
        /// page was opened, at most a day before.
        case received
        case id
    }

    /// Nil: every form.
    package var form: FormName?
    /// Nil: every status.
    package var status: SubmissionStatus?
    /// Only what comes after this id in the order: the last one of the page before.
    package var before: SubmissionID?
    package var order: Order
    /// At most this many, 1 to 1,000.
    package var limit: Int

    package init(
        form: FormName? = nil,
        status: SubmissionStatus? = nil,
        before: SubmissionID? = nil,
        order: Order = .received,
        limit: Int = 50
    ) {
        self.form = form
        self.status = status
        self.before = before
        self.order = order
        self.limit = min(max(limit, 1), 1000)
    }
}
