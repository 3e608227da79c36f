// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
import Mail

extension Submission {
    /// The address that an owner asks for, who may have pasted it with what stood around it: `Anna <anna@example.se>`,
    /// `<anna@example.se>` or `mailto:anna@example.se?subject=…`.
    ///
    /// Visitors may have typed what is no address, and that can be asked for too: one word with text on both sides of an "@".
    /// Nil for all else, so that nobody takes "none found" for an answer to a slip.
    package static func soughtAddress(in text: String) -> String? {
        var text = text.trimmedSpaces
        if text.lowercased().hasPrefix("mailto:") {
            // RFC 6068 §2: anna%2Bshop@example.se is anna+shop.
            let escaped = text.dropFirst("mailto:".count).prefix { $0 != "?" }
            guard let plain = PercentEncoding.decodedText(escaped) else { return nil }
            text = plain.trimmedSpaces
        }
        guard let address = withoutName(text) else { return nil }
        text = address
        guard text.utf8.count <= 320, let atSign = text.lastIndex(of: "@"),
            text.startIndex < atSign, text.index(after: atSign) < text.endIndex
        else { return nil }
        // A quoted local part may hold anything.
        guard !text.hasPrefix("\"") else { return text }
        return text.contains { $0.isWhitespace || "<>,;".contains($0) } ? nil : text
    }

    /// Whether it came from an address: it is the sender's, the one that answers go to, or a field is exactly that address, with
    /// a name before it or not. Neither case nor white space around it counts, quotes that it does without, or how its letters
    /// are composed, and a domain is the same in letters of any script and in ASCII (RFC 5890). An address with a backslash is
    /// compared as it stands.
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

    /// The address in `Anna <anna@example.se>`, as people sign and mail programs paste; another text as it is. Nil for what
    /// should be such and holds no address.
    private static func withoutName(_ text: String) -> String? {
        text.hasSuffix(">") ? (try? Mailbox(parsing: text))?.address.description : text
    }

    private static func comparable(_ text: String) -> String {
        // An address has no white space, and no message of many lines is one.
        guard text.utf8.count <= 1_500 else { return "" }
        let trimmed = text.trimmedSpaces.lowercased()
        let text = withoutName(trimmed) ?? trimmed
        // A backslash may stand before any letter of a quoted local part: no text would be common to all its spellings.
        guard text.contains("@"), !text.contains("\\"), let address = try? EmailAddress(parsing: text) else {
            return text
        }
        return address.transportAddress
    }
}
