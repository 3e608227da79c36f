// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Writes a message as the text that follows DATA, piece by piece: CRLF line ends, doubled dots, the final dot.
///
/// A bare CR or LF becomes CRLF. Servers disagree on whether `LF . LF` ends the data, and a message that passes one
/// of them on could smuggle a second one into another (CVE-2023-51764 and its kin).
struct SMTPDataEncoder {
    private let message: [UInt8]
    private var index = 0
    private var isAtLineStart = true
    /// Whether everything, the final dot included, has been written.
    private(set) var isFinished = false

    init(_ message: [UInt8]) {
        self.message = message
    }

    /// Appends lines until the buffer has `limit` bytes or the text is at its end. A line longer than that is cut.
    mutating func encode(into buffer: inout ByteBuffer, limit: Int) {
        while index < message.count, buffer.readableBytes < limit {
            let room = Swift.max(1, limit - buffer.readableBytes)
            let run = message[index...].prefix(room).prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
            if !run.isEmpty {
                // RFC 5321 §4.5.2: a dot that begins a line is doubled.
                if isAtLineStart, run.first == UInt8(ascii: ".") { buffer.writeInteger(UInt8(ascii: ".")) }
                buffer.writeBytes(run)
                index = run.endIndex
                isAtLineStart = false
            } else {
                index += message[index...].starts(with: "\r\n".utf8) ? 2 : 1
                buffer.writeStaticString("\r\n")
                isAtLineStart = true
            }
        }
        guard index == message.count, !isFinished else { return }
        // The line end before the final dot belongs to the message: it is not added to one that has it.
        buffer.writeStaticString(isAtLineStart ? ".\r\n" : "\r\n.\r\n")
        isFinished = true
    }
}
