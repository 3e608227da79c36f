// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Makes a peer's text fit for a log.
enum SMTPText {
    static let maximumLength = 200

    /// At most 200 printable ASCII characters, with every address and every secret replaced by `***`.
    ///
    /// - Parameter secrets: what must not show even without an `@` in it (a local part, a user name, a password).
    ///   Only whole words are replaced; those under three characters are left, for they would deface every sentence.
    static func loggable(_ text: String, hiding secrets: [String] = []) -> String {
        // The cut comes last: half an address would no longer look like one. The first cut only bounds the work.
        var bytes = Array(text.utf8.prefix(4 * maximumLength + 320))
        for secret in secrets where secret.utf8.count >= 3 { bytes = replacing(Array(secret.utf8), in: bytes) }
        var result = ""
        for word in String(decoding: bytes, as: UTF8.self).unicodeScalars.pieces(delimitedBy: isDelimiter) {
            result += word.contains("@") ? "***" : String(String.UnicodeScalarView(word.map(printable)))
        }
        return String(result.prefix(maximumLength))
    }

    private static func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar.properties.isWhitespace { return " " }
        return (0x20..<0x7F).contains(scalar.value) ? scalar : "?"
    }

    private static func isDelimiter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || "<>()[]\",;:'".unicodeScalars.contains(scalar)
    }

    /// Replaces whole words equal to the secret, ASCII letters compared without case.
    private static func replacing(_ secret: [UInt8], in bytes: [UInt8]) -> [UInt8] {
        let folded = bytes.map(lowercased)
        let wanted = secret.map(lowercased)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let end = index + wanted.count
            if end <= bytes.count, folded[index..<end].elementsEqual(wanted),
                index == 0 || !isWord(bytes[index - 1]), end == bytes.count || !isWord(bytes[end])
            {
                result += Array("***".utf8)
                index = end
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte >= 0x80 || (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
    }
}

extension String.UnicodeScalarView {
    /// The runs between delimiters, and each delimiter by itself.
    fileprivate func pieces(
        delimitedBy isDelimiter: (Unicode.Scalar) -> Bool
    ) -> [Substring.UnicodeScalarView] {
        var pieces: [Substring.UnicodeScalarView] = []
        var start = startIndex
        for index in indices where isDelimiter(self[index]) {
            if start < index { pieces.append(self[start..<index]) }
            let next = self.index(after: index)
            pieces.append(self[index..<next])
            start = next
        }
        if start < endIndex { pieces.append(self[start...]) }
        return pieces
    }
}
