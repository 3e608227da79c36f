// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Where a submission stands on its way to the owner.
///
///     received ──► notified ──► bounced
///      │  ▲  └──► failed ─┐
///      ▼  └───────────────┤ resent
///     held ───────────────┘ released
///
/// The owner may hold whatever is not held as spam.
package enum SubmissionStatus: String, Sendable, Hashable, CaseIterable {
    /// Stored; its mail is still to be sent, to one of its recipients at least.
    case received
    /// A mail server has taken the mail.
    case notified
    /// Suspected spam: kept, not mailed, waits for the owner.
    case held
    /// The mail was refused for good, or could not be delivered in time.
    case failed
    /// The mail was taken, then returned by the provider.
    case bounced

    /// Whose mail did not arrive and is not tried again, until the owner asks for it.
    package static let undelivered: Set<SubmissionStatus> = [.failed, .bounced]

    /// Nothing comes of them unless the owner does something.
    package static let awaitingOwner: Set<SubmissionStatus> = [.held, .failed, .bounced]
}

/// What happens to a stored submission, with its reason.
package enum StatusChange: Sendable, Hashable {
    /// A mail server took the mail; its receipt or message id is kept, and what the owner must know all the same.
    case notified(providerMessageID: String, remark: String? = nil)
    /// An attempt failed and the next one is due at `nextAttempt`.
    case postponed(reason: String, nextAttempt: Timestamp)
    /// A mail server took the mail for some of its recipients; the next attempt, for the others, is due at `nextAttempt`.
    case notifiedInPart(providerMessageID: String, part: PartialDelivery, reason: String, nextAttempt: Timestamp)
    /// The mail is given up.
    case failed(reason: String)
    /// The owner says that a held submission is no spam: its mail is due at once.
    case released
    /// The owner asks for the mail of a failed, bounced or notified submission once more, or for one that waits at once.
    case resent
    /// The provider returned the mail.
    case bounced(reason: String)
    /// The owner says that it is spam: it is held with the reason `owner`, and a mail that waits is not sent.
    case markedSpam
}

/// What became of the mail of a submission.
package struct Delivery: Sendable, Hashable {
    /// Attempts made so far, the successful one included.
    package var attempts = 0
    /// When the mail is due; nil when nothing is to be sent.
    package var nextAttempt: Timestamp?
    /// Why the last attempt failed, or which recipient a mail that was sent did not reach.
    package var lastError: String?
    package var providerMessageID: String?
    /// When a mail server took it, at first for some of its recipients.
    package var notifiedAt: Timestamp?
    /// When some of the recipients have the mail, and others are still to get it; else nil.
    package var part: PartialDelivery?

    package init() {}

    /// The attempts that a store, or an export, may have. No schedule makes as many; another number was damaged.
    package static let possibleAttempts: ClosedRange<Int64> = 0...1_000_000
}
