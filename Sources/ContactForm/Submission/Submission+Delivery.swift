// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

extension Submission {
    /// A mail that waits for longer is overdue (`LateRule`): nobody is sending, or what sends is stuck or refused.
    package static let overdueAfter = Interval.minutes(15)

    /// What some of the recipients have is not: mail goes out.
    package func isOverdue(at now: Timestamp, by rule: LateRule) -> Bool {
        delivery.part == nil && isLate(at: now, by: rule)
    }

    /// The same, whoever has it.
    func isLate(at now: Timestamp, by rule: LateRule) -> Bool {
        guard status == .received, let due = delivery.nextAttempt else { return false }
        return rule.isLate(dueAt: due, attempts: delivery.attempts, at: now)
    }

    /// Held by the rules, which the owner is to judge and has not looked at.
    package var isUnseenSpam: Bool {
        status == .held && readAt == nil && archivedAt == nil && !spamReasons.contains(.owner)
    }

    /// What an owner is told of as unread.
    package var isUnread: Bool { readAt == nil && archivedAt == nil && status != .held }

    /// Held, failed or returned, and not put away.
    package var awaitsOwner: Bool { archivedAt == nil && SubmissionStatus.awaitingOwner.contains(status) }

    /// How long its mail took, when it is out.
    package var deliveryTime: Interval? {
        guard status == .notified || status == .bounced else { return nil }
        return delivery.notifiedAt.map { Interval(milliseconds: max($0.since(receivedAt).milliseconds, 0)) }
    }

    /// When its mail was given up, or was returned; nil unless it is so now.
    package var givenUpAt: Timestamp? {
        // Nothing is entered in the history of such without changing its status.
        SubmissionStatus.undelivered.contains(status) ? history.last?.at ?? receivedAt : nil
    }
}

extension Submission {
    /// What names its mail: the same at every attempt, so that a mail client folds a repeat, and another when the owner asked for
    /// it once more. Who does so misses the first one, and some servers drop what has the Message-ID of a mail they had (Cyrus,
    /// `duplicatesuppression`).
    var mailName: String {
        history.last(where: \.isAskedFor).map { "\(id)-\(String($0.at.milliseconds, radix: 36))" } ?? id.description
    }
}
