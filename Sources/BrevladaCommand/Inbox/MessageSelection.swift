// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormServer

/// What a filter chooses of the messages received before a moment, found before any of it is deleted, so that what goes
/// shifts nothing.
struct MessageSelection {
    let query: SubmissionQuery
    /// Newest first.
    private(set) var keys: [SubmissionKey] = []
    /// The first of them, to be shown.
    private(set) var newest: [Submission] = []
    private(set) var unreadable = UnreadableMessages()
    private static let mostShown = 20

    init(_ filter: SubmissionFilter, before end: Timestamp, in store: any SubmissionArchive) async throws {
        var query = filter.query(at: .now())
        query.until = end
        self.query = query
        var (keys, newest) = (keys, newest)
        unreadable = try await filter.messages(in: store).forEach(query) { submission in
            keys.append(submission.key)
            if newest.count < Self.mostShown { newest.append(submission) }
            return true
        }
        (self.keys, self.newest) = (keys, newest)
    }
}
