// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormLogging
import GRDB

/// A row that can't be read stays where it is and keeps no other from anything. It is logged once while the store is open.
extension SQLiteSubmissionStore {
    /// The submission of a row; nil when it can't be read.
    func readable(_ row: Row, _ consequence: UnreadableLog.Consequence) -> Submission? {
        unreadable.readable(consequence) { () throws(StoreError) in try SubmissionRow.submission(row) }
    }

    /// What a look at some rows found, newest first.
    struct Look {
        private(set) var submissions: [Submission] = []
        /// What is known of those that can't be read.
        fileprivate(set) var unreadable: [Submission] = []
        /// How far was looked; nil when to the end.
        var next: SubmissionCursor?
        /// Of all texts together.
        private var octets = 0
        private let mostOctets: Int

        /// - Parameter mostOctets: So many fill a page, however few messages they are.
        init(mostOctets: Int) {
            self.mostOctets = mostOctets
        }

        var isFull: Bool { octets >= mostOctets }

        mutating func add(_ submission: Submission) {
            submissions.append(submission)
            octets += submission.octets
        }

        var sorted: Look {
            func sorted(_ found: [Submission]) -> [Submission] {
                found.sorted { ($0.receivedAt, $0.id) > ($1.receivedAt, $1.id) }
            }
            var look = self
            look.submissions = sorted(submissions)
            look.unreadable = sorted(unreadable)
            return look
        }

        /// As though no further had been looked.
        func before(_ end: SubmissionCursor?) -> Look {
            guard let end else { return self }
            func cut(_ found: [Submission]) -> [Submission] { found.filter { !end.precedes($0) } }
            var look = Look(mostOctets: mostOctets)
            for submission in cut(submissions) { look.add(submission) }
            look.unreadable = cut(unreadable)
            look.next = end
            return look
        }

        /// Lets go of the oldest once there are twice as many as a page takes, or twice as much, for a look that meets them in
        /// another order than by when they came.
        ///
        /// - Parameter count: So many stay.
        mutating func shorten(to count: Int) {
            guard submissions.count > 2 * count || octets > 2 * mostOctets else { return }
            var kept = Look(mostOctets: mostOctets)
            for submission in sorted.submissions {
                guard kept.submissions.count < count, !kept.isFull else { break }
                kept.add(submission)
            }
            self = before(kept.submissions.last.map { SubmissionCursor(after: $0, order: .received) })
        }

        /// The page that it fills. What stands behind the end of that is looked at again for the next one.
        func page(of query: SubmissionQuery) -> SubmissionPage {
            let last = submissions.count > query.limit ? submissions[query.limit - 1] : nil
            let shown = before(last.map { SubmissionCursor(after: $0, order: query.order) } ?? next)
            return SubmissionPage(
                submissions: Array(shown.submissions.prefix(query.limit)),
                next: shown.next,
                unreadable: shown.unreadable.map(\.receipt)
            )
        }

        /// What was found further on.
        static func += (look: inout Look, rest: Look) {
            look.submissions += rest.submissions
            look.unreadable += rest.unreadable
            look.octets += rest.octets
            look.next = rest.next
        }
    }

    /// Adds what a row holds when the query asks for it, or may: nobody knows whether what can't be read has the text.
    ///
    /// - Returns: What is known of it; nil when it says not even which it is.
    @discardableResult
    func add(_ row: Row, to look: inout Look, of query: SubmissionQuery) -> Submission? {
        if let submission = readable(row, .shown) {
            if query.matches(submission), query.isAhead(submission) { look.add(submission) }
            return submission
        }
        guard let known = SubmissionRow.remains(row, status: query.statuses.first ?? .received) else { return nil }
        if query.matchesFields(known), query.isAhead(known) { look.unreadable.append(known) }
        return known
    }
}

extension Submission {
    /// What the visitor wrote, in UTF-8: nearly all that it takes.
    fileprivate var octets: Int {
        fields.fields.reduce(0) { sum, field in
            sum + field.name.utf8.count + field.values.reduce(0) { $0 + $1.utf8.count }
        }
    }
}

extension SubmissionQuery {
    fileprivate func isAhead(_ submission: Submission) -> Bool { cursor?.precedes(submission) ?? true }
}
