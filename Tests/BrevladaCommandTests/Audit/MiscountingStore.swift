// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Synchronization

/// A store whose own count is off by as many notified submissions as it is told, count by count.
final class MiscountingStore: SubmissionArchive {
    private let store: InMemorySubmissionStore
    private let skews: Mutex<[Int]>
    private let made = Mutex(0)

    init(_ submissions: [Submission], skews: [Int]) {
        store = InMemorySubmissionStore(submissions)
        self.skews = Mutex(skews)
    }

    var countsMade: Int { made.withLock { $0 } }

    func counts(since moment: Timestamp) async throws(StoreError) -> [SubmissionStatus: Int] {
        made.withLock { $0 += 1 }
        let skew = skews.withLock { $0.isEmpty ? 0 : $0.removeFirst() }
        var counts = try await store.counts(since: moment)
        counts[.notified, default: 0] += skew
        return counts
    }

    func page(_ query: SubmissionQuery) async throws(StoreError) -> SubmissionPage { try await store.page(query) }

    func mark(
        _ mark: OwnerMark,
        on key: SubmissionKey,
        at now: Timestamp
    ) async throws(StoreError) -> Submission? {
        try await store.mark(mark, on: key, at: now)
    }

    func erase(
        address: String,
        after cursor: SubmissionCursor?,
        at now: Timestamp
    ) async throws(StoreError) -> ErasureReceipt {
        try await store.erase(address: address, after: cursor, at: now)
    }

    func statistics(
        from: Timestamp,
        until: Timestamp,
        at now: Timestamp,
        late rule: LateRule
    ) async throws(StoreError) -> ArchiveStatistics {
        try await store.statistics(from: from, until: until, at: now, late: rule)
    }

    func find(id: SubmissionID) async throws(StoreError) -> Submission? { try await store.find(id: id) }

    func find(_ key: SubmissionKey) async throws(StoreError) -> Submission? { try await store.find(key) }

    func delete(_ key: SubmissionKey, at now: Timestamp) async throws(StoreError) -> Bool {
        try await store.delete(key, at: now)
    }

    func insert(_ submission: Submission) async throws(StoreError) -> Insertion { try await store.insert(submission) }

    func apply(
        _ change: StatusChange,
        to key: SubmissionKey,
        at now: Timestamp
    ) async throws(StoreError) -> Submission? {
        try await store.apply(change, to: key, at: now)
    }
}
