// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes

/// The "=" and two digits that stand for an octet in quoted-printable and in the Q encoding.
enum OctetEscape {
    static func append(_ octet: UInt8, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "="))
        output.append(digits[Int(octet >> 4)])
        output.append(digits[Int(octet & 0xF)])
    }

    /// Nil unless both are digits, in either case.
    static func octet(_ high: UInt8, _ low: UInt8) -> UInt8? {
        guard let high = high.hexDigit, let low = low.hexDigit else { return nil }
        return high << 4 | low
    }

    // RFC 2045 §6.7 rule 1: upper case.
    private static let digits = Array("0123456789ABCDEF".utf8)
}

extension Sequence<UInt8> {
    /// Whether these octets are the given lower-case text, in any case.
    func equalsIgnoringCase(_ lowercased: String) -> Bool {
        lazy.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
            .elementsEqual(lowercased.utf8)
    }
}
