// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
import JSON

/// How far an export has come, as a text that fits into an address: an answer of Lambda holds 6 MB, and who has got a part
/// asks for the next one with it.
package struct ExportPosition: Sendable, Hashable {
    package enum Phase: String, Sendable, Hashable {
        /// Looking for the columns of CSV.
        case columns
        /// The titles come next.
        case titles
        case rows
    }

    package var phase: Phase
    package var columns: ExportColumns
    /// Nil at the beginning of a phase.
    package var cursor: SubmissionCursor?
    /// When the first part was asked for: what came later is left out.
    package var startedAt: Timestamp

    package init(startedAt: Timestamp) {
        phase = .columns
        columns = ExportColumns()
        cursor = nil
        self.startedAt = startedAt
    }

    package var text: String {
        let json = JSONWriter.text { writer in
            writer.object { object in
                object.member("p", phase.rawValue)
                object.member("t", startedAt.milliseconds)
                object.member("f", columns.fields)
                object.member("o", columns.hasOthers)
                object.member("c", ifPresent: cursor?.description)
            }
        }
        // The alphabet for addresses, without padding (RFC 4648 §5).
        let encoded = Base64.encode(json.utf8).filter { $0 != UInt8(ascii: "=") }.map { byte in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: byte
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// Reads what `text` wrote; nil for anything else.
    package init?(text: String) {
        guard text.utf8.count <= 8_000 else { return nil }
        var standard: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "-"): standard.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): standard.append(UInt8(ascii: "/"))
            case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): return nil
            default: standard.append(byte)
            }
        }
        standard += [UInt8](repeating: UInt8(ascii: "="), count: (4 - standard.count % 4) % 4)
        guard let bytes = Base64.decode(standard),
            let json = try? JSONParser.parse(bytes, maximumDepth: 2),
            let phase = json["p"]?.string.flatMap({ Phase(rawValue: $0) }),
            let startedAt = json["t"]?.integer.flatMap({ Timestamp(untrusted: $0) }),
            let fields = json["f"]?.array, case .bool(let hasOthers)? = json["o"],
            let columns = ExportColumns(fields: fields.compactMap(\.string), hasOthers: hasOthers)
        else { return nil }
        self.phase = phase
        self.columns = columns
        self.startedAt = startedAt
        if let cursor = json["c"] {
            guard let known = cursor.string.flatMap({ SubmissionCursor($0) }) else { return nil }
            self.cursor = known
        }
    }
}
