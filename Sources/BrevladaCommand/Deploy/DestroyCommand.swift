// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SiteDeployment

struct DestroyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "destroy",
        abstract: "Takes the site off AWS, and keeps the messages.",
        discussion: """
            Says first what is removed and what is kept, and how to get at it. The
            table of the messages stays unless --delete-table is given and the stack's
            name is typed as well; the site's files stay unless --delete-site is given.
            When it was interrupted, run it again.

            \(ExitStatus.help)
            """
    )

    @OptionGroup var options: CloudOptions

    @Flag(help: "Deletes the messages too. Asks for the stack's name, also with --yes.")
    var deleteTable = false

    @Flag(help: "Deletes the site's files and their bucket too.")
    var deleteSite = false

    @Flag(help: "Does not ask before it removes the stack.")
    var yes = false

    func run() async throws {
        let configuration = try options.configuration.load(withSecrets: false)
        let aws = try options.session(configuration.cloud)
        try await TemporaryStaging.use { staging in
            try await Destruction(
                wish: Destruction.Wish(
                    stackName: options.stackName(configuration.cloud),
                    deletesTable: deleteTable,
                    deletesSite: deleteSite,
                    isConfirmed: yes
                ),
                aws: aws,
                staging: staging,
                console: TerminalConsole(),
                clock: .system
            ).run()
        }
    }
}
