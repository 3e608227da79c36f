// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import JSON

/// What a receipt of an erasure names, as `brevlada inbox erase --json` or the page saved it.
struct SavedReceipt {
    /// What was removed, each once. What could not be read stayed then, and is not among them.
    let ids: [SubmissionID]

    /// - Parameter path: Of the file; - is standard input.
    /// - Throws: `CommandFailure` when it is no receipt.
    init(path: String) throws {
        var lines = try LineReader(path: path, expected: "a receipt of \"brevlada inbox erase --json\" or of the page")
        var bytes: [UInt8] = []
        while let line = try lines.next() { bytes += line + [UInt8(ascii: "\n")] }
        guard let ids = Self.ids(in: bytes) else {
            throw CommandFailure(
                .configuration,
                "the file \"\(path)\" is no receipt of an erasure; name one that \"brevlada inbox erase --json\" or the page saved"
            )
        }
        self.ids = ids
    }

    private static func ids(in bytes: [UInt8]) -> [SubmissionID]? {
        guard let names = (try? JSONParser.parse(bytes, maximumDepth: 3))?["ids"]?.array else { return nil }
        let ids = names.compactMap { $0.string.flatMap { SubmissionID($0) } }
        guard ids.count == names.count else { return nil }
        var known: Set<SubmissionID> = []
        return ids.filter { known.insert($0).inserted }
    }
}
