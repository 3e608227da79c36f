// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Text that can stand in a header: one line without control characters.
///
/// Construction replaces each control character, CR, LF and NUL among them, and each Unicode line separator by a space,
/// and drops the spaces at both ends. No header can therefore be ended or begun by what somebody typed. Characters that
/// override the direction of what follows (Unicode UAX #9 §2) are dropped: they would turn an address around.
package struct HeaderText: Hashable, Sendable {
    package let text: String

    package init(_ source: String) {
        var scalars = source.unicodeScalars.filter { !Self.turnsDirection($0) }
            .map { Self.isControl($0) ? " " : $0 }[...]
        while scalars.first == " " { scalars.removeFirst() }
        while scalars.last == " " { scalars.removeLast() }
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        self.text = text
    }

    /// Its beginning, at most so many Unicode scalars, and so at most twelve times as many octets in a header: a character may
    /// have thousands of scalars.
    package func shortened(to count: Int) -> String {
        text.unicodeScalars.count <= count ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(count)))
    }

    /// What a reader would see of it, at most so many scalars; `nil` when that is nothing: there are letters that nobody sees
    /// (Unicode's Default_Ignorable_Code_Point).
    package static func visible(_ source: String?, upTo count: Int) -> String? {
        guard let text = source.map({ HeaderText($0).shortened(to: count) }) else { return nil }
        let isBlank = text.unicodeScalars.allSatisfy { scalar in
            !scalar.isASCII && scalar.properties.isDefaultIgnorableCodePoint || scalar.properties.isWhitespace
        }
        return isBlank ? nil : text
    }

    private static func turnsDirection(_ scalar: Unicode.Scalar) -> Bool {
        ("\u{202A}"..."\u{202E}").contains(scalar) || ("\u{2066}"..."\u{2069}").contains(scalar)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\u{00}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}": true
        default: false
        }
    }
}

extension HeaderText {
    /// The text as an unstructured field body (RFC 5322 §2.2.1), in pieces between which a header may be folded.
    ///
    /// Plain words where that is exact: words beyond ASCII, words too long for a line, runs of spaces, which a relay
    /// may fold away, and anything that looks like an encoded-word make the whole text encoded.
    var unstructuredTokens: [String] {
        guard isPlain else { return EncodedWord.encode(text) }
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.allSatisfy({ (1...EncodedWord.maximumLength).contains($0.utf8.count) }) else {
            return EncodedWord.encode(text)
        }
        return words.map(String.init)
    }

    /// The text as a phrase (RFC 5322 §3.2.5), in pieces between which a header may be folded.
    var phraseTokens: [String] {
        let quoted = Self.quoted(text)
        guard isPlain, quoted.utf8.count <= EncodedWord.maximumLength else { return EncodedWord.encode(text) }
        return [quoted]
    }

    /// A quoted-string of RFC 5322 §3.2.4.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { result.unicodeScalars.append("\\") }
            result.unicodeScalars.append(scalar)
        }
        return result + "\""
    }

    private var isPlain: Bool {
        var previous: UInt8 = 0
        for byte in text.utf8 {
            // RFC 2047 §7: text that looks like an encoded-word is decoded by its reader.
            guard byte < 0x80, (previous, byte) != (UInt8(ascii: "="), UInt8(ascii: "?")) else { return false }
            previous = byte
        }
        return true
    }
}
