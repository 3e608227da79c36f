// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm

/// The options that choose among messages.
struct SubmissionFilter: ParsableArguments {
    @Option(help: ArgumentHelp("Only messages with this status.", valueName: "status"))
    var status: SubmissionStatus?

    @Option(help: ArgumentHelp("Only messages of this form.", valueName: "name"))
    var form: FormName?
}

extension SubmissionStatus: ExpressibleByArgument {}

extension FormName: ExpressibleByArgument {
    package init?(argument: String) {
        self.init(rawValue: argument)
    }
}

extension SubmissionArchive {
    /// Calls `body` with each submission that matches, newest first, page by page, until it returns false.
    func forEach(
        _ query: SubmissionQuery,
        pageSize: Int = 500,
        _ body: (Submission) throws -> Bool
    ) async throws {
        var query = query
        query.limit = pageSize
        while true {
            let page = try await list(query)
            for submission in page {
                guard try body(submission) else { return }
            }
            guard page.count == pageSize, let last = page.last else { return }
            query.before = last.id
        }
    }
}
