// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The notifications that are due, for a worker that asks. On AWS the table's stream tells of them, and a sweep asks for
/// those that wait.
package protocol Outbox: Sendable {
    /// Submissions with status `received` whose next attempt is at or before `now`, longest overdue first, at most `limit`. They
    /// come without their texts (`Submission.withoutTexts`), so that a pass takes little memory however long the messages are.
    func dueNotifications(at now: Timestamp, limit: Int) async throws(StoreError) -> DueNotifications

    /// All notifications that wait, due or not, longest overdue first: for a sweep, which reads each submission only when
    /// its turn comes. May be a moment behind what was written.
    func waiting(limit: Int) async throws(StoreError) -> [WaitingNotification]

    /// As `waiting(limit:)`, of what is for an AWS Region to mail (`WaitingNotification.belongs`), which what another one took in
    /// never hides.
    func waiting(limit: Int, in region: String?) async throws(StoreError) -> [WaitingNotification]

    /// How many of all that wait are late, by form; of each form `limit` at most. What is late is never hidden by what is not. What
    /// some of its recipients have is not late (`Submission.isOverdue`), where that is known: not in the index on AWS, where SES
    /// takes a mail for all or none.
    ///
    /// - Parameter region: Only those that this AWS Region took in; nil counts all, and those without a Region count always.
    func lateCounts(
        by rule: LateRule,
        in region: String?,
        limit: Int,
        at now: Timestamp
    ) async throws(StoreError) -> [FormName: Int]

    /// When the next notification is due; nil when none waits.
    func nextNotification() async throws(StoreError) -> Timestamp?

    /// How many submissions were held at or after `moment`, by form; of each form `limit` at most.
    func heldCounts(since moment: Timestamp, limit: Int) async throws(StoreError) -> [FormName: Int]

    /// How many of what was received within `moments` are held, and neither read, archived nor called spam by the owner, by form; of
    /// each form `limit` at most.
    ///
    /// - Parameter region: Only those that this AWS Region took in; nil counts all, and those without a Region count always.
    func unseenHeldCounts(
        receivedIn moments: Range<Timestamp>,
        in region: String?,
        limit: Int
    ) async throws(StoreError) -> [FormName: Int]

    /// How many submissions were given up within `moments`, or their mail returned (`Submission.givenUpAt`), and are so still, by
    /// form; of each form `limit` at most.
    ///
    /// - Parameter region: Only those that this AWS Region took in; nil counts all, and those without a Region count always.
    func failedCounts(
        givenUpIn moments: Range<Timestamp>,
        in region: String?,
        limit: Int
    ) async throws(StoreError) -> [FormName: Int]

    /// Notes that these forms have messages, for a store that can't see it from what it holds.
    func note(_ forms: Set<FormName>) async throws(StoreError)
}

extension Outbox {
    /// Those that were given up at or after a moment.
    package func failedCounts(
        since moment: Timestamp,
        in region: String?,
        limit: Int
    ) async throws(StoreError) -> [FormName: Int] {
        try await failedCounts(givenUpIn: moment..<Timestamp(milliseconds: .max), in: region, limit: limit)
    }

    package func note(_ forms: Set<FormName>) async throws(StoreError) {}
}

extension Outbox {
    /// By listing them, for a store that can do no better.
    package func lateCounts(
        by rule: LateRule,
        in region: String?,
        limit: Int,
        at now: Timestamp
    ) async throws(StoreError) -> [FormName: Int] {
        try await waiting(limit: .max).lateCounts(by: rule, in: region, limit: limit, at: now)
    }

    /// By listing them all, for a store that can do no better.
    package func waiting(limit: Int, in region: String?) async throws(StoreError) -> [WaitingNotification] {
        guard region != nil else { return try await waiting(limit: limit) }
        return Array(try await waiting(limit: .max).lazy.filter { $0.belongs(to: region) }.prefix(limit))
    }

    /// By reading each submission, for a store that can do no better.
    package func waiting(limit: Int) async throws(StoreError) -> [WaitingNotification] {
        let due = try await dueNotifications(at: Timestamp(milliseconds: .max), limit: limit)
        return due.submissions.compactMap { submission in
            submission.delivery.nextAttempt.map { due in
                WaitingNotification(
                    key: submission.key,
                    dueAt: due,
                    attempts: submission.delivery.attempts,
                    region: submission.region
                )
            }
        }
    }
}

/// What is due, as far as it was asked for.
package struct DueNotifications: Sendable, Hashable {
    package var submissions: [Submission]
    /// Whether there are more than were asked for.
    package var hasMore: Bool

    package init(_ submissions: [Submission], hasMore: Bool) {
        self.submissions = submissions
        self.hasMore = hasMore
    }
}

extension Submission {
    /// As much of it as it takes to plan its mail: without what the visitor wrote, and without its history.
    package var withoutTexts: Submission {
        var known = self
        known.fields = []
        (known.name, known.email, known.replyTo, known.subject) = (nil, nil, nil, nil)
        (known.page, known.origin) = (nil, nil)
        known.history = []
        return known
    }
}

/// A submission whose mail waits to be sent.
package struct WaitingNotification: Sendable, Hashable {
    package var key: SubmissionKey
    package var dueAt: Timestamp
    /// Attempts made so far.
    package var attempts: Int
    /// The AWS Region that took the submission in; nil on one machine.
    package var region: String?

    package init(key: SubmissionKey, dueAt: Timestamp, attempts: Int, region: String? = nil) {
        self.key = key
        self.dueAt = dueAt
        self.attempts = attempts
        self.region = region
    }

    /// Whether it is for the functions of an AWS Region to mail: what that Region took in, and what none did. Nil is any.
    package func belongs(to region: String?) -> Bool { isTakenIn(by: self.region, for: region) }
}

extension Submission {
    /// As `WaitingNotification.belongs`.
    package func belongs(to region: String?) -> Bool { isTakenIn(by: self.region, for: region) }
}

private func isTakenIn(by origin: String?, for region: String?) -> Bool {
    region == nil || origin == nil || origin == region
}

extension [WaitingNotification] {
    /// As `Outbox.lateCounts`, of what is known already.
    package func lateCounts(
        by rule: LateRule,
        in region: String?,
        limit: Int,
        at now: Timestamp
    ) -> [FormName: Int] {
        let late = lazy.filter { notification in
            notification.belongs(to: region)
                && rule.isLate(dueAt: notification.dueAt, attempts: notification.attempts, at: now)
        }
        return late.map(\.key.form).counts(upTo: limit)
    }
}

extension Sequence<FormName> {
    /// How often each form is among them, at most `limit` times.
    package func counts(upTo limit: Int) -> [FormName: Int] {
        Dictionary(map { ($0, 1) }, uniquingKeysWith: +).mapValues { Swift.min($0, limit) }
    }
}
