// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FormConfiguration
import StarterSite

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Writes a starter site with a contact form, and its configuration.",
        discussion: """
            Writes site/, brevlada.yaml and .gitignore. Overwrites nothing.

            \(ExitStatus.help)
            """
    )

    @Argument(
        help: ArgumentHelp("The folder to write to; it is made when it is not there.", valueName: "folder"),
        completion: .directory
    )
    var folder: String

    @Option(
        help: ArgumentHelp(
            "The language of the home page and of mail to you: en or sv. The pages of the other are in a folder of its name.",
            valueName: "language"
        )
    )
    var language = StarterSite.Language.english

    func validate() throws {
        guard !folder.isEmpty else { throw ValidationError("the folder has no name; write . for this one") }
    }

    func run() throws {
        let path = FilePath.absolute(folder, from: SystemEnvironment.workingFolder)
        let outcome = try NewSite(folder: path, language: language).write()
        let output = Output.error
        for name in outcome.written { try output.writeLine("wrote \(FilePath.joined(folder, name))") }
        if outcome.leavesDataToGit {
            try output.writeLine("add the line \"data/\" to .gitignore: messages do not belong in a repository")
        }
        let style = output.style()
        let change =
            path == FilePath.absolute(".", from: SystemEnvironment.workingFolder)
            ? "" : "cd \(Self.quoted(folder)) && "
        try output.writeLine("\nNow type:  \(style.bold("\(change)brevlada serve"))")
    }

    /// As a shell reads it back unchanged.
    static func quoted(_ path: String) -> String {
        let isPlain = path.utf8.allSatisfy { byte in
            Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber
                || "/._-".utf8.contains(byte)
        }
        return isPlain && !path.isEmpty ? path : "'" + path.replacing("'", with: "'\\''") + "'"
    }
}

extension StarterSite.Language: ExpressibleByArgument {}
