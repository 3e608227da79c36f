// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// Writes all messages that match, newest first, a page at a time, so that memory stays flat.
///
/// CSV reads everything twice: first for the names of all fields, which are the columns. JSON lines are one object a line.
package struct SubmissionExport: Sendable {
    package enum Format: String, Sendable, CaseIterable {
        case csv, jsonl
    }

    /// What one call of `next` gave.
    package enum Step: Sendable, Hashable {
        /// Messages that were searched for columns; there is nothing to write yet.
        case searched(Int)
        /// A piece for each row, the titles among them.
        case rows([String])
    }

    package let format: Format
    private let archive: any SubmissionArchive
    private let writer: CSVWriter
    private let beginsWithMark: Bool
    private var query: SubmissionQuery
    /// Where the next step begins; nil at the end.
    package private(set) var position: ExportPosition?
    /// What should have had a row and can't be read.
    package private(set) var unreadable: [SubmissionID] = []

    /// - Parameters:
    ///   - position: Where an earlier part ended.
    ///   - beginsWithMark: Begins CSV with a byte order mark, so that Excel reads it as UTF-8.
    ///   - pageSize: So many messages are held at a time.
    package init(
        _ format: Format,
        of archive: any SubmissionArchive,
        matching query: SubmissionQuery,
        from position: ExportPosition,
        writer: CSVWriter = CSVWriter(),
        beginsWithMark: Bool = false,
        pageSize: Int = 200
    ) {
        self.format = format
        self.archive = archive
        self.writer = writer
        self.beginsWithMark = beginsWithMark
        self.query = query
        self.query.limit = pageSize
        self.position = position
        if format == .jsonl { self.position?.phase = .rows }
    }

    /// Reads one page; nil when all is written.
    ///
    /// - Parameter limit: At most so many messages; the page size when nil.
    package mutating func next(limit: Int? = nil) async throws(StoreError) -> Step? {
        guard var position else { return nil }
        query.cursor = position.cursor
        if let limit { query.limit = limit }
        let page = try await archive.page(query)
        // What came later is left out, so that both passes see the same messages.
        let submissions = page.submissions.filter { $0.receivedAt <= position.startedAt }
        position.cursor = page.next
        if position.phase != .columns {
            unreadable += page.unreadable.filter { $0.receivedAt <= position.startedAt }.map(\.key.id)
        }
        switch position.phase {
        case .columns:
            for submission in submissions { position.columns.add(fieldsOf: submission) }
            if page.next == nil { position.phase = .titles }
            self.position = position
            return .searched(submissions.count)
        case .titles:
            position.phase = .rows
            let titles = (beginsWithMark ? "\u{FEFF}" : "") + writer.row(position.columns.titles)
            let rows = submissions.map { writer.row(position.columns.cells(of: $0)) }
            self.position = page.next == nil ? nil : position
            return .rows([titles] + rows)
        case .rows:
            let rows = submissions.map { submission in
                format == .csv
                    ? writer.row(position.columns.cells(of: submission))
                    : JSONWriter.text(submission.write(to:)) + "\n"
            }
            self.position = page.next == nil ? nil : position
            return .rows(rows)
        }
    }
}
