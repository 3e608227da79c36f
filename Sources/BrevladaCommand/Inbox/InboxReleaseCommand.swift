// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm

struct InboxReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Says that held messages are no spam: their mail goes out."
    )

    @Argument(help: ArgumentHelp("The ids of the messages.", valueName: "id"))
    var ids: [String]

    @OptionGroup var options: StoreOptions

    func run() async throws {
        let store = try await options.open()
        let submissions = try await SubmissionLookup(store: store).find(ids)
        try await StatusChanges(store: store, change: .released, deed: "released", condition: "held")
            .run(on: submissions)
    }
}
