// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm
import ContactFormLocal

struct InboxResendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resend",
        abstract: "Mails failed, returned or already mailed messages once more."
    )

    @Argument(help: ArgumentHelp("The ids of the messages.", valueName: "id"))
    var ids: [String] = []

    @Flag(help: "Every message whose mail was given up or returned.")
    var failed = false

    @OptionGroup var options: StoreOptions

    func validate() throws {
        guard failed != !ids.isEmpty else { throw ValidationError("name the messages by their ids, or add --failed") }
    }

    func run() async throws {
        let store = try await options.open()
        let changes = StatusChanges(
            store: store,
            change: .resent,
            deed: "resent",
            condition: "failed, bounced and notified"
        )
        guard failed else { return try await changes.run(on: try await SubmissionLookup(store: store).find(ids)) }
        try await changes.run(
            onAll: SubmissionQuery(statuses: SubmissionStatus.undelivered, order: .id, limit: 500)
        )
    }
}
