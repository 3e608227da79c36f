// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import Synchronization

/// Keeps submissions in memory: the twin of the real stores, and a database that fails on demand.
package final class InMemorySubmissionStore: Sendable {
    private struct State {
        var archive = Archive()
        var faults: [StoreError] = []
        var outage: StoreError?
        var overwrites = 0
    }

    /// What is kept, and the books about what was.
    private struct Archive {
        struct Day {
            var accepted = 0
            var erased = 0
            var expired = 0
        }

        var submissions: [SubmissionKey: Submission] = [:]
        /// By the first moment of the day that the submission was received.
        var days: [Timestamp: Day] = [:]
        var receipts: [SubmissionKey: Receipt] = [:]
        /// What the owner or retention removed.
        var removed: Set<SubmissionKey> = []
        /// What is there and can't be read.
        var damaged: Set<SubmissionKey> = []
        /// What can't be deleted.
        var kept: SubmissionKey?

        var readable: [Submission] { submissions.values.filter { !damaged.contains($0.key) } }

        var unreadable: [Submission] { submissions.values.filter { damaged.contains($0.key) } }

        func submission(_ key: SubmissionKey) throws(StoreError) -> Submission? {
            guard damaged.contains(key) else { return submissions[key] }
            throw StoreError(.corrupt, "submission \(key.id) can't be read: a test damaged it")
        }

        func isMissing(_ key: SubmissionKey, at now: Timestamp) -> Bool {
            let hasExpired = receipts[key]?.expiresAt.map { $0 <= now } ?? false
            return submissions[key] == nil && !removed.contains(key) && !hasExpired
        }

        mutating func insert(_ submission: Submission) {
            submissions[submission.key] = submission
            days[submission.receivedAt.startOfDay, default: Day()].accepted += 1
        }

        func expired(at now: Timestamp) -> [Submission] {
            submissions.values.filter { submission in
                guard damaged.contains(submission.key) else { return submission.hasExpired(at: now) }
                return submission.expiresAt.map { $0 <= now } ?? false
            }
        }

        mutating func erase(_ key: SubmissionKey) throws(StoreError) -> Bool {
            guard key != kept else { throw StoreError(.unavailable, "a test keeps submission \(key.id)") }
            return remove(key, as: \.erased)
        }

        mutating func remove(_ key: SubmissionKey, as entry: WritableKeyPath<Day, Int>) -> Bool {
            guard let submission = submissions.removeValue(forKey: key) else { return false }
            damaged.remove(key)
            days[submission.receivedAt.startOfDay, default: Day()][keyPath: entry] += 1
            removed.insert(key)
            return true
        }
    }

    private let state = Mutex(State())

    package init(_ submissions: [Submission] = []) {
        state.withLock { state in
            for submission in submissions { state.archive.insert(submission) }
        }
    }

    /// Makes the next `count` calls throw `error`; they do nothing else.
    package func failNext(_ error: StoreError, count: Int = 1) {
        state.withLock { $0.faults.append(contentsOf: repeatElement(error, count: count)) }
    }

    /// Makes every call throw `error` until it is set to nil.
    package func setOutage(_ error: StoreError?) {
        state.withLock { $0.outage = error }
    }

    /// Makes every deletion of a submission fail, until it is set to nil.
    package func keep(_ key: SubmissionKey?) {
        state.withLock { $0.archive.kept = key }
    }

    /// Everything stored, oldest first; never fails.
    package var submissions: [Submission] {
        state.withLock { $0.archive.submissions.values.sorted { $0.id < $1.id } }
    }

    /// How often what was deleted was to be overwritten.
    package var overwriteCount: Int { state.withLock(\.overwrites) }

    private func access<Result: Sendable>(
        _ body: (inout Archive) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        try state.withLock { state throws(StoreError) in
            if !state.faults.isEmpty { throw state.faults.removeFirst() }
            if let outage = state.outage { throw outage }
            return try body(&state.archive)
        }
    }
}

extension InMemorySubmissionStore: ExpiringArchive {
    package func insert(_ submission: Submission) async throws(StoreError) -> Insertion {
        try access { archive in
            guard archive.submissions[submission.key] == nil else { return .alreadyStored }
            archive.insert(submission)
            return .stored
        }
    }

    package func find(_ key: SubmissionKey) async throws(StoreError) -> Submission? {
        try access { archive throws(StoreError) in try archive.submission(key) }
    }

    package func find(id: SubmissionID) async throws(StoreError) -> Submission? {
        try access { archive throws(StoreError) in
            guard let key = archive.submissions.keys.first(where: { $0.id == id }) else { return nil }
            return try archive.submission(key)
        }
    }

    package func apply(
        _ change: StatusChange,
        to key: SubmissionKey,
        at now: Timestamp
    ) async throws(StoreError) -> Submission? {
        try access { archive throws(StoreError) in
            guard let changed = try archive.submission(key)?.applying(change, at: now) else { return nil }
            archive.submissions[key] = changed
            return changed
        }
    }

    package func mark(
        _ mark: OwnerMark,
        on key: SubmissionKey,
        at now: Timestamp
    ) async throws(StoreError) -> Submission? {
        try access { archive throws(StoreError) in
            guard let marked = try archive.submission(key)?.applying(mark, at: now) else { return nil }
            archive.submissions[key] = marked
            return marked
        }
    }

    package func page(_ query: SubmissionQuery) async throws(StoreError) -> SubmissionPage {
        try access { archive in
            func sorted(_ submissions: [Submission]) -> [Submission] {
                submissions.filter { query.cursor?.precedes($0) ?? true }.sorted { left, right in
                    SubmissionCursor(after: left, order: query.order).place
                        > SubmissionCursor(after: right, order: query.order).place
                }
            }
            let matching = sorted(archive.readable.filter(query.matches))
            let page = Array(matching.prefix(query.limit))
            let last = page.count < matching.count ? page.last : nil
            let next = last.map { SubmissionCursor(after: $0, order: query.order) }
            // Nobody knows whether it has the text.
            let unreadable = sorted(archive.unreadable.filter(query.matchesFields)).filter { submission in
                !(next?.precedes(submission) ?? false)
            }
            return SubmissionPage(submissions: page, next: next, unreadable: unreadable.map(\.receipt))
        }
    }

    package func delete(_ key: SubmissionKey, at now: Timestamp) async throws(StoreError) -> Bool {
        try access { archive throws(StoreError) in try archive.erase(key) }
    }

    package func erase(
        address: String,
        after cursor: SubmissionCursor?,
        at now: Timestamp
    ) async throws(StoreError) -> ErasureReceipt {
        try access { archive throws(StoreError) in
            var ids: [SubmissionID] = []
            for submission in archive.readable.filter({ $0.isFrom(address: address) }).sorted(by: { $0.id > $1.id }) {
                do throws(StoreError) {
                    _ = try archive.erase(submission.key)
                } catch {
                    guard !ids.isEmpty else { throw error }
                    return ErasureReceipt(at: now, ids: ids, next: .beginning(of: .id))
                }
                ids.append(submission.id)
            }
            return ErasureReceipt(at: now, ids: ids, unreadable: archive.unreadable.map(\.id))
        }
    }

    package func overwriteDeleted() async { state.withLock { $0.overwrites += 1 } }

    package func deleteExpired(at now: Timestamp, limit: Int) async throws(StoreError) -> Int {
        try access { archive in
            let deleted = archive.expired(at: now).prefix(limit)
            for submission in deleted { _ = archive.remove(submission.key, as: \.expired) }
            return deleted.count
        }
    }

    package func expired(at now: Timestamp, limit: Int) async throws(StoreError) -> [SubmissionID] {
        try access { archive in archive.expired(at: now).prefix(limit).map(\.id) }
    }

    package func counts(since moment: Timestamp) async throws(StoreError) -> [SubmissionStatus: Int] {
        try access { archive in
            let counted = archive.readable.lazy.filter { $0.receivedAt >= moment }.map { ($0.status, 1) }
            return Dictionary(counted, uniquingKeysWith: +)
        }
    }

    package func statistics(
        from: Timestamp,
        until: Timestamp,
        at now: Timestamp,
        late rule: LateRule
    ) async throws(StoreError) -> ArchiveStatistics {
        try access { archive in
            var statistics = ArchiveStatistics(from: from, until: until)
            let period = statistics.from..<max(statistics.until, statistics.from)
            var days: [Timestamp: ArchiveStatistics.Day] = [:]
            for (start, day) in archive.days where period.contains(start) {
                statistics.accepted += day.accepted
                statistics.erased += day.erased
                statistics.expired += day.expired
                days[start] = ArchiveStatistics.Day(start: start, accepted: day.accepted, held: 0, failed: 0)
            }
            var partial: [Submission] = []
            for submission in archive.readable {
                if submission.isUnread { statistics.unread += 1 }
                if submission.awaitsOwner { statistics.awaitingOwner[submission.status, default: 0] += 1 }
                guard period.contains(submission.receivedAt) else { continue }
                statistics.counts[submission.status, default: 0] += 1
                if submission.isOverdue(at: now, by: rule) { statistics.overdue += 1 }
                if submission.finding(at: now, late: rule) == .partial { partial.append(submission) }
                if let time = submission.deliveryTime { statistics.delivery.add(time) }
                let day = submission.receivedAt.startOfDay
                if submission.status == .held { days[day]?.held += 1 }
                if submission.status == .failed { days[day]?.failed += 1 }
            }
            statistics.days = days.values.sorted { $0.start < $1.start }
            statistics.unreadable = archive.unreadable.map(\.receipt).filter { period.contains($0.receivedAt) }
            statistics.note(partial: partial)
            statistics.missing = archive.receipts.values.filter { receipt in
                period.contains(receipt.receivedAt) && archive.isMissing(receipt.key, at: now)
            }.sorted { $0.key.id > $1.key.id }
            statistics.addsUp = statistics.accepted == statistics.stored + statistics.erased + statistics.expired
            return statistics
        }
    }
}

extension InMemorySubmissionStore: Outbox {
    package func dueNotifications(at now: Timestamp, limit: Int) async throws(StoreError) -> DueNotifications {
        try access { archive in
            let due = archive.readable.filter { submission in submission.due.map { $0 <= now } ?? false }
            let sorted = due.sorted { ($0.due ?? now, $0.id) < ($1.due ?? now, $1.id) }
            return DueNotifications(sorted.prefix(limit).map(\.withoutTexts), hasMore: sorted.count > limit)
        }
    }

    package func nextNotification() async throws(StoreError) -> Timestamp? {
        try access { $0.submissions.values.compactMap(\.due).min() }
    }

    package func heldCounts(since moment: Timestamp, limit: Int) async throws(StoreError) -> [FormName: Int] {
        try access { archive in
            let held = archive.submissions.values.lazy.filter { $0.status == .held && $0.receivedAt >= moment }
            return held.map(\.form).counts(upTo: limit)
        }
    }

    package func unseenHeldCounts(
        receivedIn moments: Range<Timestamp>,
        in region: String?,
        limit: Int
    ) async throws(StoreError) -> [FormName: Int] {
        try access { archive in
            let unseen = archive.submissions.values.lazy.filter { submission in
                submission.isUnseenSpam && moments.contains(submission.receivedAt) && submission.belongs(to: region)
            }
            return unseen.map(\.form).counts(upTo: limit)
        }
    }

    package func failedCounts(
        givenUpIn moments: Range<Timestamp>,
        in region: String?,
        limit: Int
    ) async throws(StoreError) -> [FormName: Int] {
        try access { archive in
            let failed = archive.submissions.values.lazy.filter { submission in
                submission.givenUpAt.map(moments.contains) == true && submission.belongs(to: region)
            }
            return failed.map(\.form).counts(upTo: limit)
        }
    }
}

extension InMemorySubmissionStore: Damageable {
    package func damage(_ key: SubmissionKey) {
        state.withLock { _ = $0.archive.damaged.insert(key) }
    }
}

extension InMemorySubmissionStore: ReceiptBook {
    package func enter(_ receipts: [Receipt]) async throws(StoreError) {
        try access { archive in
            for receipt in receipts { archive.receipts[receipt.key] = receipt }
        }
    }

    package func missing(
        among keys: [SubmissionKey],
        at now: Timestamp
    ) async throws(StoreError) -> [SubmissionKey] {
        try access { archive in
            keys.filter { archive.isMissing($0, at: now) }
        }
    }

    /// What the books have.
    package var receipts: Set<Receipt> { state.withLock { Set($0.archive.receipts.values) } }

    /// Removes a submission behind the store's back.
    package func lose(_ key: SubmissionKey) {
        state.withLock { _ = $0.archive.submissions.removeValue(forKey: key) }
    }
}

extension Submission {
    /// When its notification is due; nil when none waits.
    fileprivate var due: Timestamp? {
        status == .received ? delivery.nextAttempt : nil
    }
}
