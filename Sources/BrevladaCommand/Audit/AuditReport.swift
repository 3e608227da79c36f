// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

/// What an audit found.
struct AuditReport: Sendable {
    let since: Timestamp
    let at: Timestamp
    /// By status, as walked through.
    var counts: [SubmissionStatus: Int] = [:]
    /// By status, as the store counts.
    var storeCounts: [SubmissionStatus: Int] = [:]
    /// What the store's books have of the period; nil before they were asked for.
    var books: ArchiveStatistics?
    /// Whether the store stood still while it was counted, so that the countings must agree.
    var isSettled = true
    var findingCounts: [AuditFinding.Kind: Int] = [:]
    /// The newest of each kind.
    var findings: [AuditFinding] = []

    init(since: Timestamp, at now: Timestamp) {
        self.since = since
        self.at = now
    }

    /// What is there.
    var stored: Int { counts.values.reduce(0, +) }

    /// What came in, by the books.
    var accepted: Int { books?.accepted ?? stored }

    /// Whether the walk and the store's own counts agree; nil when submissions kept moving between them.
    var countsAgree: Bool? {
        guard isSettled else { return nil }
        return SubmissionStatus.allCases.allSatisfy { counts[$0, default: 0] == storeCounts[$0, default: 0] }
    }

    /// Whether all countings agree; nil when none differs and it can't be told of each.
    var addsUp: Bool? {
        switch (countsAgree, books?.addsUp) {
        case (false?, _), (_, false?): false
        case (true?, true?): true
        default: nil
        }
    }

    /// Something is wrong when a mail is overdue, failed or returned, when a message is missing or the numbers differ.
    ///
    /// A failed or returned mail stays a fault until the owner resends or deletes the message.
    var isClean: Bool { addsUp != false && !findingCounts.contains { $0.key.isFault && $0.value > 0 } }
}

/// One submission that an audit has something to say about.
struct AuditFinding: Sendable, Hashable {
    enum Kind: String, Sendable, Hashable, CaseIterable {
        /// It came in, and neither the owner nor retention removed it.
        case missing
        /// Due, and nobody tried.
        case overdue
        /// Stored to be mailed, and never due.
        case neverDue
        /// Marked mailed without the time of it.
        case unproven
        case failed
        case bounced
        /// The mail went out, but a recipient was refused.
        case partial
        /// Failed for now and waits for the next attempt. No fault.
        case retrying

        var isFault: Bool { self != .retrying }

        var title: String {
            switch self {
            case .missing: "missing"
            case .overdue: "overdue"
            case .neverDue: "never due"
            case .unproven: "mailed without proof"
            case .failed: "given up"
            case .bounced: "returned"
            case .partial: "not mailed to everybody"
            case .retrying: "being retried"
            }
        }

        var remedy: String {
            switch self {
            case .missing: "neither you nor retention removed it; docs/deploying.md says how to bring it back"
            case .overdue: "check that \"brevlada serve\" runs, and \"brevlada doctor\" for what keeps it"
            case .neverDue: "restart \"brevlada serve\"; if they stay, export them and report it"
            case .unproven: "send them again with \"brevlada inbox resend\""
            case .partial: "mend mail.to or the form's own to; \"brevlada inbox resend ID\" mails it to all again"
            case .failed, .bounced: "mend the cause, then \"brevlada inbox resend ID\", or \"inbox delete ID\""
            case .retrying: "nothing to do yet; \"brevlada doctor\" tests the mail server"
            }
        }
    }

    var kind: Kind
    var id: SubmissionID
    var form: FormName
    var receivedAt: Timestamp
    var nextAttempt: Timestamp?
    var attempts: Int
    var lastError: String?

    init(missing receipt: Receipt) {
        kind = .missing
        id = receipt.key.id
        form = receipt.key.form
        receivedAt = receipt.receivedAt
        attempts = 0
    }

    init(kind: Kind, submission: Submission) {
        self.kind = kind
        id = submission.id
        form = submission.form
        receivedAt = submission.receivedAt
        nextAttempt = submission.delivery.nextAttempt
        attempts = submission.delivery.attempts
        lastError = submission.delivery.lastError
    }
}
