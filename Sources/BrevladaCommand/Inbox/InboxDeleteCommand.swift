// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm
import ContactFormLocal
import ContactFormServer
import Glibc

struct InboxDeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Deletes messages for good, and the captured mail about each.",
        discussion: "Asks first. With --yes it does not, and wants whole ids."
    )

    @Argument(help: ArgumentHelp("The ids of the messages.", valueName: "id"))
    var ids: [String]

    @Flag(help: "Does not ask.")
    var yes = false

    @OptionGroup var options: StoreOptions

    func run() async throws {
        let store = try options.open()
        let submissions = try await SubmissionLookup(store: store).find(ids, requiresWholeID: yes)
        if !yes { try confirm(submissions) }
        let captured = CapturedMailbox(folder: Configuration.capturedMailFolder(in: try options.dataFolder()))
        var gone: [String] = []
        for submission in submissions {
            if try await store.delete(submission.key, at: .now()) {
                await captured.removeMail(about: submission.id)
                try Output.standard.writeLine("\(submission.id) deleted")
            } else {
                gone.append("\(submission.id) was deleted by somebody else meanwhile")
            }
        }
        guard gone.isEmpty else { throw CommandFailure(.problems, gone.joined(separator: "\n")) }
    }

    private func confirm(_ submissions: [Submission]) throws {
        guard isatty(STDIN_FILENO) == 1, Output.error.isTerminal else {
            throw CommandFailure(.configuration, "delete asks first and there is no terminal to ask at; add --yes")
        }
        let listing = SubmissionListing(submissions: submissions)
        try Output.error.write(listing.table(width: Output.error.width, style: .plain))
        let what = submissions.count == 1 ? "this message" : "these \(submissions.count) messages"
        try Output.error.write("Delete \(what) for good? [y/N] ")
        guard let answer = readLine()?.lowercased(), answer == "y" || answer == "yes" else {
            throw CommandFailure(.problems, "nothing was deleted")
        }
    }
}
