// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Which submissions a page shows.
package struct SubmissionQuery: Sendable, Hashable {
    package enum Order: Sendable, Hashable {
        /// By when they came in. A store that sorts by id alone may do that instead: its time is when the visitor's
        /// page was opened, at most a day before.
        case received
        case id
    }

    /// Nil: every form.
    package var form: FormName?
    /// Empty: every status.
    package var statuses: Set<SubmissionStatus>
    /// Only what was received at or after this moment.
    package var from: Timestamp?
    /// Only what was received before this moment.
    package var until: Timestamp?
    /// Only ids within these.
    package var ids: ClosedRange<SubmissionID>?
    /// Only what has this text in its name, address, subject or a field, whatever its case (`SearchText`).
    package private(set) var text: SearchText?
    package var unreadOnly: Bool
    /// What is put away: alone, left out, or nil for both.
    package var archived: Bool?
    /// Where the page before ended.
    package var cursor: SubmissionCursor?
    package var order: Order
    /// At most this many, 1 to 1,000.
    package var limit: Int { didSet { limit = Self.bounded(limit) } }

    /// - Parameter text: White space around it does not count; what has nothing else matches everything.
    package init(
        form: FormName? = nil,
        statuses: Set<SubmissionStatus> = [],
        from: Timestamp? = nil,
        until: Timestamp? = nil,
        ids: ClosedRange<SubmissionID>? = nil,
        text: String? = nil,
        unreadOnly: Bool = false,
        archived: Bool? = nil,
        cursor: SubmissionCursor? = nil,
        order: Order = .received,
        limit: Int = 50
    ) {
        self.form = form
        self.statuses = statuses.count == SubmissionStatus.allCases.count ? [] : statuses
        self.from = from
        self.until = until
        self.ids = ids
        self.text = text.flatMap(SearchText.init)
        self.unreadOnly = unreadOnly
        self.archived = archived
        self.cursor = cursor
        self.order = order
        self.limit = Self.bounded(limit)
    }

    private static func bounded(_ limit: Int) -> Int { min(max(limit, 1), 1000) }

    /// Whether a submission is among those asked for, on whatever page.
    package func matches(_ submission: Submission) -> Bool {
        matchesFields(submission) && (text?.isFound(in: submission) ?? true)
    }

    /// Everything but the text, which costs more to look for.
    package func matchesFields(_ submission: Submission) -> Bool {
        (form.map { submission.form == $0 } ?? true)
            && (statuses.isEmpty || statuses.contains(submission.status))
            && (from.map { submission.receivedAt >= $0 } ?? true)
            && (until.map { submission.receivedAt < $0 } ?? true)
            && (ids.map { $0.contains(submission.id) } ?? true)
            && (!unreadOnly || submission.readAt == nil)
            && (archived.map { (submission.archivedAt != nil) == $0 } ?? true)
    }
}

/// One page of a list.
package struct SubmissionPage: Sendable, Hashable {
    package var submissions: [Submission]
    /// Where the next page begins; nil when this is the last one.
    package var next: SubmissionCursor?
    /// What stands among them and can't be read, so that it may be one of those asked for; newest first. The store has
    /// logged why.
    package var unreadable: [Receipt]

    package init(submissions: [Submission], next: SubmissionCursor?, unreadable: [Receipt] = []) {
        self.submissions = submissions
        self.next = next
        self.unreadable = unreadable
    }
}
