// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import ContactFormServer

/// The limits on real sockets. Time-outs are short here; that they end at the right moment is tested without sockets.
@Suite("Connections on loopback")
struct LoopbackTests {
    /// Bodies that reached a handler whole.
    private final class Received: Sendable {
        let bodies = Mutex<[String]>([])
    }

    private let received = Received()

    private var router: Router<BasicRequestContext> {
        let router = Router()
        router.get("hello") { _, _ in "hello" }
        router.get("long") { _, _ in
            Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(repeating: 0x61, count: 8_000_000)))
        }
        router.post("form") { [received] request, _ in
            let body = String(buffer: try await request.body.collect(upTo: 100_000))
            received.bodies.withLock { $0.append(body) }
            return body
        }
        return router
    }

    private func serve<Value: Sendable>(
        _ change: (inout ConnectionLimits) -> Void = { _ in },
        _ test: @Sendable (RawClient) async throws -> Value
    ) async throws -> Value {
        var limits = ConnectionLimits.patient
        change(&limits)
        return try await LiveServer.run(router.buildResponder(), limits: limits) { port, _ in
            try await test(RawClient(port: port))
        }
    }

    @Test("a client that trickles is cut off while others are served", .timeLimit(.minutes(10)))
    func tricklingClient() async throws {
        let text = try await serve { limits in
            // The others must never be as slow, however busy the machine is.
            limits.headTimeout = .seconds(5)
            // The client goes on writing until it has read the 408.
            limits.lingerTimeout = .hours(1)
        } _: { raw in
            try await raw.connect().executeThenClose { inbound, outbound in
                await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        // One octet at a time, for as long as the server listens.
                        for octet in "GET /hello HTTP/1.1\r\nX: ".utf8
                            + Array(repeating: UInt8(ascii: "a"), count: 10_000)
                        {
                            try await outbound.write(ByteBuffer(bytes: [octet]))
                            try await Task.sleep(for: .milliseconds(10))
                        }
                    }
                    group.addTask {
                        for _ in 0..<20 {
                            let answer = try await raw.get("/hello")
                            #expect(answer.hasSuffix("hello"))
                        }
                    }
                    let text = await RawClient.text(of: inbound)
                    group.cancelAll()
                    while await group.nextResult() != nil {}
                    return text
                }
            }
        }
        #expect(text.hasPrefix("HTTP/1.1 408 "))
    }

    @Test("a body that breaks off never reaches a handler as a whole one", .timeLimit(.minutes(10)))
    func brokenBody() async throws {
        let head = "POST /form HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n"
        let chunked = "POST /form HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        try await serve { limits in
            limits.bodyTimeout = .milliseconds(200)
        } _: { raw in
            _ = try await raw.exchange(head + "half", finish: true)
            _ = try await raw.exchange(chunked + "4\r\nhalf\r\n", finish: true)
            _ = try await raw.exchange(chunked + "4\r\nhalf\r\nxyz\r\n")
            let late = try await raw.exchange(head + "half")
            #expect(late.hasPrefix("HTTP/1.1 408 "))
            let whole = try await raw.exchange(
                head.replacing("Host: a", with: "Host: a\r\nConnection: close") + "0123456789"
            )
            #expect(whole.hasSuffix("0123456789"))
        }
        #expect(received.bodies.withLock { $0 } == ["0123456789"])
    }

    @Test(
        "a connection ends after the answer when the client is of HTTP/1.0, says close in any way or asks for an upgrade",
        .timeLimit(.minutes(10)),
        arguments: [
            "GET /hello HTTP/1.0\r\n\r\n", "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: Keep-Alive, Close\r\n\r\n",
            "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: tls13\r\n\r\n",
            "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, UPGRADE\r\nUpgrade: websocket\r\n\r\n",
            "POST /form HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                + "HTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Length: 5\r\n\r\nhello",
        ]
    )
    func lastRequest(_ request: String) async throws {
        let text = try await serve { raw in try await raw.exchange(request) }
        #expect(text.hasPrefix("HTTP/1.1 200 "))
        #expect(text.hasSuffix("hello"))
    }

    @Test("a tunnel is refused, and its connection ends", .timeLimit(.minutes(10)))
    func tunnel() async throws {
        let text = try await serve { raw in try await raw.exchange("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n") }
        #expect(text.hasPrefix("HTTP/1.1 4"))
    }

    @Test(
        "a request that does not name one host is refused, and nothing after it is read",
        .timeLimit(.minutes(10)),
        arguments: ["", "Host: a\r\nHost: b\r\n", "Host: a\r\nHost: a\r\n", "Host: a b\r\n", "Host: \">\r\n"]
    )
    func host(_ fields: String) async throws {
        let text = try await serve { raw in
            try await raw.exchange("GET /hello HTTP/1.1\r\n\(fields)\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        }
        #expect(text.hasPrefix("HTTP/1.1 400 "))
        #expect(!text.contains("hello"))
    }

    @Test("a client that waits with its body is told to go on", .timeLimit(.minutes(10)))
    func expectation() async throws {
        let text = try await serve { raw in
            try await raw.connect().executeThenClose { inbound, outbound in
                let head = "POST /form HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\n"
                try await outbound.write(ByteBuffer(string: head + "Content-Length: 4\r\n\r\n"))
                var iterator = inbound.makeAsyncIterator()
                let first = try await iterator.next().map { String(buffer: $0) } ?? ""
                #expect(first == "HTTP/1.1 100 Continue\r\n\r\n")
                try await outbound.write(ByteBuffer(string: "body"))
                var rest = ""
                while let bytes = try await iterator.next() { rest += String(buffer: bytes) }
                return rest
            }
        }
        #expect(text.hasPrefix("HTTP/1.1 200 "))
        #expect(text.hasSuffix("body"))
    }

    @Test("a long answer arrives whole before the connection is closed", .timeLimit(.minutes(10)))
    func longAnswer() async throws {
        let text = try await serve { raw in
            try await raw.exchange("GET /long HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        }
        #expect(text.hasPrefix("HTTP/1.1 200 "))
        #expect(text.utf8.count > 8_000_000)
    }

    @Test("a client that has closed its side gets the whole answer", .timeLimit(.minutes(10)))
    func halfClosed() async throws {
        let text = try await serve { raw in
            try await raw.exchange("GET /long HTTP/1.1\r\nHost: a\r\n\r\n", finish: true)
        }
        #expect(text.utf8.count > 8_000_000)
    }

    @Test("an answer that is under way when the server shuts down arrives whole", .timeLimit(.minutes(10)))
    func shutdown() async throws {
        let length = try await LiveServer.run(router.buildResponder()) { port, services in
            try await RawClient(port: port).connect().executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(string: "GET /long HTTP/1.1\r\nHost: a\r\n\r\n"))
                var iterator = inbound.makeAsyncIterator()
                var length = try await iterator.next()?.readableBytes ?? 0
                await services.triggerGracefulShutdown()
                while let bytes = try await iterator.next() { length += bytes.readableBytes }
                return length
            }
        }
        #expect(length > 8_000_000)
    }

    @Test("a client that reads slowly and steadily is none that does not read", .timeLimit(.minutes(10)))
    func steadyClient() async throws {
        try await serve({ $0.writeStallTimeout = .seconds(1) }) { raw in
            try await raw.connect(receiveBuffer: 4_096).executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(string: "GET /long HTTP/1.1\r\nHost: a\r\n\r\n"))
                var iterator = inbound.makeAsyncIterator()
                // Some seconds of a link that carries 200 KB in one: the send queue of the kernel took all of it at once.
                let start = ContinuousClock.now
                while start.duration(to: .now) < .seconds(4) {
                    let bytes = try #require(try await iterator.next())
                    try await Task.sleep(for: .milliseconds(bytes.readableBytes / 200))
                }
            }
        }
    }

    @Test("a client that does not read is closed", .timeLimit(.minutes(10)))
    func deafClient() async throws {
        try await serve({ $0.writeStallTimeout = .milliseconds(200) }) { raw in
            try await raw.connect().executeThenClose { inbound, outbound in
                // Far more than the sockets' buffers hold, and nobody reads until the server has given up: only then
                // does writing to it fail.
                for _ in 0..<4 { try await outbound.write(ByteBuffer(string: "GET /long HTTP/1.1\r\nHost: a\r\n\r\n")) }
                while (try? await outbound.write(ByteBuffer(string: "\r\n"))) != nil {
                    #expect(try await raw.get("/hello").hasPrefix("HTTP/1.1 200 "))
                }
            }
        }
    }

    @Test(
        "whatever octets come, the connection is answered or closed and the next one is served",
        .timeLimit(.minutes(10))
    )
    func fuzz() async throws {
        try await serve { limits in
            limits.headTimeout = .milliseconds(50)
            limits.bodyTimeout = .milliseconds(50)
        } _: { raw in
            var random = SplitMix64(seed: 2_119)
            let pieces = [
                "GET ", "POST ", "/form", "/hello", " HTTP/1.1", "\r\n", "\r\n\r\n", "Host: a\r\n",
                "Content-Length: 5\r\n", "\0",
                "Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n", "0\r\n\r\n", "X: y\r\n", ": ", "hello", " ",
                "ffffffffffffffff\r\n",
                "Expect: 100-continue\r\n", "Upgrade: h2c\r\nConnection: Upgrade\r\n", "\u{16}\u{3}\u{1}", "HTTP/2.0",
            ]
            for _ in 0..<200 {
                let text = random.text(of: pieces, upTo: 14)
                let answer = try await raw.exchange(text, finish: true)
                #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 "), "\(text)")
                #expect(!answer.contains("HTTP/1.1 500"), "\(text)")
            }
            #expect(try await raw.get("/hello").hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test("the number of connections leaves file descriptors for everything else")
    func connections() {
        let limits = ConnectionLimits()
        #expect(limits.connections(fileDescriptors: 1_048_576) == 1_000)
        #expect(limits.connections(fileDescriptors: 1_024) == 480)
        #expect(limits.connections(fileDescriptors: 10) == 1)
        #expect(FileDescriptorLimit.raise() >= 256)
    }
}
