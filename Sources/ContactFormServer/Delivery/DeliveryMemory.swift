// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

/// What a worker knows from one pass to the next. Begins anew with the process.
struct DeliveryMemory {
    var history = SendingHistory()
    /// So many the pass before left waiting. They are still the first in the outbox, and must not keep the others from being
    /// seen.
    var left = 0
    /// What came of the last mail, while the store can't be written. No other mail is tried before it is: at most one mail
    /// per process is sent again after a crash.
    var unrecorded: UnrecordedOutcome?
    /// Submissions of which that can't be written, whatever the store can. They are not mailed again.
    var unwritable: Set<SubmissionKey> = []
    /// Mails that may have arrived, though nobody said so. Each is tried again about the same submissions, so that it has the
    /// same Message-ID and a mail program folds the two (RFC 5322 §3.6.4).
    private(set) var unconfirmed: [[SubmissionKey]] = []
    /// So many are remembered.
    private static let mostUnconfirmed = 100
    /// How often, since a mail went out, the mail server was found to need a person first.
    var refusals = 0
    /// What the mails mention as not mailed, when it was counted, and for how long that is good enough.
    var unmailed: (counts: UnmailedCounts, at: Timestamp, lasts: Interval)?
    /// The clock at the last look.
    var lastLook: Timestamp?
    /// Whether something may wait for a moment that the clock was set back from. While nobody looked it may have been.
    var mayBeMisdated = true

    /// What waits for the same recipients: the mails that may have arrived, without what needs none any more, and the rest.
    func unconfirmed(of waiting: [Submission]) -> (mails: [[Submission]], rest: [Submission]) {
        guard !unconfirmed.isEmpty else { return ([], waiting) }
        let byKey = Dictionary(waiting.map { ($0.key, $0) }) { first, _ in first }
        let mails = unconfirmed.map { $0.compactMap { byKey[$0] } }.filter { !$0.isEmpty }
        let taken = Set(mails.joined().map(\.key))
        return (mails, waiting.filter { !taken.contains($0.key) })
    }

    mutating func mayHaveArrived(_ mail: [Submission]) {
        unconfirmed.append(mail.map(\.key))
        if unconfirmed.count > Self.mostUnconfirmed { unconfirmed.removeFirst() }
    }

    /// The mail was tried: what came of it is what counts.
    mutating func tried(_ mail: [Submission]) {
        guard !unconfirmed.isEmpty else { return }
        let keys = Set(mail.map(\.key))
        unconfirmed.removeAll { !keys.isDisjoint(with: $0) }
    }

    /// How a pass ends after a mail that was not taken; nil when others may be.
    mutating func end(after failure: MailerError) -> NotificationWorker.Pass? {
        guard failure.affectsAllMail, !failure.isPermanent else { return nil }
        guard failure.needsOperator else { return .serverTrouble }
        refusals += 1
        return .operatorNeeded
    }

    mutating func look(at now: Timestamp) {
        if let lastLook, now < lastLook { mayBeMisdated = true }
        lastLook = now
    }
}
