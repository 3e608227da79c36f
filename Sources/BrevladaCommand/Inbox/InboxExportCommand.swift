// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm
import ContactFormServer

struct InboxExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes messages as CSV for a spreadsheet or as JSON lines for a program.",
        discussion: """
            CSV has a column for each field that any message has. A cell that a
            spreadsheet would take for a formula, such as one that begins with = + - or @,
            gets an apostrophe before it; JSON lines are exact.
            """
    )

    @Option(help: "What is written.")
    var format: SubmissionExport.Format

    @OptionGroup var filter: SubmissionFilter

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("A file to write, instead of standard output. It must not exist.", valueName: "file"),
        completion: .file()
    )
    var output: String?

    @Option(help: "Between the cells of CSV. A spreadsheet set to Swedish wants semicolon.")
    var separator = CSVWriter.Separator.comma

    @Flag(help: "Begins CSV with a byte order mark, so that Excel reads it as UTF-8.")
    var excel = false

    @OptionGroup var options: StoreOptions

    func validate() throws {
        guard format == .csv || (!excel && separator == .comma) else {
            throw ValidationError("--excel and --separator are for CSV; leave them out or write --format csv")
        }
    }

    func run() async throws {
        if let output { try options.folder.checkTarget(output) }
        let all = try await options.open()
        try await filter.tellOfUnknownForm(among: try options.forms()?.keys, in: all)
        let store = filter.messages(in: all)
        let now = Timestamp.now()
        let export = SubmissionExport(
            format,
            of: store,
            matching: filter.query(at: now, order: .id),
            from: ExportPosition(startedAt: now),
            writer: CSVWriter(separator: separator),
            beginsWithMark: excel,
            pageSize: 500
        )
        let unreadable: UnreadableMessages
        if let path = output {
            unreadable = try await ExportFile.write(to: path) { try await write(export, to: $0) }
        } else {
            unreadable = try await write(export, to: .standard)
        }
        try unreadable.check("not in the export")
    }

    private func write(_ export: SubmissionExport, to output: Output) async throws -> UnreadableMessages {
        var export = export
        var searched = 0
        var written = 0
        var reading = Progress("messages searched for columns")
        var progress = Progress("messages written")
        defer { progress.finish() }
        while let step = try await export.next() {
            switch step {
            case .searched(let count):
                searched += count
                reading.show(searched)
            case .rows(let rows):
                try output.write(shown(rows.joined(), on: output))
                written += rows.count
                progress.show(written)
            }
        }
        return UnreadableMessages(export.unreadable)
    }

    /// A file gets what the visitor wrote, a terminal nothing that it would obey.
    private func shown(_ text: String, on output: Output) -> String {
        let text = format == .jsonl ? TerminalText.escapedJSON(text) : text
        return output.isTerminal ? TerminalText.escaped(text, keepsLines: true) : text
    }
}

extension SubmissionExport.Format: ExpressibleByArgument {}
extension CSVWriter.Separator: ExpressibleByArgument {}
