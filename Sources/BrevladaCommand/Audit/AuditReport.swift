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
    var stored: Int { counts.values.reduce(0, +) + unreadable }

    private var unreadable: Int { findingCounts[.unreadable, default: 0] }

    /// What came in, by the books.
    var accepted: Int { books?.accepted ?? stored }

    /// Whether the walk and the store's own counts agree; nil when submissions kept moving between them.
    var countsAgree: Bool? {
        guard isSettled else { return nil }
        let differences = SubmissionStatus.allCases.map { storeCounts[$0, default: 0] - counts[$0, default: 0] }
        // The store may know the status of what can't be read.
        return differences.allSatisfy { $0 >= 0 } && differences.reduce(0, +) <= unreadable
    }

    /// Whether all countings agree; nil when none differs and it can't be told of each.
    var addsUp: Bool? {
        switch (countsAgree, books?.addsUp) {
        case (false?, _), (_, false?): false
        case (true?, true?): true
        default: nil
        }
    }

    /// Something is wrong when a mail is overdue, kept by a refused sign-in, failed, returned or not for everybody, when a
    /// message is missing or can't be read, or when the numbers differ.
    ///
    /// A failed or returned mail stays a fault until the owner resends or deletes the message.
    var isClean: Bool { addsUp != false && !findingCounts.contains { $0.key.isFault && $0.value > 0 } }
}

extension AuditFinding.Kind {
    var title: String {
        switch self {
        case .missing: "missing"
        case .unreadable: "that can't be read"
        case .overdue: "overdue"
        case .neverDue: "never due"
        case .unproven: "mailed without proof"
        case .failed: "given up"
        case .bounced: "returned"
        case .partial: "not mailed to everybody"
        case .signInRefused: "kept by a refused sign-in"
        case .retrying: "being retried"
        }
    }

    var remedy: String {
        switch self {
        case .missing: "neither you nor retention removed it; docs/deploying.md says how to bring it back"
        case .unreadable: "\"brevlada inbox show ID\" says why, docs/inbox.md how to bring it back"
        case .overdue:
            "check that \"brevlada serve\" runs, and \"brevlada doctor\" for what keeps it; once mail goes out again, "
                + "\"brevlada inbox resend --failed\" hurries it"
        case .neverDue: "restart \"brevlada serve\"; if they stay, export them and report it"
        case .unproven: "send them again with \"brevlada inbox resend\""
        case .partial:
            "what waits is tried again by itself, for the recipients set today; of what was mailed, once the reason is gone, "
                + "\"brevlada inbox resend ID\" mails it to all again"
        case .failed, .bounced: "mend the cause, then \"brevlada inbox resend ID\", or \"inbox delete ID\""
        case .signInRefused:
            "mend the account or password that mail.smtp names, which \"brevlada doctor\" tests, and restart \"brevlada serve\"; "
                + "then \"brevlada inbox resend --failed\" hurries it"
        case .retrying: "nothing to do yet; \"brevlada doctor\" tests the mail server"
        }
    }
}
