// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Base 64 with the alphabet and padding of RFC 4648 §4.
package enum Base64 {
    /// The text of the bytes, four characters for each three begun.
    package static func encode(_ bytes: some Collection<UInt8>) -> [UInt8] {
        bytes.withContiguousStorageIfAvailable(encode) ?? Array(bytes).withUnsafeBufferPointer(encode)
    }

    package static func text(_ bytes: some Collection<UInt8>) -> String {
        String(decoding: encode(bytes), as: UTF8.self)
    }

    private static func encode(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { text, count in
            alphabet.withUTF8Buffer { alphabet in
                for start in stride(from: 0, to: bytes.count, by: 3) {
                    let left = bytes.count - start
                    let second = left > 1 ? UInt32(bytes[start + 1]) : 0
                    let third = left > 2 ? UInt32(bytes[start + 2]) : 0
                    let group = UInt32(bytes[start]) << 16 | second << 8 | third
                    text[count] = alphabet[Int(group >> 18)]
                    text[count + 1] = alphabet[Int(group >> 12 & 63)]
                    text[count + 2] = left > 1 ? alphabet[Int(group >> 6 & 63)] : padding
                    text[count + 3] = left > 2 ? alphabet[Int(group & 63)] : padding
                    count += 4
                }
            }
        }
    }

    /// The bytes behind the text; nil unless it is whole groups of the alphabet, with padding at the end only.
    ///
    /// Bits that padding leaves over are ignored, as most writers of mail expect (RFC 4648 §3.5 allows it).
    package static func decode(_ text: some BidirectionalCollection<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        var digits = text[...]
        let wholeCount = digits.count
        while digits.last == padding, wholeCount - digits.count < 2 { digits.removeLast() }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(wholeCount / 4 * 3)
        var bits: UInt32 = 0
        var bitCount = 0
        for digit in digits {
            guard let value = value(of: digit) else { return nil }
            bits = bits << 6 | value
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> bitCount))
            }
        }
        return bytes
    }

    private static let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    private static let padding = UInt8(ascii: "=")

    private static func value(of digit: UInt8) -> UInt32? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit) - 0x41
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit) - 0x61 + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit) - 0x30 + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
