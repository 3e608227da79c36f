// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm
import ContactFormLocal

struct InboxImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Takes in the messages that \"inbox export --format jsonl\" wrote elsewhere.",
        discussion: """
            Each message is kept as it was: status, marks, history and delivery.
            Nobody is mailed again; what still waited for its mail is mailed from
            here, once. A message that is there already stays as it is, so an import
            that was broken off may be run again. The whole file is checked before
            anything is stored; with - for standard input each line is checked as it
            comes.

            To move: stop what takes messages in, export there, import here, and
            start here.

            \(ExitStatus.help)
            """
    )

    @Argument(help: ArgumentHelp("The file, or - for standard input.", valueName: "file"), completion: .file())
    var file: String

    @OptionGroup var options: StoreOptions

    func run() async throws {
        do {
            try await take()
        } catch let failure as SubmissionImport.Failure {
            throw CommandFailure(.configuration, "\(failure); nothing after it was stored, and it may be run again")
        }
    }

    private func take() async throws {
        if file != "-" {
            var lines = try LineReader(path: file)
            do {
                _ = try SubmissionImport.check(&lines)
            } catch let failure as SubmissionImport.Failure {
                throw CommandFailure(.configuration, "\(failure); nothing was stored")
            }
        }
        let store = try await options.openOrMake()
        let region = try options.cloudRegion()
        let importing = SubmissionImport(store: store, books: store as? any ReceiptBook, region: region)
        var progress = Progress("messages imported")
        defer { progress.finish() }
        var lines = try LineReader(path: file)
        let outcome = try await importing.run(&lines) { progress.show($0) }
        progress.finish()
        try Output.standard.writeLine("\(outcome.stored) stored, \(outcome.known) there already")
        if outcome.waiting > 0 {
            try Output.error.writeLine("\(outcome.waiting) of them wait for their mail, which goes out from here")
        }
        if let local = store as? SQLiteSubmissionStore { await local.checkpointAndClose() }
    }
}
