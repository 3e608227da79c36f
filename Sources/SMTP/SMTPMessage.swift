// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The bytes of one message and what the server must be told about them beforehand.
struct SMTPMessage: Sendable {
    let bytes: [UInt8]
    /// The size with every line end as CRLF, without doubled dots and the final dot (RFC 1870 §3).
    let size: Int
    /// Whether a byte is over 127.
    let hasEightBit: Bool

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var size = bytes.count
        var union: UInt8 = 0
        var previous = UInt8(ascii: "\n")
        for byte in bytes {
            union |= byte
            if byte == UInt8(ascii: "\n") {
                if previous != UInt8(ascii: "\r") { size += 1 }
            } else if previous == UInt8(ascii: "\r") {
                size += 1
            }
            previous = byte
        }
        if previous == UInt8(ascii: "\r") { size += 1 } else if previous != UInt8(ascii: "\n") { size += 2 }
        self.size = size
        hasEightBit = union >= 0x80
    }
}
