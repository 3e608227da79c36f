// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// One thing that happened to a submission.
package struct HistoryEntry: Sendable, Hashable {
    package var at: Timestamp
    /// A word: that of a `StatusChange`, or the status that the submission came in with.
    package var what: String
    /// Why, in whoever's words said so: the mail server's, the provider's. Cut to 200 characters.
    package var reason: String?

    package init(at: Timestamp, what: String, reason: String? = nil) {
        self.at = at
        self.what = what
        self.reason = reason.map { String(String.UnicodeScalarView($0.unicodeScalars.prefix(Self.longestReason))) }
    }

    package init(at: Timestamp, change: StatusChange) {
        self.init(at: at, what: change.word, reason: change.reason)
    }

    static let longestReason = 200

    /// Whether the owner asked for a mail with it.
    var isAskedFor: Bool { what == StatusChange.resent.word || what == StatusChange.released.word }
}

extension StatusChange {
    /// The word of the change, as it stands in a history.
    package var word: String {
        switch self {
        case .notified: "notified"
        case .postponed: "postponed"
        case .notifiedInPart: "partial"
        case .failed: "failed"
        case .released: "released"
        case .resent: "resent"
        case .bounced: "bounced"
        case .markedSpam: "spam"
        }
    }

    /// Why, when the change says so.
    package var reason: String? {
        switch self {
        case .notified(_, let remark): remark
        case .postponed(let reason, _), .notifiedInPart(_, _, let reason, _), .failed(let reason), .bounced(let reason):
            reason
        case .released, .resent, .markedSpam: nil
        }
    }
}

extension Submission {
    /// The history with how it began: `received`, or `held` with the signs of spam. The beginning is not stored; it
    /// follows from the rest, and is left out when the oldest entries were dropped.
    package var timeline: [HistoryEntry] {
        guard history.count < Self.longestHistory else { return history }
        // The first change tells what was before it: only what is held can be released.
        let wasHeld = history.first.map { $0.what == StatusChange.released.word } ?? (status == .held)
        let reasons = spamReasons.filter { $0 != .owner }.map(\.rawValue).joined(separator: ", ")
        let first = HistoryEntry(
            at: receivedAt,
            what: (wasHeld ? SubmissionStatus.held : .received).rawValue,
            reason: wasHeld && !reasons.isEmpty ? reasons : nil
        )
        return [first] + history
    }
}
