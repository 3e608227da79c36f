// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactFormLocal
import ContactFormServer
import FormConfiguration
import Glibc

struct PasswdCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "passwd",
        abstract: "Sets the password of your inbox at /inbox/.",
        discussion: """
            Asks for it twice, without showing it. Whoever is signed in is signed
            out, also while "brevlada serve" runs. The password is kept as a hash
            (scrypt) in the data folder.

            \(ExitStatus.help)
            """
    )

    @Flag(help: "Reads the password from the first line of standard input instead of asking.")
    var stdin = false

    @OptionGroup var options: DataFolderOptions

    func run() throws {
        let folder = try options.path()
        let password = try stdin ? Self.firstLine() : Self.ask()
        try Self.check(password)
        do {
            try DataFolder.make(folder)
            try OwnerPasswordFile(folder: folder).replace(with: PasswordHash(of: password))
        } catch {
            throw CommandFailure(.configuration, "the password can't be kept in \"\(folder)\": \(error)")
        }
        try Output.error.writeLine("the password is set; whoever was signed in is signed out")
    }

    static func check(_ password: String) throws {
        let length = OwnerSignIn.passwordLength
        let count = password.unicodeScalars.count
        guard length.contains(count) else {
            throw CommandFailure(
                .configuration,
                "the password has \(count) characters; choose one of \(length.lowerBound) to \(length.upperBound), "
                    + "such as four random words"
            )
        }
        guard !password.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw CommandFailure(
                .configuration,
                "the password has a control character; write it with letters, digits and signs"
            )
        }
    }

    private static func firstLine() throws -> String {
        guard let line = readLine(), !line.isEmpty else {
            throw CommandFailure(.configuration, "standard input is empty; write the password on its first line")
        }
        return line
    }

    private static func ask() throws -> String {
        guard isatty(STDIN_FILENO) == 1, Output.error.isTerminal else {
            throw CommandFailure(.configuration, "passwd asks and there is no terminal to ask at; use --stdin")
        }
        let first = try HiddenInput.readLine(prompt: "New password: ")
        // Said before it is typed once more.
        try check(first)
        guard try HiddenInput.readLine(prompt: "Once more: ") == first else {
            throw CommandFailure(.configuration, "the two passwords differ; nothing was changed")
        }
        return first
    }
}
