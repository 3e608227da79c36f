// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Two digits a byte.
package enum Hexadecimal {
    /// In lower case.
    package static func encode(_ bytes: some Collection<UInt8>) -> [UInt8] {
        let digits: StaticString = "0123456789abcdef"
        return digits.withUTF8Buffer { digits in
            var text: [UInt8] = []
            text.reserveCapacity(2 * bytes.count)
            for byte in bytes {
                text.append(digits[Int(byte >> 4)])
                text.append(digits[Int(byte & 15)])
            }
            return text
        }
    }
}
