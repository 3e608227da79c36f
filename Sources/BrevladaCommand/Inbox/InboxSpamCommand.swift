// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm

struct InboxSpamCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spam",
        abstract: "Says that messages are spam: they are held, and a mail that waits is not sent."
    )

    @Argument(help: ArgumentHelp("The ids of the messages.", valueName: "id"))
    var ids: [String]

    @OptionGroup var options: StoreOptions

    func run() async throws {
        let store = try await options.open()
        let submissions = try await SubmissionLookup(store: store).find(ids)
        try await StatusChanges(
            store: store,
            change: .markedSpam,
            deed: "held as spam",
            condition: "received, notified, failed and bounced"
        ).run(on: submissions)
    }
}
