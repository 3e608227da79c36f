// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import JSON
import Mail

/// Writes all messages that match, newest first, page by page, so that memory stays flat.
struct SubmissionExport {
    enum Format: String, CaseIterable {
        case csv, jsonl
    }

    let store: any SubmissionArchive
    let query: SubmissionQuery
    /// When the export began: what came later is left out, so that two passes see the same messages.
    let startedAt: Timestamp

    /// The columns that every row has; those of the fields follow.
    static let fixedColumns = [
        "id", "form", "received", "status", "language", "page", "spam reasons", "attempts", "mailed", "last error",
    ]

    /// One JSON object a line.
    func writeJSONLines(_ emit: (String) throws -> Void) async throws {
        try await forEach { submission in
            try emit(TerminalText.escapedJSON(JSONWriter.text(submission.write(to:))) + "\n")
        }
    }

    /// A row of titles and a row for each message. A field has a column of its name; its several values are joined
    /// with "; ".
    ///
    /// Reads everything twice: first for the names of all fields, which are the columns.
    ///
    /// - Parameter onFirstPass: Called with how many messages were searched for names.
    func writeCSV(
        _ writer: CSVWriter,
        onFirstPass: (Int) -> Void = { _ in },
        _ emit: (String) throws -> Void
    ) async throws {
        let names = try await fieldNames(onProgress: onFirstPass)
        try emit(writer.row(Self.fixedColumns + names.map(Self.title)))
        try await forEach { submission in
            let values = Dictionary(
                submission.fields.fields.map { ($0.name, $0.values.joined(separator: "; ")) },
                uniquingKeysWith: { first, _ in first }
            )
            try emit(writer.row(Self.fixedCells(submission) + names.map { values[$0] ?? "" }))
        }
    }

    /// Every name of a field, in the order they are first met.
    private func fieldNames(onProgress: (Int) -> Void) async throws -> [String] {
        var names: [String] = []
        var known: Set<String> = []
        var count = 0
        try await forEach { submission in
            for field in submission.fields.fields where known.insert(field.name).inserted { names.append(field.name) }
            count += 1
            onProgress(count)
        }
        return names
    }

    /// A field that is named as a fixed column is told apart.
    private static func title(of field: String) -> String {
        fixedColumns.contains(field.lowercased()) ? "\(field) (field)" : field
    }

    private static func fixedCells(_ submission: Submission) -> [String] {
        [
            submission.id.description,
            submission.form.rawValue,
            submission.receivedAt.utc.iso8601,
            submission.status.rawValue,
            submission.language.rawValue,
            submission.page ?? "",
            submission.spamReasons.map(\.rawValue).joined(separator: "; "),
            String(submission.delivery.attempts),
            submission.delivery.notifiedAt?.utc.iso8601 ?? "",
            submission.delivery.lastError ?? "",
        ]
    }

    private func forEach(_ body: (Submission) throws -> Void) async throws {
        try await store.forEach(query) { submission in
            if submission.receivedAt <= startedAt { try body(submission) }
            return true
        }
    }
}
