// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Two digits a byte.
package enum Hexadecimal {
    /// In lower case.
    package static func encode(_ bytes: [UInt8]) -> [UInt8] {
        let digits: StaticString = "0123456789abcdef"
        return digits.withUTF8Buffer { digits in
            [UInt8](unsafeUninitializedCapacity: 2 * bytes.count) { text, count in
                for byte in bytes {
                    text[count] = digits[Int(byte >> 4)]
                    text[count + 1] = digits[Int(byte & 15)]
                    count += 2
                }
            }
        }
    }
}

extension UInt8 {
    /// The value of this byte as an ASCII hexadecimal digit, in either case; nil when it is none.
    @inlinable
    package var hexDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
