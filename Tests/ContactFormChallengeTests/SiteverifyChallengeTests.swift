// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import ContactForm
import ContactFormChallenge
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import SiteverifyHTTPClient
import Synchronization
import Testing

/// A checker on loopback that answers as scripted and remembers what it was asked.
private final class Checker: Sendable {
    private final class Answerer: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        let checker: Checker
        var body = ""

        init(_ checker: Checker) { self.checker = checker }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head: body = ""
            case .body(let buffer): body += String(buffer: buffer)
            case .end:
                checker.asked.withLock { $0.append(body) }
                guard let answer = checker.answer else { return context.close(promise: nil) }
                var head = HTTPResponseHead(version: .http1_1, status: .ok)
                head.headers.add(name: "Content-Length", value: "\(answer.utf8.count)")
                context.write(wrapOutboundOut(.head(head)), promise: nil)
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer)))), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }
    }

    let asked = Mutex<[String]>([])
    /// Nil closes the connection without an answer.
    let answer: String?

    init(answer: String?) { self.answer = answer }

    func withEndpoint<T>(_ body: (String) async throws -> T) async throws -> T {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Answerer(self))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(channel.localAddress?.port)
        do {
            let result = try await body("http://127.0.0.1:\(port)/siteverify")
            try await channel.close()
            return result
        } catch {
            try await channel.close()
            throw error
        }
    }

    func verdict(_ provider: SiteverifyChallenge.Provider = .turnstile, token: String = "t") async throws
        -> ChallengeVerdict
    {
        try await withEndpoint { endpoint in
            let challenge = SiteverifyChallenge(
                provider: provider,
                secret: "s&cret=1",
                endpoint: endpoint,
                transport: PatientTransport(),
                logger: Logger(label: "test")
            )
            return await challenge.verify(token: token)
        }
    }
}

/// The machine's transport without the challenge's few seconds, which a busy machine may need for less.
private struct PatientTransport: SiteverifyTransport {
    func post(
        _ form: String,
        to url: String,
        timeoutSeconds: Int64,
        longestAnswer: Int
    ) async throws -> (status: Int, body: [UInt8]) {
        try await HTTPClient.shared.post(
            form,
            to: url,
            timeoutSeconds: 60 * timeoutSeconds,
            longestAnswer: longestAnswer
        )
    }
}

@Suite("SiteverifyChallenge")
struct SiteverifyChallengeTests {
    @Test(
        "the checker's answer becomes a verdict, and what is not an answer holds the message",
        arguments: [
            (#"{"success":true,"challenge_ts":"2026-11-23T23:11:20Z","hostname":"example.se"}"#, .passed),
            (#"{"success":false,"error-codes":["invalid-input-response"]}"#, .refused),
            (#"{"success":false,"error-codes":["timeout-or-duplicate"]}"#, .expired),
            (#"{"success":false,"error-codes":["already-seen-response"]}"#, .expired),
            (#"{"success":false,"error-codes":["expired-input-response"]}"#, .expired),
            (#"{"success":false,"error-codes":["invalid-input-secret"]}"#, .unavailable),
            (#"{"success":false,"error-codes":["internal-error"]}"#, .unavailable),
            (#"{"success":false}"#, .unavailable),
            (#"{"success":"yes"}"#, .unavailable),
            ("<html>502</html>", .unavailable), ("", .unavailable), (nil, .unavailable),
            (String(repeating: " ", count: 20_000) + #"{"success":true}"#, .unavailable),
        ] as [(String?, ChallengeVerdict)]
    )
    func verdicts(answer: String?, verdict: ChallengeVerdict) async throws {
        #expect(try await Checker(answer: answer).verdict() == verdict)
    }

    @Test("secret and token are sent escaped, and nothing about the visitor")
    func request() async throws {
        let checker = Checker(answer: #"{"success":true}"#)
        _ = try await checker.verdict(.hcaptcha, token: "a+b å&c")
        #expect(checker.asked.withLock { $0 } == ["secret=s%26cret%3D1&response=a%2Bb%20%C3%A5%26c"])
    }

    @Test("a token of absurd length is refused without asking")
    func longToken() async throws {
        let checker = Checker(answer: #"{"success":true}"#)
        #expect(try await checker.verdict(token: String(repeating: "a", count: 5000)) == .refused)
        #expect(checker.asked.withLock { $0 }.isEmpty)
    }

    @Test("a checker that does not listen holds the message")
    func nobodyThere() async {
        let challenge = SiteverifyChallenge(
            provider: .turnstile,
            secret: "s",
            endpoint: "http://127.0.0.1:1/",
            transport: HTTPClient.shared,
            logger: Logger(label: "test")
        )
        #expect(await challenge.verify(token: "t") == .unavailable)
    }

    @Test("each provider has its own field", arguments: SiteverifyChallenge.Provider.allCases)
    func fields(provider: SiteverifyChallenge.Provider) {
        #expect(provider.tokenField.hasSuffix("-response"))
        #expect(provider.endpoint.hasPrefix("https://") && provider.contentSources.hasPrefix("https://"))
    }
}
