// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

/// A store whose pages show only what came from one address, as `Submission.isFrom(address:)` has it. All else goes through
/// to the store.
struct MessagesOfSender: SubmissionArchive {
    let store: any SubmissionArchive
    let address: String

    func page(_ query: SubmissionQuery) async throws(StoreError) -> SubmissionPage {
        var page = try await store.page(query)
        page.submissions.removeAll { !$0.isFrom(address: address) }
        return page
    }

    func insert(_ submission: Submission) async throws(StoreError) -> Insertion { try await store.insert(submission) }

    func find(_ key: SubmissionKey) async throws(StoreError) -> Submission? { try await store.find(key) }

    func find(id: SubmissionID) async throws(StoreError) -> Submission? { try await store.find(id: id) }

    func apply(_ change: StatusChange, to key: SubmissionKey, at now: Timestamp) async throws(StoreError) -> Submission?
    {
        try await store.apply(change, to: key, at: now)
    }

    func mark(_ mark: OwnerMark, on key: SubmissionKey, at now: Timestamp) async throws(StoreError) -> Submission? {
        try await store.mark(mark, on: key, at: now)
    }

    func delete(_ key: SubmissionKey, at now: Timestamp) async throws(StoreError) -> Bool {
        try await store.delete(key, at: now)
    }

    func erase(
        address: String,
        after cursor: SubmissionCursor?,
        at now: Timestamp
    ) async throws(StoreError) -> ErasureReceipt {
        try await store.erase(address: address, after: cursor, at: now)
    }

    func counts(since moment: Timestamp) async throws(StoreError) -> [SubmissionStatus: Int] {
        try await store.counts(since: moment)
    }

    func statistics(
        from: Timestamp,
        until: Timestamp,
        at now: Timestamp,
        late rule: LateRule
    ) async throws(StoreError) -> ArchiveStatistics {
        try await store.statistics(from: from, until: until, at: now, late: rule)
    }
}
