// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm

struct InboxResendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resend",
        abstract: "Mails failed, returned or already mailed messages once more, and waiting ones sooner."
    )

    @Argument(help: ArgumentHelp("The ids of the messages.", valueName: "id"))
    var ids: [String] = []

    @Flag(help: "Every message whose mail was given up or returned, or failed and waits for its next attempt.")
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
            condition: "received, failed, bounced and notified"
        )
        guard failed else { return try await changes.run(on: try await SubmissionLookup(store: store).find(ids)) }
        let count = try await changes.run(onAll: Self.failedQuery, where: Self.hasFailed)
        if count == 0 { try Output.error.writeLine("no mail has failed or was returned; nothing was resent") }
    }

    static let failedQuery = SubmissionQuery(
        statuses: SubmissionStatus.undelivered.union([.received]),
        order: .id,
        limit: 500
    )

    /// Whether the mail did not get out when it was last tried.
    static func hasFailed(_ submission: Submission) -> Bool {
        switch submission.status {
        case .failed, .bounced: true
        case .received: submission.delivery.attempts > 0
        case .notified, .held: false
        }
    }
}
