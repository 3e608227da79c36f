// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm
import ContactFormServer

struct InboxListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists messages, newest first.",
        discussion: """
            A table on a terminal. Elsewhere one line each of id, status, time, form,
            name, address and start of the message, separated by tabs.
            """
    )

    @OptionGroup var filter: SubmissionFilter

    @Option(help: ArgumentHelp("At most so many.", valueName: "number"))
    var limit = Self.standardLimit

    private static let standardLimit = 20

    @Option(help: ArgumentHelp("Only messages older than this one.", valueName: "id"))
    var before: String?

    @Flag(help: "Writes a JSON array with everything about each message.")
    var json = false

    @OptionGroup var options: StoreOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is \"\(limit)\"; write a number above 0") }
    }

    func run() async throws {
        let all = try await options.open()
        let forms = try options.forms()
        try await filter.tellOfUnknownForm(among: forms?.keys, in: all)
        let store = filter.messages(in: all)
        let query = try await query(of: all, at: .now())
        var submissions: [Submission] = []
        let unreadable = try await store.forEach(query, pageSize: filter.from == nil ? min(limit + 1, 1_000) : 1_000) {
            submission in
            submissions.append(submission)
            return submissions.count <= limit
        }
        let hasMore = submissions.count > limit
        if hasMore { submissions.removeLast() }
        let listing = SubmissionListing(submissions: submissions, forms: forms ?? [:])
        let output = Output.standard
        if json {
            try output.write(listing.json)
        } else if output.isTerminal {
            if let last = submissions.last {
                try output.write(listing.table(width: output.width, style: output.style()))
                if hasMore { try Output.error.writeLine("more: \(commandForMore(after: "\(last.id)"))") }
            } else {
                try Output.error.writeLine("no messages")
            }
        } else {
            try output.write(listing.tabSeparated)
        }
        try unreadable.check("not shown")
    }

    /// What is asked of `filter.messages(in:)`.
    ///
    /// - Parameter store: All messages: the one to begin before need not be one that the filter lets pass.
    func query(of store: any SubmissionArchive, at now: Timestamp) async throws -> SubmissionQuery {
        var query = filter.query(at: now)
        if let before {
            let last = try await SubmissionLookup(store: store).find([before]).first
            query.cursor = last.map { SubmissionCursor(after: $0, order: query.order) }
        }
        return query
    }

    /// What to type for the messages that follow: the same once more, from there on.
    func commandForMore(after id: String) -> String {
        let cloud = options.cloud
        let given: [(name: String, value: String?)] = [
            ("status", filter.status?.rawValue), ("form", filter.form?.rawValue), ("search", filter.search),
            ("from", filter.from), ("since", filter.since?.text),
            ("limit", limit == Self.standardLimit ? nil : "\(limit)"),
            ("config", options.folder.configuration.config), ("data", options.folder.data), ("stack", cloud.stack),
            ("region", cloud.region), ("profile", cloud.profile), ("table", cloud.table),
            ("shards", cloud.shards.map(String.init)), ("before", id),
        ]
        var words = ["brevlada inbox list"]
        if filter.unread { words.append("--unread") }
        if cloud.aws { words.append("--aws") }
        for case (let name, let value?) in given {
            // Apart from its option, a value that begins with a dash would be taken for another.
            words.append("--\(name)" + (value.hasPrefix("-") ? "=" : " ") + InitCommand.quoted(value))
        }
        return words.joined(separator: " ")
    }
}
