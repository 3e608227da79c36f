// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import BrevladaCommand

/// A checker on loopback that answers as scripted and remembers what it was asked.
private final class Checker: Sendable {
    private final class Answerer: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        let checker: Checker
        var asked = ""

        init(_ checker: Checker) { self.checker = checker }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                let type = head.headers["content-type"].joined()
                asked = "\(head.method) \(head.uri) \(type) "
            case .body(let buffer): asked += String(buffer: buffer)
            case .end:
                checker.asked.withLock { $0.append(asked) }
                guard let answer = checker.answer else { return context.close(promise: nil) }
                var head = HTTPResponseHead(version: .http1_1, status: checker.status)
                head.headers.add(name: "Content-Length", value: "\(answer.utf8.count)")
                context.write(wrapOutboundOut(.head(head)), promise: nil)
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer)))), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }
    }

    let asked = Mutex<[String]>([])
    let status: HTTPResponseStatus
    /// Nil closes the connection without an answer.
    let answer: String?

    init(status: HTTPResponseStatus = .ok, answer: String?) {
        self.status = status
        self.answer = answer
    }

    /// Asks as the challenge does, with more time: a busy machine may need more than a visitor waits.
    func post(_ form: String) async throws -> (status: Int, body: [UInt8]) {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Answerer(self))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(channel.localAddress?.port)
        let call = SiteverifyCall(client: .shared, url: "http://127.0.0.1:\(port)/siteverify")
        do {
            let answer = try await call.post(form, timeoutSeconds: 300, longestAnswer: 1_000)
            try await channel.close()
            return answer
        } catch {
            try await channel.close()
            throw error
        }
    }
}

@Suite("Questions to a checker")
struct SiteverifyCallTests {
    @Test(
        "a form is posted as it is, and the answer comes whole, whatever its status",
        arguments: [
            (.ok, #"{"success":true}"#), (.badRequest, #"{"success":false}"#), (.badGateway, ""),
            (.ok, String(repeating: "a", count: 1_000)),
        ] as [(HTTPResponseStatus, String)]
    )
    func answer(_ status: HTTPResponseStatus, _ text: String) async throws {
        let checker = Checker(status: status, answer: text)
        let answer = try await checker.post("secret=s&response=a%20b")
        #expect(answer.status == Int(status.code) && answer.body == Array(text.utf8))
        let asked = "POST /siteverify application/x-www-form-urlencoded secret=s&response=a%20b"
        #expect(checker.asked.withLock { $0 } == [asked])
    }

    @Test("an answer that is too long is none, nor is a closed connection", arguments: [1_001, 100_000, nil])
    func noAnswer(_ length: Int?) async {
        let checker = Checker(answer: length.map { String(repeating: "a", count: $0) })
        await #expect(throws: (any Error).self) { try await checker.post("response=t") }
        #expect(checker.asked.withLock { $0 }.isEmpty == false)
    }

    @Test("nobody at the port is an error")
    func nobodyThere() async throws {
        let port = try UnansweredPort()
        let call = SiteverifyCall(client: .shared, url: "http://127.0.0.1:\(port.number)/siteverify")
        await #expect(throws: (any Error).self) {
            try await call.post("response=t", timeoutSeconds: 3, longestAnswer: 1_000)
        }
        withExtendedLifetime(port) {}
    }
}
