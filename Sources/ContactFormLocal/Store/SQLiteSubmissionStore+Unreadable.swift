// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import GRDB
import Logging
import Synchronization

/// A row that can't be read stays where it is and keeps no other from anything. It is logged once while the store is open.
extension SQLiteSubmissionStore {
    /// What becomes of a submission that can't be read.
    enum Consequence: String {
        case mailed, shown
    }

    /// The submission of a row; nil when it can't be read.
    func readable(_ row: Row, _ consequence: Consequence) -> Submission? {
        do throws(StoreError) {
            return try SubmissionRow.submission(row)
        } catch {
            if isNews("\(consequence) \(error)") {
                logger.error("submission can't be read and is not \(consequence)", metadata: ["error": "\(error)"])
            }
            return nil
        }
    }

    /// Of so many rows the log has enough.
    private static let mostTold = 1_000

    /// Lists and the outbox meet the same rows each time.
    private func isNews(_ error: String) -> Bool {
        toldOfUnreadable.withLock { told in told.count < Self.mostTold && told.insert(error).inserted }
    }

    /// What a look at some rows found, newest first.
    struct Look {
        var submissions: [Submission] = []
        /// What is known of those that can't be read.
        var unreadable: [Submission] = []
        /// How far was looked; nil when to the end.
        var next: SubmissionCursor?

        var sorted: Look {
            func sorted(_ found: [Submission]) -> [Submission] {
                found.sorted { ($0.receivedAt, $0.id) > ($1.receivedAt, $1.id) }
            }
            return Look(submissions: sorted(submissions), unreadable: sorted(unreadable), next: next)
        }

        /// As though no further had been looked.
        func before(_ end: SubmissionCursor?) -> Look {
            guard let end else { return self }
            func cut(_ found: [Submission]) -> [Submission] { found.filter { !end.precedes($0) } }
            return Look(submissions: cut(submissions), unreadable: cut(unreadable), next: end)
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
            look.next = rest.next
        }
    }

    /// Adds what a row holds when the query asks for it, or may: nobody knows whether what can't be read has the text.
    func add(_ row: Row, to look: inout Look, of query: SubmissionQuery) {
        if let submission = readable(row, .shown) {
            if query.matches(submission), query.isAhead(submission) { look.submissions.append(submission) }
        } else if let known = SubmissionRow.remains(row, status: query.statuses.first ?? .received),
            query.matchesFields(known), query.isAhead(known)
        {
            look.unreadable.append(known)
        }
    }
}

extension SubmissionQuery {
    fileprivate func isAhead(_ submission: Submission) -> Bool { cursor?.precedes(submission) ?? true }
}
