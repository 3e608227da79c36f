// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm
import JSON

struct InboxShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows a message whole: its fields, signs of spam and delivery."
    )

    @Argument(help: ArgumentHelp("The id of the message.", valueName: "id"))
    var id: String

    @Flag(help: "Writes a JSON object.")
    var json = false

    @OptionGroup var options: StoreOptions

    func run() async throws {
        let store = try await options.open()
        for submission in try await SubmissionLookup(store: store).find([id]) {
            if json {
                try Output.standard.writeLine(TerminalText.escapedJSON(JSONWriter.text(submission.write(to:))))
            } else {
                let style = Output.standard.style()
                try Output.standard.write(SubmissionReport(submission: submission).text(style: style))
            }
        }
    }
}
