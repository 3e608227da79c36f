// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import Testing

@testable import ContactFormServer

@Suite("Slow clients")
struct SlowClientHandlerTests {
    private static let ok: [HTTPResponsePart] = [
        .head(HTTPResponse(status: .ok, headerFields: [.contentLength: "2"])), .body(ByteBuffer(string: "ok")),
        .end(nil),
    ]

    @Test("a head that does not end is answered 408, and the connection is closed")
    func head() throws {
        let connection = try EmbeddedConnection()
        try connection.receive("GET / HT")
        connection.advance(9)
        #expect(try connection.sent() == "")
        connection.advance(1)
        #expect(try connection.sent().hasPrefix("HTTP/1.1 408 "))
        #expect(connection.isOutputClosed && !connection.isClosed)
        connection.advance(2)
        #expect(connection.isClosed)
        #expect(connection.server.parts.isEmpty)
    }

    @Test("an octet now and then does not keep a head alive")
    func tricklingHead() throws {
        let connection = try EmbeddedConnection()
        for octet in "GET / HTTP/1.1\r\n".prefix(10) {
            try connection.receive(String(octet))
            connection.advance(1)
        }
        #expect(try connection.sent().hasPrefix("HTTP/1.1 408 "))
    }

    @Test("a body that trickles is answered 408, and is never taken for whole")
    func tricklingBody() throws {
        let connection = try EmbeddedConnection()
        try connection.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
        for _ in 0..<11 {
            try connection.receive("x")
            connection.advance(1)
        }
        #expect(try connection.sent().hasPrefix("HTTP/1.1 408 "))
        #expect(connection.server.errors.first as? HTTPParserError == .invalidEOFState)
        let ends = connection.server.parts.filter { if case .end = $0 { true } else { false } }
        #expect(ends.isEmpty)
        connection.advance(2)
        #expect(connection.isClosed)
    }

    @Test("a body that keeps up with the rate has half a minute")
    func longBody() throws {
        let connection = try EmbeddedConnection()
        try connection.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
        for _ in 0..<29 {
            try connection.receive(String(repeating: "x", count: 300))
            connection.advance(1)
        }
        #expect(try connection.sent() == "")
        connection.advance(1)
        #expect(try connection.sent().hasPrefix("HTTP/1.1 408 "))
    }

    @Test("no second answer is begun when a body is late after an early answer")
    func answeredBody() throws {
        let connection = try EmbeddedConnection()
        try connection.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
        connection.answer(Self.ok[0], Self.ok[1])
        _ = try connection.sent()
        connection.advance(10)
        #expect(try connection.sent() == "")
        #expect(connection.isClosed)
    }

    @Test("a request that is complete waits for its answer as long as that takes")
    func answer() throws {
        let connection = try EmbeddedConnection()
        try connection.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
        connection.advance(3_600)
        #expect(!connection.isClosed)
        connection.answer(Self.ok[0], Self.ok[1], Self.ok[2])
        #expect(try connection.sent().hasSuffix("\r\n\r\nok"))
        connection.advance(29)
        #expect(!connection.isClosed)
        connection.advance(1)
        #expect(try connection.sent() == "")
        #expect(connection.isClosed)
    }

    @Test("a connection without a request is closed without a word")
    func idle() throws {
        let connection = try EmbeddedConnection()
        connection.advance(30)
        #expect(connection.isClosed)
        #expect(try connection.sent() == "")
    }

    @Test("time in which the server does not read is not held against the client")
    func backPressure() throws {
        let connection = try EmbeddedConnection()
        connection.server.isHoldingBack = true
        try connection.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nx")
        connection.advance(600)
        #expect(!connection.isClosed)
        connection.channel.read()
        connection.advance(70)
        #expect(try connection.sent().hasPrefix("HTTP/1.1 408 "))
    }

    @Test(
        "a client that takes nothing is closed, and what waits for it is let go; sooner when the server shuts down",
        arguments: [(false, 29, 9), (true, 4, 3)]
    )
    func writeStall(serverEnds: Bool, patience: Int64, further: Int64) throws {
        let connection = try EmbeddedConnection()
        try connection.receive("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        connection.answer(Self.ok[0])
        connection.stall(.body(ByteBuffer(repeating: 0, count: 100_000)))
        if serverEnds { connection.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
        connection.advance(patience)
        #expect(!connection.isClosed)
        connection.advance(further)
        #expect(connection.isClosed)
    }

    @Test("what comes after the last answer is thrown away for a moment")
    func lingering() throws {
        let connection = try EmbeddedConnection()
        try connection.receive("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        connection.answer(Self.ok[0], Self.ok[1], Self.ok[2])
        connection.channel.close(mode: .output, promise: nil)
        let count = connection.server.parts.count
        try connection.receive("GET /more HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(connection.server.parts.count == count)
        connection.advance(2)
        #expect(connection.isClosed)
    }

    @Test("a connection that the server closes stays open until its answer is taken, or is not")
    func answerUnderWay() throws {
        for isTaken in [true, false] {
            let connection = try EmbeddedConnection()
            try connection.receive("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            connection.answer(Self.ok[0])
            connection.stall(Self.ok[1])
            connection.channel.close(promise: nil)
            #expect(!connection.isClosed)
            if isTaken {
                connection.take()
                #expect(try connection.sent().hasSuffix("ok"))
            } else {
                connection.advance(38)
            }
            #expect(connection.isClosed)
        }
    }

    // MARK: - What cannot become a request

    @Test(
        "a head that is too long is answered 431",
        arguments: [
            "GET / HTTP/1.1\r\nX: " + String(repeating: "a", count: 20_000) + "\r\n\r\n",
            "GET /" + String(repeating: "a", count: 20_000) + " HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\n" + String(repeating: "A: b\r\n", count: 101) + "\r\n",
            "GET / HTTP/1.1\r\n" + (0..<99).map { "X\($0): \(String(repeating: "v", count: 200))\r\n" }.joined()
                + "\r\n",
            String(repeating: "\r\n", count: 10_000),
        ]
    )
    func longHead(_ text: String) throws {
        for pieceLength in [1_000, 100_000] {
            let connection = try EmbeddedConnection()
            var rest = text[...].utf8
            while !rest.isEmpty {
                try connection.receive(String(decoding: rest.prefix(pieceLength), as: UTF8.self))
                rest = rest.dropFirst(pieceLength)
            }
            #expect(try connection.sent().hasPrefix("HTTP/1.1 431 "))
            #expect(connection.server.parts.isEmpty && connection.server.errors.isEmpty)
            connection.advance(2)
            #expect(connection.isClosed)
        }
    }

    @Test("the largest head that is allowed is a request")
    func largestHead() throws {
        let connection = try EmbeddedConnection()
        let fields = (0..<99).map { "X\($0): \(String(repeating: "v", count: 150))\r\n" }.joined()
        try connection.receive("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n")
        #expect(connection.server.parts.count == 2)
        #expect(try connection.sent() == "")
    }

    @Test(
        "what is no request is answered 400 once",
        arguments: [
            "GARBAGE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}",
            "\0\0\0\0",
            "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "GET / HTTP/1.1\r\n: a\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "GET / HTTP/1.1\r\nA B: c\r\n\r\n",
        ]
    )
    func malformed(_ text: String) throws {
        let connection = try EmbeddedConnection()
        try connection.receive(text)
        try connection.receive("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        let sent = try connection.sent()
        #expect(sent.hasPrefix("HTTP/1.1 400 "))
        #expect(sent.split(separator: "HTTP/1.1").count == 1)
        #expect(connection.server.parts.isEmpty)
        connection.advance(2)
        #expect(connection.isClosed)
    }

    @Test("a body whose request is answered may turn out to be nonsense, and gets no second answer")
    func nonsenseAfterAnswer() throws {
        let connection = try EmbeddedConnection()
        try connection.receive("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
        connection.answer(Self.ok[0], Self.ok[1], Self.ok[2])
        _ = try connection.sent()
        try connection.receive("zz\r\n")
        #expect(try connection.sent() == "")
        #expect(connection.isOutputClosed)
    }

    @Test("a request that is owed its answer gets it before what follows is refused")
    func malformedAfterRequest() throws {
        let connection = try EmbeddedConnection()
        try connection.receive("GET / HTTP/1.1\r\nHost: a\r\n\r\nGARBAGE\r\n\r\n")
        #expect(try connection.sent() == "")
        #expect(connection.server.parts.count == 2)
        #expect(connection.server.errors.first is HTTPParserError)
    }

    @Test("octets after an upgrade that nobody makes are not piled up")
    func upgrade() throws {
        let connection = try EmbeddedConnection()
        try connection.receive("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n")
        connection.answer(Self.ok[0], Self.ok[1], Self.ok[2])
        _ = try connection.sent()
        for _ in 0..<20 { try connection.receive(String(repeating: "x", count: 1_000)) }
        #expect(connection.isOutputClosed)
        connection.advance(2)
        #expect(connection.isClosed)
    }
}
