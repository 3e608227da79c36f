// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm
import ContactFormLocal
import ContactFormServer

struct InboxDeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Deletes messages for good, and the captured mail about each.",
        discussion: """
            Those whose ids you name, or all that were received before a day, chosen
            further with the filters. Asks first. With --yes it does not, and wants whole
            ids; one of no message keeps it from no other.
            """
    )

    @Argument(help: ArgumentHelp("The ids of the messages.", valueName: "id"))
    var ids: [String] = []

    @Option(
        help: ArgumentHelp(
            "Instead of ids: all received before that day (UTC), such as 2026-11-01, or longer ago than 365d.",
            valueName: "date"
        )
    )
    var before: PeriodStart?

    @OptionGroup var filter: SubmissionFilter

    @Flag(help: "Does not ask.")
    var yes = false

    @OptionGroup var options: StoreOptions

    func validate() throws {
        guard ids.isEmpty != (before == nil), before != nil || filter.isEmpty else {
            throw ValidationError("name the messages by their ids, or choose them with --before and no ids")
        }
        guard before?.text != "all" else {
            throw ValidationError("--before is \"all\", before which there is nothing; write a day such as 2026-11-01")
        }
    }

    func run() async throws {
        let store = try await options.open()
        try await filter.tellOfUnknownForm(among: try options.forms()?.keys, in: store)
        let deletion = MessageDeletion(store: store, captured: try options.capturedMailbox())
        let problems: [String]
        if let before {
            problems = try await delete(before: before.start(at: .now()), with: deletion)
        } else {
            problems = try await delete(ids, with: deletion)
        }
        guard problems.isEmpty else { throw CommandFailure(.problems, problems.joined(separator: "\n")) }
    }

    private func delete(_ ids: [String], with deletion: MessageDeletion) async throws -> [String] {
        let lookup = SubmissionLookup(store: deletion.store)
        let whole = ids.compactMap { SubmissionID($0) }
        // What is no whole id is a slip, and nothing is done before it is mended.
        guard yes, whole.count == ids.count else {
            let submissions = try await lookup.find(ids, requiresWholeID: yes)
            try Confirmation(deed: "delete", forms: options.forms() ?? [:]).ask(submissions)
            return try await delete(submissions.map(\.key), with: deletion)
        }
        let outcome = try await lookup.find(ids: whole)
        return try await delete(outcome.found.map(\.key), with: deletion)
            + outcome.absent.map { "\"\($0)\" \(SubmissionLookup.ofNoMessage)" }
            + [outcome.unreadable.sentence("not deleted")].compactMap(\.self)
    }

    private func delete(before end: Timestamp, with deletion: MessageDeletion) async throws -> [String] {
        let selection = try await MessageSelection(filter, before: end, in: deletion.store)
        if selection.keys.isEmpty {
            try Output.error.writeLine("no messages")
        } else if !yes {
            try Confirmation(deed: "delete", forms: options.forms() ?? [:]).ask(
                selection.newest,
                of: selection.keys.count
            )
        }
        return try await delete(selection.keys, with: deletion, whileMatching: selection.query)
            + [selection.unreadable.sentence("not deleted")].compactMap(\.self)
    }

    /// - Returns: What is to be said of each that did not go.
    private func delete(
        _ keys: [SubmissionKey],
        with deletion: MessageDeletion,
        whileMatching query: SubmissionQuery? = nil
    ) async throws -> [String] {
        let left = try await deletion.run(keys, whileMatching: query) { id in
            try Output.standard.writeLine("\(id) deleted")
        }
        return left.map { id in
            query == nil
                ? "\(id) was deleted by somebody else meanwhile"
                : "\(id) was deleted or changed by somebody else meanwhile"
        }
    }
}
