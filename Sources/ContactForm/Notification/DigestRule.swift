// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// When several submissions share one mail, and when what waits goes out.
///
/// A flood of ten thousand submissions must become a hundred mails: the mail server's quota is the first wall it meets,
/// and nobody reads ten thousand mails. A flood that comes all at once is met by `batch`, a steady one by `perHour`.
package struct DigestRule: Sendable, Hashable {
    /// More than this waiting at once share a mail.
    package var batch = 20
    /// So many mails within an hour go as they come. After that the next one goes when an hour's `perHour`th part has
    /// passed since the last, with all that came meanwhile.
    package var perHour = 60
    /// So many are listed in one digest. As many are worth a mail at any time.
    package var longestList = 100

    package init() {}

    /// How far apart mails are once an hour's are used up.
    package var spacing: Interval { Interval(milliseconds: Interval.hours(1).milliseconds / Int64(max(perHour, 1))) }

    /// What goes out now of what waits for the same recipients.
    ///
    /// - Parameters:
    ///   - waiting: The submissions, or their keys, in the order they are to be mailed.
    ///   - sent: When mails went to these recipients within the last hour, oldest first.
    package func plan<Waiting>(for waiting: [Waiting], sent: [Timestamp], at now: Timestamp) -> DigestPlan<Waiting> {
        guard !waiting.isEmpty else { return DigestPlan(mails: [], left: [], next: nil) }
        guard sent.count >= perHour, let last = sent.last, now.since(last) < spacing else {
            let isShared = waiting.count > batch || sent.count + waiting.count > perHour
            return DigestPlan(mails: isShared ? lists(of: waiting) : waiting.map { [$0] }, left: [], next: nil)
        }
        let full = waiting.count / longestList * longestList
        let left = Array(waiting[full...])
        return DigestPlan(
            mails: lists(of: Array(waiting[..<full])),
            left: left,
            next: left.isEmpty ? nil : last.advanced(by: spacing)
        )
    }

    /// Everything in as few mails as can be; a list of one is an ordinary notification.
    package func lists<Waiting>(of waiting: [Waiting]) -> [[Waiting]] {
        stride(from: 0, to: waiting.count, by: longestList).map { start in
            Array(waiting[start..<min(start + longestList, waiting.count)])
        }
    }

    /// A list in two, for a mail that was refused for one of those in it. Of two or more neither half is empty.
    ///
    /// One of a list of n is found with 2 log₂ n mails; should every single one be refused, it takes 2n − 1.
    package func halves<Waiting>(of mail: [Waiting]) -> [[Waiting]] {
        [Array(mail[..<(mail.count / 2)]), Array(mail[(mail.count / 2)...])]
    }
}

/// What a rule makes of what waits.
package struct DigestPlan<Waiting> {
    /// The mails to send now; one about a single submission is an ordinary notification.
    package var mails: [[Waiting]]
    /// What is left for the next mail.
    package var left: [Waiting]
    /// When that may go; nil when nothing is left.
    package var next: Timestamp?
}

extension DigestPlan: Sendable where Waiting: Sendable {}
