// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Base64 (RFC 4648 §4) for encoded-words, and for whoever stands on this module.
package enum Base64 {
    package static func encode(_ octets: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity((octets.count + 2) / 3 * 4)
        for start in stride(from: 0, to: octets.count, by: 3) {
            let group = octets[start..<min(start + 3, octets.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                let digit = alphabet[bits >> (18 - 6 * place) & 0x3F]
                output.append(place <= group.count ? digit : UInt8(ascii: "="))
            }
        }
        return output
    }

    /// Nil unless the text is whole groups of the alphabet with padding at the end only.
    package static func decode(_ encoded: ArraySlice<UInt8>) -> [UInt8]? {
        guard encoded.count % 4 == 0 else { return nil }
        var digits = encoded
        while digits.last == UInt8(ascii: "="), encoded.count - digits.count < 2 { digits.removeLast() }
        var output: [UInt8] = []
        output.reserveCapacity(digits.count / 4 * 3 + 2)
        var bits = 0
        var bitCount = 0
        for digit in digits {
            guard let value = value(of: digit) else { return nil }
            bits = (bits << 6 | value) & 0xFFFF
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                output.append(UInt8(truncatingIfNeeded: bits >> bitCount))
            }
        }
        return output
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static func value(of digit: UInt8) -> Int? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(digit) - 0x41
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(digit) - 0x61 + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(digit) - 0x30 + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
