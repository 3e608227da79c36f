// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Mail

extension Submission {
    /// Whether it came from an address: it is the sender's, the one that answers go to, or a field is exactly that
    /// address. Neither case nor white space around it counts, quotes that it does without, or how its letters are composed,
    /// and a domain is the same in letters of any script and in ASCII (RFC 5890). An address with a backslash is compared as
    /// it stands.
    package func isFrom(address: String) -> Bool {
        let wanted = Self.comparable(address)
        guard !wanted.isEmpty else { return false }
        if [email, replyTo].contains(where: { $0.map(Self.comparable) == wanted }) { return true }
        return fields.fields.contains { $0.values.contains { Self.comparable($0) == wanted } }
    }

    /// A text that all that `isFrom` finds for an address has, to search for first. Nil when there is none that tells much, and
    /// everything is to be looked at: a local part that needs quotes, or letters beyond ASCII, may be written in several ways.
    package static func commonText(from address: String) -> String? {
        let address = comparable(address)
        guard !address.contains("\\"), let parsed = try? EmailAddress(parsing: address) else { return nil }
        let isPlain = parsed.localPart.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "a"..."z", "0"..."9", ".", "_", "-", "+": true
            default: false
            }
        }
        // A search for one letter or two looks at nearly everything anyway.
        return isPlain && parsed.localPart.utf8.count > 2 ? parsed.localPart : nil
    }

    private static func comparable(_ text: String) -> String {
        // An address has no white space, and no message of many lines is one.
        guard text.utf8.count <= 1_500 else { return "" }
        let text = text.trimmedSpaces.lowercased()
        // A backslash may stand before any letter of a quoted local part: no text would be common to all its spellings.
        guard text.contains("@"), !text.contains("\\"), let address = try? EmailAddress(parsing: text) else {
            return text
        }
        return address.transportAddress
    }
}
