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
        discussion: "Asks first. With --yes it does not, and wants whole ids."
    )

    @Argument(help: ArgumentHelp("The ids of the messages.", valueName: "id"))
    var ids: [String]

    @Flag(help: "Does not ask.")
    var yes = false

    @OptionGroup var options: StoreOptions

    func run() async throws {
        let store = try await options.open()
        let submissions = try await SubmissionLookup(store: store).find(ids, requiresWholeID: yes)
        if !yes { try Confirmation(deed: "delete").ask(submissions) }
        let captured = try options.capturedMailbox()
        var gone: [String] = []
        for submission in submissions {
            if try await store.delete(submission.key, at: .now()) {
                await captured?.removeMails(about: [submission.id])
                try Output.standard.writeLine("\(submission.id) deleted")
            } else {
                gone.append("\(submission.id) was deleted by somebody else meanwhile")
            }
        }
        guard gone.isEmpty else { throw CommandFailure(.problems, gone.joined(separator: "\n")) }
    }
}
