// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import TestSupport
import Testing

@testable import SMTP

@Suite("The reply parser")
struct SMTPReplyParserTests {
    @Test(
        "reads replies of one line and of many",
        arguments: [
            ("220 ready\r\n", 220, ["ready"]),
            ("250-mail.test\r\n250-SIZE 10\r\n250 HELP\r\n", 250, ["mail.test", "SIZE 10", "HELP"]),
            ("250 lone line feed\n", 250, ["lone line feed"]),
            ("250-a\n250 b\r\n", 250, ["a", "b"]), ("250-a\r\n550 b\r\n", 550, ["a", "b"]),
            ("354\r\n", 354, [""]),
            ("250-\r\n250 \r\n", 250, ["", ""]),
            ("421 text with 250 in it - and more\r\n", 421, ["text with 250 in it - and more"]),
            ("250 two returns\r\r\n", 250, ["two returns"]),
            ("250 \u{E5}\r\n", 250, ["\u{E5}"]),
        ]
    )
    func replies(bytes: String, code: Int, lines: [String]) throws {
        var parser = SMTPReplyParser()
        var buffer = ByteBuffer(string: bytes)
        #expect(try parser.next(from: &buffer) == SMTPReply(code: code, lines: lines))
        #expect(parser.isEmpty)
        #expect(buffer.readableBytes == 0)
    }

    @Test(
        "refuses what is not a reply",
        arguments: [
            ("\r\n", SMTPReplyParser.Failure.notAReply),
            ("25\r\n", .notAReply),
            ("abc def\r\n", .notAReply),
            ("199 too low\r\n", .notAReply),
            ("600 too high\r\n", .notAReply),
            ("250ok\r\n", .notAReply),
            ("HTTP/1.1 400 Bad Request\r\n", .notAReply),
            ("250 " + String(repeating: "x", count: 2_000) + "\r\n", .lineTooLong),
            (String(repeating: "250-" + String(repeating: "x", count: 990) + "\r\n", count: 70), .replyTooLong),
        ]
    )
    func refused(bytes: String, failure: SMTPReplyParser.Failure) {
        var parser = SMTPReplyParser()
        var buffer = ByteBuffer(string: bytes)
        #expect(throws: failure) { _ = try parser.next(from: &buffer) }
    }

    @Test("gives the same however the bytes are cut")
    func everyCut() throws {
        let bytes = Array("250-mail.test\r\n250-AUTH PLAIN\n250 \r\n221 bye\r\n".utf8)
        for cut in 0...bytes.count {
            var parser = SMTPReplyParser()
            var replies: [SMTPReply] = []
            for part in [bytes[..<cut], bytes[cut...]] {
                var buffer = ByteBuffer(bytes: part)
                while let reply = try parser.next(from: &buffer) { replies.append(reply) }
            }
            #expect(replies.map(\.code) == [250, 221])
            #expect(replies.first?.lines == ["mail.test", "AUTH PLAIN", ""])
        }
    }

    @Test("leaves what follows a reply in the buffer, and knows of a part it has read")
    func leftover() throws {
        var parser = SMTPReplyParser()
        var buffer = ByteBuffer(string: "220 go\r\n250 injected\r\n25")
        #expect(try parser.next(from: &buffer)?.code == 220)
        #expect(buffer.readableBytes == 16)
        #expect(try parser.next(from: &buffer)?.code == 250)
        #expect(try parser.next(from: &buffer) == nil)
        #expect(!parser.isEmpty)
    }

    @Test("survives 5,000 mutated streams", arguments: [1, 2, 3] as [UInt64])
    func fuzz(seed: UInt64) async {
        var generator = SplitMix64(seed: seed)
        let seedBytes = Array("250-mail.test\r\n250-SIZE 10\r\n250 HELP\r\n354 go\r\n550 5.1.1 no\r\n".utf8)
        var (read, refused) = (0, 0)
        for round in 0..<5_000 {
            if round.isMultiple(of: 250) { await Task.yield() }
            var bytes = seedBytes
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: index)
                default: bytes.remove(at: index)
                }
            }
            var parser = SMTPReplyParser()
            var buffer = ByteBuffer(bytes: bytes)
            do {
                while let reply = try parser.next(from: &buffer) {
                    read += 1
                    if !(200...599).contains(reply.code) || reply.lines.isEmpty { Issue.record("\(bytes)") }
                }
                if buffer.readableBytes > 0 { Issue.record("stopped before the end: \(bytes)") }
            } catch {
                refused += 1
            }
        }
        #expect(read > 1_000 && refused > 1_000)
    }
}

@Suite("An enhanced status code")
struct SMTPEnhancedStatusTests {
    @Test(
        "is read from the start of a text",
        arguments: [
            ("5.1.1 no such user", "5.1.1"), ("2.0.0", "2.0.0"), ("4.7.650 slow down", "4.7.650"),
            ("5.1 no", nil), ("3.1.1 no", nil), ("5.1.1.1 no", nil), ("5..1 no", nil), ("5.1.1000 no", nil),
            ("x5.1.1", nil), ("", nil), ("5.+1.1 x", nil), ("5.1.1\u{661} x", nil),
        ]
    )
    func parsing(text: String, expected: String?) {
        #expect(SMTPEnhancedStatus(prefixOf: text)?.description == expected)
    }

    @Test("counts only if it agrees with the reply code")
    func agreement() {
        #expect(SMTPReply(code: 550, lines: ["5.1.1 no"]).enhancedStatus?.description == "5.1.1")
        #expect(SMTPReply(code: 450, lines: ["5.1.1 no"]).enhancedStatus == nil)
    }
}
