// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// What the owner does with the messages that were kept.
struct InboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inbox",
        abstract: "Lists, shows, releases, resends, deletes and exports messages.",
        discussion: """
            Works while "brevlada serve" runs. An id may be cut short after 12 characters
            when no other message begins so.

            \(ExitStatus.help)
            """,
        subcommands: [
            InboxListCommand.self, InboxShowCommand.self, InboxReleaseCommand.self, InboxResendCommand.self,
            InboxDeleteCommand.self, InboxExportCommand.self,
        ],
        defaultSubcommand: InboxListCommand.self
    )
}
