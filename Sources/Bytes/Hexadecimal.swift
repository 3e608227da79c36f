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
