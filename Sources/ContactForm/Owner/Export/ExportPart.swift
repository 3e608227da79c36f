// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// As much of an export as an answer may hold, and where the next part begins.
package struct ExportPart: Sendable {
    /// What one part may cost.
    package struct Limits: Sendable, Hashable {
        /// Bytes of the part when it stands in a string of JSON, as it does on its way out of a Lambda.
        package var bytes: Int
        /// Pages that are read.
        package var pages: Int

        package init(bytes: Int, pages: Int) {
            self.bytes = bytes
            self.pages = pages
        }

        /// An answer of Lambda holds 6 MB:
        /// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
        package static let lambda = Limits(bytes: 4_500_000, pages: 40)
    }

    package private(set) var text = ""
    /// Nil when the export is whole.
    package private(set) var next: ExportPosition?
    /// What should be in it and can't be read.
    package private(set) var unreadable: [SubmissionID] = []

    /// Reads until the part is full. May be empty although there is more: while columns are searched for there is nothing
    /// to write.
    package static func read(_ export: SubmissionExport, limits: Limits) async throws(StoreError) -> ExportPart {
        var part = ExportPart()
        var export = export
        var size = 0
        var limit: Int?
        var pages = 0
        while pages < limits.pages {
            let before = export
            guard let step = try await export.next(limit: limit) else { break }
            guard case .rows(let rows) = step else {
                pages += 1
                continue
            }
            let added = rows.reduce(0) { $0 + sizeInJSON($1) }
            if size + added <= limits.bytes || (size == 0 && limit == 1) {
                pages += 1
                size += added
                for row in rows { part.text += row }
            } else if size > 0 {
                // Read again by the next part.
                export = before
                break
            } else {
                // One page of very long messages: smaller ones, which come down to one message in a few steps.
                export = before
                limit = max((limit ?? rows.count) / 2, 1)
            }
        }
        part.next = export.position
        part.unreadable = export.unreadable
        return part
    }

    private static func sizeInJSON(_ text: String) -> Int {
        text.utf8.reduce(0) { size, byte in
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x09, 0x0A, 0x0D: size + 2
            case 0..<0x20, UInt8(ascii: "<"): size + 6
            default: size + 1
            }
        }
    }
}
