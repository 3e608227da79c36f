// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm
import ContactFormServer

struct InboxArchiveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive",
        abstract: "Puts messages away; the inbox leaves them out, and nothing is deleted."
    )

    @Argument(help: ArgumentHelp("The ids of the messages.", valueName: "id"))
    var ids: [String]

    @OptionGroup var options: StoreOptions

    func run() async throws {
        try await OwnerMarks(store: try await options.open(), mark: .archived, deed: "archived").run(ids)
    }
}

struct InboxUnarchiveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unarchive",
        abstract: "Takes messages back into the inbox."
    )

    @Argument(help: ArgumentHelp("The ids of the messages.", valueName: "id"))
    var ids: [String]

    @OptionGroup var options: StoreOptions

    func run() async throws {
        try await OwnerMarks(store: try await options.open(), mark: .unarchived, deed: "back in the inbox").run(ids)
    }
}

/// Notes one mark on several messages and tells of each.
struct OwnerMarks {
    let store: any SubmissionArchive
    let mark: OwnerMark
    /// What was done, such as "archived".
    let deed: String

    func run(_ ids: [String]) async throws {
        var gone: [String] = []
        for submission in try await SubmissionLookup(store: store).find(ids) {
            if try await store.mark(mark, on: submission.key, at: .now()) != nil {
                try Output.standard.writeLine("\(submission.id) \(deed)")
            } else {
                gone.append("\(submission.id) was deleted by somebody else meanwhile")
            }
        }
        guard gone.isEmpty else { throw CommandFailure(.problems, gone.joined(separator: "\n")) }
    }
}
