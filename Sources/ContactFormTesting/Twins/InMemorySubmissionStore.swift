// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import Synchronization

/// Keeps submissions in memory: the twin of the real stores, and a database that fails on demand.
package final class InMemorySubmissionStore: Sendable {
    private struct State {
        var submissions: [SubmissionKey: Submission] = [:]
        var faults: [StoreError] = []
        var outage: StoreError?
    }

    private let state = Mutex(State())

    package init(_ submissions: [Submission] = []) {
        state.withLock { state in
            for submission in submissions { state.submissions[submission.key] = submission }
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

    /// Everything stored, oldest first; never fails.
    package var submissions: [Submission] {
        state.withLock { $0.submissions.values.sorted { $0.id < $1.id } }
    }

    private func access<Result: Sendable>(
        _ body: (inout [SubmissionKey: Submission]) -> Result
    ) throws(StoreError) -> Result {
        let result: Swift.Result<Result, StoreError> = state.withLock { state in
            if !state.faults.isEmpty { return .failure(state.faults.removeFirst()) }
            if let outage = state.outage { return .failure(outage) }
            return .success(body(&state.submissions))
        }
        return try result.get()
    }
}

extension InMemorySubmissionStore: SubmissionArchive {
    package func insert(_ submission: Submission) async throws(StoreError) -> Insertion {
        try access { submissions in
            guard submissions[submission.key] == nil else { return .alreadyStored }
            submissions[submission.key] = submission
            return .stored
        }
    }

    package func find(_ key: SubmissionKey) async throws(StoreError) -> Submission? {
        try access { $0[key] }
    }

    package func find(id: SubmissionID) async throws(StoreError) -> Submission? {
        try access { submissions in submissions.values.first { $0.id == id } }
    }

    package func apply(
        _ change: StatusChange,
        to key: SubmissionKey,
        at now: Timestamp
    ) async throws(StoreError) -> Submission? {
        try access { submissions in
            guard let changed = submissions[key]?.applying(change, at: now) else { return nil }
            submissions[key] = changed
            return changed
        }
    }

    package func list(_ query: SubmissionQuery) async throws(StoreError) -> [Submission] {
        try access { submissions in
            func place(_ submission: Submission) -> (Timestamp, SubmissionID) {
                (query.order == .id ? submission.id.moment : submission.receivedAt, submission.id)
            }
            let before = query.before.map { id in
                submissions.values.first { $0.id == id }.map(place) ?? (id.moment, id)
            }
            let matching = submissions.values.filter { submission in
                (query.form.map { submission.form == $0 } ?? true)
                    && (query.status.map { submission.status == $0 } ?? true)
                    && (before.map { place(submission) < $0 } ?? true)
            }
            return Array(matching.sorted { place($0) > place($1) }.prefix(query.limit))
        }
    }

    package func delete(_ key: SubmissionKey) async throws(StoreError) -> Bool {
        try access { $0.removeValue(forKey: key) != nil }
    }

    package func deleteExpired(at now: Timestamp, limit: Int) async throws(StoreError) -> Int {
        try access { submissions in
            let expired = submissions.values.filter { submission in submission.expiresAt.map { $0 <= now } ?? false }
            let deleted = expired.prefix(limit)
            for submission in deleted { submissions[submission.key] = nil }
            return deleted.count
        }
    }

    package func counts(since moment: Timestamp) async throws(StoreError) -> [SubmissionStatus: Int] {
        try access { submissions in
            let counted = submissions.values.lazy.filter { $0.receivedAt >= moment }.map { ($0.status, 1) }
            return Dictionary(counted, uniquingKeysWith: +)
        }
    }
}

extension InMemorySubmissionStore: Outbox {
    package func dueNotifications(at now: Timestamp, limit: Int) async throws(StoreError) -> [Submission] {
        try access { submissions in
            let due = submissions.values.filter { submission in submission.due.map { $0 <= now } ?? false }
            return Array(due.sorted { ($0.due ?? now, $0.id) < ($1.due ?? now, $1.id) }.prefix(limit))
        }
    }

    package func nextNotification() async throws(StoreError) -> Timestamp? {
        try access { $0.values.compactMap(\.due).min() }
    }

    package func heldCounts(since moment: Timestamp) async throws(StoreError) -> [FormName: Int] {
        try access { submissions in
            let held = submissions.values.lazy.filter { $0.status == .held && $0.receivedAt >= moment }
            return Dictionary(held.map { ($0.form, 1) }, uniquingKeysWith: +)
        }
    }
}

extension Submission {
    /// When its notification is due; nil when none waits.
    fileprivate var due: Timestamp? {
        status == .received ? delivery.nextAttempt : nil
    }
}
