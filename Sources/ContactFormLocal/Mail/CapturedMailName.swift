// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
import ContactForm
import Mail

/// The name of a captured mail's file, such as `20261123T120000Z-01KAR….eml`: sorts by time, and is safe in a path.
struct CapturedMailName: Hashable, Comparable, CustomStringConvertible {
    /// Date and time of the mail, to the second.
    let time: String
    /// What stands for the mail's identity.
    let id: String

    init(date: UTCDateTime, id: MessageID) {
        time = date.iso8601.filter { $0 != "-" && $0 != ":" }
        // Message-IDs may hold slashes and much else; ours are plain, and others go by their digest.
        if Self.isPlain(id.left) {
            self.id = id.left
        } else {
            self.id = SubmissionID(milliseconds: 0, entropy: SHA256.digest(id.left.utf8)).description
        }
    }

    /// Nil for anything that `description` does not give.
    init?(_ name: String) {
        guard name.hasSuffix(Self.suffix), name.utf8.count <= 200 else { return nil }
        let parts = name.dropLast(Self.suffix.count).split(separator: "-", maxSplits: 1)
        guard parts.count == 2, Self.isTime(parts[0]), Self.isPlain(parts[1]) else { return nil }
        time = String(parts[0])
        id = String(parts[1])
    }

    var description: String { "\(time)-\(id)\(Self.suffix)" }

    static func < (lhs: Self, rhs: Self) -> Bool {
        (lhs.time, lhs.id) < (rhs.time, rhs.id)
    }

    private static let suffix = ".eml"

    private static func isTime(_ text: Substring) -> Bool {
        let shape = text.utf8.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) ? UInt8(ascii: "0") : $0 }
        return shape.elementsEqual("00000000T000000Z".utf8)
    }

    private static func isPlain(_ text: some StringProtocol) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
