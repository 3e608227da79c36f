// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// One submission that an audit has something to say about.
package struct AuditFinding: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// It came in, and neither the owner nor retention removed it.
        case missing
        /// It is there, and what is there is not what was written.
        case unreadable
        /// Late (`LateRule`): nobody tries it, or it is tried in vain.
        case overdue
        /// Stored to be mailed, and never due.
        case neverDue
        /// Marked mailed without the time of it.
        case unproven
        case failed
        case bounced
        /// The mail went out, but not to every recipient, and nobody else will get it, or did not for so long that any other mail
        /// would be overdue.
        case partial
        /// The mail server lets nobody sign in, which no further attempt mends: a fault at once.
        case signInRefused
        /// Failed a few times and waits for the next attempt, as where a server greylists. No fault.
        case retrying

        package var isFault: Bool { self != .retrying }
    }

    package var kind: Kind
    /// All that is known of what is missing or can't be read.
    package var receipt: Receipt
    package var delivery: Delivery

    package init(_ kind: Kind, _ receipt: Receipt, _ delivery: Delivery = Delivery()) {
        self.kind = kind
        self.receipt = receipt
        self.delivery = delivery
    }

    package init(_ kind: Kind, _ submission: Submission) {
        self.init(kind, submission.receipt, submission.delivery)
    }
}

extension Delivery {
    /// The codes of `MailerError` with which an adapter says that the owner's account, or the way to it, is not taken.
    private static let signInCodes: Set = [
        "authenticationFailed", "authenticationRequired", "authenticationNotOffered", "tlsNotOffered",
        "ses-credentials", "ses-access-denied",
    ]

    /// As `MailerError.description` begins.
    fileprivate var isSignInRefused: Bool {
        guard let lastError else { return false }
        return Self.signInCodes.contains(String(lastError.prefix { $0 != ":" }))
    }
}

extension Submission {
    /// What an audit has to say about it; nil when its delivery is as it should be.
    package func finding(at now: Timestamp, late: LateRule) -> AuditFinding.Kind? {
        switch status {
        case .received:
            guard delivery.nextAttempt != nil else { return .neverDue }
            if isLate(at: now, by: late) { return delivery.part == nil ? .overdue : .partial }
            guard delivery.attempts > 0 else { return nil }
            return delivery.isSignInRefused ? .signInRefused : .retrying
        case .notified where delivery.notifiedAt == nil: return .unproven
        case .notified: return delivery.lastError == nil ? nil : .partial
        case .failed: return .failed
        case .bounced: return .bounced
        case .held: return nil
        }
    }
}
