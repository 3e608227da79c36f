// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// What is wrong with mail at a moment, in numbers: nothing of a message, and of a form its name.
package struct MailTrouble: Sendable, Hashable {
    /// Mails that are on their way for longer than `Submission.overdueAfter`, by form.
    package var waiting: [FormName: Int] = [:]
    /// Mails that were given up lately, by form.
    package var failed: [FormName: Int] = [:]

    package init() {}

    package var isTrouble: Bool { !waiting.isEmpty || !failed.isEmpty }
    package var waitingCount: Int { waiting.values.reduce(0, +) }
    package var failedCount: Int { failed.values.reduce(0, +) }

    /// Given up longer ago is no news, and must not keep a recovery from being told for ever.
    package static let failedWithin = Interval.days(7)
    /// More of each kind are counted as so many.
    package static let mostCounted = 1_000

    package static func of(_ archive: some SubmissionArchive, at now: Timestamp) async throws(StoreError) -> MailTrouble
    {
        var trouble = MailTrouble()
        let overdue = now.advanced(by: .milliseconds(-Submission.overdueAfter.milliseconds))
        trouble.waiting = try await counts(
            in: archive,
            SubmissionQuery(statuses: [.received], until: overdue)
        ) { submission in
            // What was released or sent again just now came in long ago and is not late.
            submission.isOverdue(at: now) || submission.delivery.attempts > 0
        }
        let recent = now.advanced(by: .milliseconds(-failedWithin.milliseconds))
        trouble.failed = try await counts(in: archive, SubmissionQuery(statuses: [.failed], from: recent)) { _ in true }
        return trouble
    }

    private static func counts(
        in archive: some SubmissionArchive,
        _ query: SubmissionQuery,
        where isMeant: (Submission) -> Bool
    ) async throws(StoreError) -> [FormName: Int] {
        var query = query
        query.limit = 200
        var counts: [FormName: Int] = [:]
        var looked = 0
        while looked < mostCounted {
            let page = try await archive.page(query)
            looked += max(page.submissions.count, 1)
            for submission in page.submissions where isMeant(submission) { counts[submission.form, default: 0] += 1 }
            guard let next = page.next else { break }
            query.cursor = next
        }
        return counts
    }
}
