// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// What the owner does with the messages that were kept.
struct InboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inbox",
        abstract: "Lists, shows, releases, resends, archives, deletes, exports and imports messages.",
        discussion: """
            Works while "brevlada serve" runs, and with --aws on the messages on
            AWS. An id may be cut short after 12 characters when no other message
            begins so.

            \(ExitStatus.help)
            """,
        subcommands: [
            InboxListCommand.self, InboxShowCommand.self, InboxReleaseCommand.self, InboxResendCommand.self,
            InboxSpamCommand.self, InboxArchiveCommand.self, InboxUnarchiveCommand.self, InboxDeleteCommand.self,
            InboxEraseCommand.self, InboxExportCommand.self, InboxImportCommand.self,
        ],
        defaultSubcommand: InboxListCommand.self
    )
}
