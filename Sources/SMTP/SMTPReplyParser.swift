// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Turns a stream of bytes, cut anywhere, into replies (RFC 5321 §4.2.1).
///
/// Where the lines of a reply have different codes the last one counts, which is the one that a client searches for.
/// Lines may end in LF alone. A line over 2,000 bytes or a reply over 64 KB is an error, so that a hostile server
/// cannot fill the memory; RFC 5321 §4.5.3.1.5 allows 512 bytes a line.
///
/// Why not a `ByteToMessageDecoder`? That one decodes ahead and keeps what is left over; across STARTTLS, what is left
/// over is exactly what must be seen and refused (`isEmpty`).
struct SMTPReplyParser {
    static let maximumLineLength = 2_000
    static let maximumReplyLength = 64 * 1_024

    enum Failure: String, Error {
        case lineTooLong = "a line of over 2000 bytes"
        case replyTooLong = "a reply of over 64 KB"
        case notAReply = "a line that does not begin with a reply code"
    }

    private var line: [UInt8] = []
    private var lines: [String] = []
    private var length = 0

    /// Whether no part of a reply has been read.
    var isEmpty: Bool { line.isEmpty && lines.isEmpty }

    /// Reads up to the end of one reply and leaves what follows in the buffer.
    ///
    /// - Returns: the reply, or nil when more bytes are needed.
    /// - Throws: when the bytes cannot be a reply. The connection is then of no more use.
    mutating func next(from buffer: inout ByteBuffer) throws(Failure) -> SMTPReply? {
        while let byte: UInt8 = buffer.readInteger() {
            length += 1
            guard length <= Self.maximumReplyLength else { throw .replyTooLong }
            if byte == UInt8(ascii: "\n") {
                if let reply = try endOfLine() { return reply }
            } else {
                guard line.count < Self.maximumLineLength else { throw .lineTooLong }
                line.append(byte)
            }
        }
        return nil
    }

    private mutating func endOfLine() throws(Failure) -> SMTPReply? {
        while line.last == UInt8(ascii: "\r") { line.removeLast() }
        guard line.count >= 3, line[..<3].allSatisfy({ (0x30...0x39).contains($0) }) else { throw .notAReply }
        let digits = line[..<3].map { Int($0 - 0x30) }
        guard (2...5).contains(digits[0]) else { throw .notAReply }
        let code = digits[0] * 100 + digits[1] * 10 + digits[2]

        // RFC 5321 §4.2: a hyphen after the code says that more lines follow; the last may have no text at all.
        let separator = line.count > 3 ? line[3] : UInt8(ascii: " ")
        guard separator == UInt8(ascii: " ") || separator == UInt8(ascii: "-") else { throw .notAReply }
        lines.append(String(decoding: line.dropFirst(4), as: UTF8.self))
        line.removeAll(keepingCapacity: true)
        guard separator == UInt8(ascii: " ") else { return nil }
        defer { self = SMTPReplyParser() }
        return SMTPReply(code: code, lines: lines)
    }
}
