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

    @Option(help: ArgumentHelp("Only messages with this text in a name, address, subject or field.", valueName: "text"))
    var search: String?

    @Option(
        help: ArgumentHelp(
            "Only messages from this address, as \"inbox erase\" finds them: exactly it, and not within a text.",
            valueName: "address"
        ),
        transform: SenderArgument.read
    )
    var from: String?

    @Option(help: ArgumentHelp("Only messages received from then on: 30d, 12h, or a date (UTC).", valueName: "period"))
    var since: PeriodStart?

    @Flag(help: "Only messages that nobody has marked as read.")
    var unread = false

    /// Whether nothing is chosen.
    var isEmpty: Bool { status == nil && form == nil && search == nil && from == nil && since == nil && !unread }

    /// Says on standard error that the form is neither configured nor has messages: of a slip of the pen an empty list would say
    /// nothing. No fault, for a job that clears up outlives its form.
    ///
    /// - Parameter forms: Those that are configured; nil where nobody knows.
    func tellOfUnknownForm(among forms: (some Collection<FormName>)?, in store: any SubmissionArchive) async throws {
        if let sentence = try await unknownForm(among: forms, in: store) { try Output.error.writeLine(sentence) }
    }

    /// What is to be said; nil when the form is known. One that was removed is, as long as it has messages.
    func unknownForm(
        among forms: (some Collection<FormName>)?,
        in store: any SubmissionArchive
    ) async throws -> String? {
        guard let form, let forms, !forms.contains(form) else { return nil }
        var hasMessages = false
        let unreadable = try await store.forEach(SubmissionQuery(form: form), pageSize: 1) { _ in
            hasMessages = true
            return false
        }
        guard !hasMessages, unreadable.ids.isEmpty else { return nil }
        let names = forms.map { "\"\($0.rawValue)\"" }.sorted().joined(separator: ", ")
        return
            "no form \"\(form.rawValue)\" is configured, and no message is stored under that name; configured: \(names)"
    }

    /// The store, without what is not from the address.
    func messages(in store: any SubmissionArchive) -> any SubmissionArchive {
        from.map { MessagesOfSender(store: store, address: $0) } ?? store
    }

    /// What the options choose, archived messages included: a command that lists or exports leaves nothing out. To be asked of
    /// `messages(in:)`.
    func query(at now: Timestamp, order: SubmissionQuery.Order = .received) -> SubmissionQuery {
        SubmissionQuery(
            form: form,
            statuses: status.map { [$0] } ?? [],
            from: since?.start(at: now),
            text: search ?? from.flatMap(Submission.commonText),
            unreadOnly: unread,
            order: order
        )
    }
}

extension SubmissionStatus: ExpressibleByArgument {}

extension FormName: ExpressibleByArgument {
    init?(argument: String) {
        self.init(rawValue: argument)
    }
}

extension SubmissionArchive {
    /// Calls `body` with each submission that matches, newest first, page by page, until it returns false.
    ///
    /// - Returns: what could not be read on the way there.
    func forEach(
        _ query: SubmissionQuery,
        pageSize: Int = 1_000,
        _ body: (Submission) throws -> Bool
    ) async throws -> UnreadableMessages {
        var query = query
        query.limit = pageSize
        var unreadable = UnreadableMessages()
        while true {
            let page = try await page(query)
            unreadable += page.unreadable
            for submission in page.submissions {
                guard try body(submission) else { return unreadable }
            }
            guard let next = page.next else { return unreadable }
            query.cursor = next
        }
    }
}
