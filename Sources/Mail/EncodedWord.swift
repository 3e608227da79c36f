// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes

/// The encoded-words of RFC 2047, by which headers in ASCII carry any text.
enum EncodedWord {
    /// RFC 2047 §2 allows 75, but 68 fit beside the longest field name that carries text, "Reply-To: ", within the 78
    /// octets of a line.
    static let maximumLength = 68

    /// The text as encoded-words, to be separated by a space or a fold.
    ///
    /// UTF-8, in the Q or B encoding, whichever is shorter for the whole. Only octets that are safe in a phrase stand for
    /// themselves (RFC 2047 §5 rule 3), so the words fit every kind of header.
    static func encode(_ text: String) -> [String] {
        let lengthInQ = text.utf8.reduce(0) { $0 + (isSafe($1) ? 1 : 3) }
        let encoding: Encoding = lengthInQ <= (text.utf8.count + 2) / 3 * 4 ? .quoted : .base64
        var words: [String] = []
        var content: [UInt8] = []
        var length = 0
        for scalar in text.unicodeScalars {
            let cost = encoding.cost(scalar)
            // RFC 2047 §5: a character is never split between two encoded-words.
            if length + cost > encoding.capacity {
                words.append(encoding.word(content))
                content.removeAll(keepingCapacity: true)
                length = 0
            }
            content.append(contentsOf: scalar.utf8)
            length += cost
        }
        if !content.isEmpty { words.append(encoding.word(content)) }
        return words
    }

    /// Decodes an unfolded header, leaving as it stands what is no encoded-word in UTF-8.
    ///
    /// Takes any octets; those that are not UTF-8 become replacement characters.
    static func decode(_ header: some Sequence<UInt8>) -> String {
        var output: [UInt8] = []
        var space: [UInt8] = []
        var word: [UInt8] = []
        var previousWasEncoded = false

        func endWord() {
            guard !word.isEmpty else { return }
            let decoded = content(of: word)
            // RFC 2047 §6.2: white space between two encoded-words is not part of the text.
            if decoded == nil || !previousWasEncoded { output += space }
            output += decoded ?? word
            previousWasEncoded = decoded != nil
            space.removeAll(keepingCapacity: true)
            word.removeAll(keepingCapacity: true)
        }

        for byte in header {
            if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
                endWord()
                space.append(byte)
            } else {
                word.append(byte)
            }
        }
        endWord()
        return String(decoding: output, as: UTF8.self)
    }

    private static func content(of word: [UInt8]) -> [UInt8]? {
        guard word.count >= 12, word.starts(with: "=?".utf8), word.suffix(2).elementsEqual("?=".utf8) else {
            return nil
        }
        let parts = word[2..<(word.count - 2)].split(separator: UInt8(ascii: "?"), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].equalsIgnoringCase("utf-8") else { return nil }
        if parts[1].equalsIgnoringCase("q") { return decodeQ(parts[2]) }
        if parts[1].equalsIgnoringCase("b") { return Base64.decode(parts[2]) }
        return nil
    }

    private static func decodeQ(_ encoded: ArraySlice<UInt8>) -> [UInt8]? {
        var output: [UInt8] = []
        var rest = encoded
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "_"):
                output.append(UInt8(ascii: " "))
            case UInt8(ascii: "="):
                guard let high = rest.popFirst(), let low = rest.popFirst(),
                    let octet = OctetEscape.octet(high, low)
                else { return nil }
                output.append(octet)
            default:
                output.append(byte)
            }
        }
        return output
    }

    private static func isSafe(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "!"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: " "):
            true
        default:
            false
        }
    }

    private enum Encoding {
        case quoted
        case base64

        /// How much of `cost` one word holds.
        var capacity: Int {
            let encoded = maximumLength - "=?utf-8?Q??=".utf8.count
            return self == .quoted ? encoded : encoded / 4 * 3
        }

        func cost(_ scalar: Unicode.Scalar) -> Int {
            switch self {
            case .quoted: scalar.utf8.reduce(0) { $0 + (isSafe($1) ? 1 : 3) }
            case .base64: scalar.utf8.count
            }
        }

        func word(_ content: [UInt8]) -> String {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(maximumLength)
            switch self {
            case .quoted:
                bytes += "=?utf-8?Q?".utf8
                for byte in content {
                    if byte == UInt8(ascii: " ") {
                        bytes.append(UInt8(ascii: "_"))
                    } else if isSafe(byte) {
                        bytes.append(byte)
                    } else {
                        OctetEscape.append(byte, to: &bytes)
                    }
                }
            case .base64:
                bytes += "=?utf-8?B?".utf8
                bytes += Base64.encode(content)
            }
            bytes += "?=".utf8
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}
