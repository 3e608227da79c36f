// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm
import ContactFormLocal
import FormConfiguration

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copies the messages of this machine into a file, also while the server runs.",
        discussion: """
            The copy holds all that was stored at one moment, and only you can read it.
            What the file held before stays until the new copy is whole and sound.

            \(ExitStatus.help)
            """
    )

    @Argument(help: ArgumentHelp("The file to write.", valueName: "file"), completion: .file())
    var file: String

    @OptionGroup var options: DataFolderOptions

    func run() throws {
        let source = try options.existingDatabase()
        let target = FilePath.absolute(file, from: SystemEnvironment.workingFolder)
        try options.checkTarget(target)
        let copy: DatabaseCopy
        do throws(StoreError) {
            copy = try DatabaseCopy(of: source, to: target)
        } catch {
            throw CommandFailure(.configuration, "nothing was copied: \(error.reason)")
        }
        try Output.standard.writeLine("copied \(copy.messages.counted("message")) to \"\(target)\"")
    }
}
