// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Numbers about the submissions that were received within a period of whole days in UTC.
package struct ArchiveStatistics: Sendable, Hashable {
    package struct Day: Sendable, Hashable {
        /// Its first moment.
        package var start: Timestamp
        /// Stored that day, whatever became of them since.
        package var accepted: Int
        package var held: Int
        package var failed: Int

        package init(start: Timestamp, accepted: Int, held: Int, failed: Int) {
            self.start = start
            self.accepted = accepted
            self.held = held
            self.failed = failed
        }
    }

    /// The beginning of the first day, and that of the day after the last one.
    package var from: Timestamp
    package var until: Timestamp
    /// Stored within the period, whatever became of them since, by the store's own books.
    package var accepted = 0
    /// What is there, by status.
    package var counts: [SubmissionStatus: Int] = [:]
    /// Of what was received within the period: removed by the owner, and by retention.
    package var erased = 0
    package var expired = 0
    /// Mails that are late by the rule that was asked for.
    package var overdue = 0
    /// Neither read, put away nor held: received at any time, or within the period where no books are kept.
    package var unread = 0
    /// Held, failed and returned ones that are not put away, by status; of the same time as what is unread.
    package var awaitingOwner: [SubmissionStatus: Int] = [:]
    /// The days that have something, oldest first.
    package var days: [Day] = []
    /// From receipt to when a mail server had taken the mail.
    package var delivery = DeliveryTimes()
    /// Whether what was accepted is there, erased or expired; nil when the store can't tell.
    package var addsUp: Bool?
    /// What is neither, newest first, where the store can name it.
    package var missing: [Receipt] = []
    /// What is there and can't be read; in no count by status.
    package var unreadable: [Receipt] = []
    /// Mails that were taken, but not for every recipient, and the newest of them.
    package var partial = 0
    package var newestPartial: [AuditFinding] = []
    /// What is there and in no book, so that nobody can say whether others like it are missing.
    package var unbooked = 0
    /// Whether everything was looked at; false when that was too much for one call.
    package var isComplete = true

    /// So many of a kind are named, the newest.
    package static let named = 10

    /// What is there.
    package var stored: Int { counts.values.reduce(0, +) + unreadable.count }

    package init(from: Timestamp, until: Timestamp) {
        self.from = from.startOfDay
        self.until = until.endOfDay
    }

    /// Counts them all and names the newest.
    package mutating func note(partial submissions: [Submission]) {
        partial = submissions.count
        name(partial: submissions)
    }

    /// Names the newest of them.
    package mutating func name(partial submissions: [Submission]) {
        newestPartial = submissions.sorted { ($0.receivedAt, $0.id) > ($1.receivedAt, $1.id) }
            .prefix(Self.named).map { AuditFinding(.partial, $0) }
    }
}
