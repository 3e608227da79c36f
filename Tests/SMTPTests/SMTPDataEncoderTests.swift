// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import TestSupport
import Testing

@testable import SMTP

@Suite("A message as it is sent")
struct SMTPDataEncoderTests {
    private func encoded(_ message: [UInt8], limit: Int = 32_768) -> String {
        var encoder = SMTPDataEncoder(message)
        var whole = ByteBuffer()
        while !encoder.isFinished {
            var piece = ByteBuffer()
            encoder.encode(into: &piece, limit: limit)
            whole.writeBuffer(&piece)
        }
        return String(buffer: whole)
    }

    static let rows = [
        ("a\r\n", "a\r\n.\r\n"),
        ("a", "a\r\n.\r\n"),
        ("", ".\r\n"),
        (".", "..\r\n.\r\n"),
        (".\r\n", "..\r\n.\r\n"),
        ("..\r\n", "...\r\n.\r\n"),
        ("a\r\n.\r\nb\r\n", "a\r\n..\r\nb\r\n.\r\n"),
        ("a.b\r\n.c", "a.b\r\n..c\r\n.\r\n"),
        ("a\nb\n", "a\r\nb\r\n.\r\n"),
        ("a\n.\nb", "a\r\n..\r\nb\r\n.\r\n"),
        ("a\r.\rb", "a\r\n..\r\nb\r\n.\r\n"),
        ("a\r\n.\rMAIL FROM:<x@y>\n", "a\r\n..\r\nMAIL FROM:<x@y>\r\n.\r\n"),
        ("a\r\r\nb\n\r", "a\r\n\r\nb\r\n\r\n.\r\n"),
        ("\r\n\r\n", "\r\n\r\n.\r\n"),
    ]

    @Test("has CRLF line ends, doubled dots and a final dot, however it is cut", arguments: rows)
    func encoding(message: String, expected: String) {
        for limit in 1...12 { #expect(encoded(Array(message.utf8), limit: limit) == expected) }
        #expect(encoded(Array(message.utf8)) == expected)
    }

    @Test(
        "comes back as it was once a server has undone the dots, and its size is right",
        arguments: [1, 2] as [UInt64]
    )
    func roundTrip(seed: UInt64) async {
        var generator = SplitMix64(seed: seed)
        let alphabet = Array("..\r\n\r\na ".utf8) + [0, 0x80, 0xFF]
        for round in 0..<2_000 {
            if round.isMultiple(of: 250) { await Task.yield() }
            let count = Int.random(in: 0...60, using: &generator)
            let message = (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            var encoder = SMTPDataEncoder(message)
            var sent: [UInt8] = []
            while !encoder.isFinished {
                var piece = ByteBuffer()
                encoder.encode(into: &piece, limit: Int.random(in: 1...20, using: &generator))
                sent += Array(piece.readableBytesView)
            }
            let received = Self.receive(sent)
            let facts = SMTPMessage(message)
            let isRight =
                received == Self.normalised(message) && facts.size == received?.count
                && facts.hasEightBit == message.contains { $0 > 127 }
            if !isRight { Issue.record("\(message)") }
        }
    }

    @Test("keeps each piece near its limit, also for a line of a megabyte")
    func pieces() {
        var encoder = SMTPDataEncoder([UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20))
        var count = 0
        while !encoder.isFinished {
            var piece = ByteBuffer()
            encoder.encode(into: &piece, limit: 1_024)
            if piece.readableBytes > 1_024 + 5 { Issue.record("\(piece.readableBytes)") }
            count += 1
        }
        #expect(count == 1_024)
    }

    /// What a strict server keeps: the text up to the first `CRLF . CRLF`, or nil when more follows it or there is none.
    private static func receive(_ sent: [UInt8]) -> [UInt8]? {
        var kept: [UInt8] = []
        var line: [UInt8] = []
        for (index, byte) in sent.enumerated() {
            line.append(byte)
            guard line.suffix(2) == [0x0D, 0x0A] else { continue }
            if line == Array(".\r\n".utf8) { return index == sent.count - 1 ? kept : nil }
            kept += line.first == UInt8(ascii: ".") ? Array(line.dropFirst()) : line
            line = []
        }
        return nil
    }

    private static func normalised(_ message: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var previous: UInt8 = 0
        for byte in message {
            if byte == 0x0D || (byte == 0x0A && previous != 0x0D) { result += [0x0D, 0x0A] }
            if byte != 0x0D, byte != 0x0A { result.append(byte) }
            previous = byte
        }
        if !result.isEmpty, result.suffix(2) != [0x0D, 0x0A] { result += [0x0D, 0x0A] }
        return result
    }
}
