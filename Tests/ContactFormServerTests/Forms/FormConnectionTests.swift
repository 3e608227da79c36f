// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import HTTPTypes
import Hummingbird
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import ServiceLifecycle
import TestSupport
import Testing

@testable import ContactFormServer

/// Something that happens once, and who waits for it.
private struct Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func open() { continuation.finish() }
    func wait() async { for await _ in stream {} }
}

/// Says when it is asked, and answers when it is told to.
private struct GatedChallenge: Challenge {
    let tokenField = "token"
    let asked = Gate()
    let answer = Gate()

    func verify(token: String) async -> ChallengeVerdict {
        asked.open()
        await answer.wait()
        return .passed
    }
}

@Suite("Forms on a connection", .timeLimit(.minutes(10)))
struct FormConnectionTests {
    private let store = InMemorySubmissionStore()
    private let slow = Gate()

    private func serve(
        challenge: (any Challenge)? = nil,
        limits: ConnectionLimits = .patient,
        _ test: @Sendable (RawClient, ServiceGroup) async throws -> Void
    ) async throws {
        let router = Router()
        router.get("hello") { _, _ in "hello" }
        router.get("slow") { [slow] _, _ in
            await slow.wait()
            return "slow"
        }
        let forms = FormHandler(
            settings: FormSettings(),
            store: store,
            limiter: OpenLimiter(),
            history: InMemoryContentHistory(),
            challenge: challenge
        )
        try await LiveServer.run(router.buildResponder(), limits: limits, forms: .sample(forms)) { port, services in
            try await test(RawClient(port: port), services)
        }
    }

    private static func post(_ message: String, _ fields: String = "", method: String = "POST") -> String {
        let body = "email=a%40example.se&token=x&message=\(message)"
        return "\(method) /api/contact HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\n\(fields)"
            + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private static func get(_ path: String, _ fields: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
    }

    private static let last = get("/hello", "Connection: close\r\n")

    /// What an exchange came to: the status of each answer, and in which order the bodies came.
    private static func summary(_ text: String) -> [String] {
        text.matches(of: /HTTP\/1\.1 (\d+)|hello|slow|\{"ok":true/).map { match in
            if let status = match.1 { return String(status) }
            return match.0.hasPrefix("{") ? "stored" : String(match.0)
        }
    }

    @Test(
        "answers come in the order of their requests, whoever gives them",
        arguments: [
            ([post("1"), last], ["200", "stored", "200", "hello"]),
            ([get("/hello"), post("1"), last], ["200", "hello", "200", "stored", "200", "hello"]),
            (
                [post("1"), post("2"), get("/hello"), post("3"), last],
                ["200", "stored", "200", "stored", "200", "hello", "200", "stored", "200", "hello"]
            ),
            (
                [get("/hello"), get("/hello"), post("1", "Connection: close\r\n"), last],
                ["200", "hello", "200", "hello", "200", "stored"]
            ),
            ([post("1", method: "PUT"), last], ["405", "200", "hello"]),
            ([post("1").replacing("/api/contact", with: "/api/f/other"), last], ["404", "200", "hello"]),
            ([post("1").replacing("HTTP/1.1\r\nHost: a", with: "HTTP/1.0"), last], ["200", "stored"]),
        ]
    )
    func order(requests: [String], expected: [String]) async throws {
        try await serve { raw, _ in
            let answers = try await Self.summary(raw.exchange(requests.joined()))
            #expect(answers == expected)
        }
        #expect(store.submissions.count == expected.count { $0 == "stored" })
    }

    @Test(
        "a client that waits with its body is told to go on, or at once that it is too large",
        arguments: [true, false]
    )
    func expectation(isTooLarge: Bool) async throws {
        let length = isTooLarge ? IntakeLimits().bodyBytes + 1 : 1
        let head =
            "POST /api/contact HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nConnection: close\r\n"
            + "Content-Type: text/plain\r\nContent-Length: \(length)\r\n\r\n"
        try await serve { raw, _ in
            try await raw.connect().executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(string: head))
                var answers = inbound.makeAsyncIterator()
                let first = try #require(try await answers.next())
                #expect(String(buffer: first).hasPrefix(isTooLarge ? "HTTP/1.1 413 " : "HTTP/1.1 100 Continue\r\n\r\n"))
                guard !isTooLarge else { return }
                try await outbound.write(ByteBuffer(string: "x"))
                let second = try #require(try await answers.next())
                #expect(String(buffer: second).hasPrefix("HTTP/1.1 415 "))
            }
        }
    }

    @Test("the same requests in pieces of any size get the same answers")
    func pieces() async throws {
        var random = SplitMix64(seed: 9_112)
        let requests = Array([Self.get("/hello"), Self.post("1"), Self.post("2"), Self.last].joined().utf8)
        for _ in 0..<20 {
            var cuts = (0..<Int.random(in: 1...12, using: &random)).map { _ in
                Int.random(in: 0...requests.count, using: &random)
            }
            cuts = ([0, requests.count] + cuts).sorted()
            let pieces = zip(cuts, cuts.dropFirst()).map { requests[$0..<$1] }
            try await serve { raw, _ in
                let text = try await raw.connect().executeThenClose { inbound, outbound in
                    for piece in pieces {
                        try await outbound.write(ByteBuffer(bytes: piece))
                        await Task.yield()
                    }
                    return await RawClient.text(of: inbound)
                }
                let expected = ["200", "hello", "200", "stored", "200", "stored", "200", "hello"]
                #expect(Self.summary(text) == expected, "\(pieces.map(\.count))")
            }
        }
        // The same two each time.
        #expect(store.submissions.count == 2)
    }

    @Test("a form waits for the answer before it, and what comes behind it for its own")
    func waiting() async throws {
        let challenge = GatedChallenge()
        try await serve(challenge: challenge) { raw, _ in
            try await raw.connect().executeThenClose { inbound, outbound in
                let requests = [Self.get("/slow"), Self.post("1"), Self.get("/hello"), Self.last].joined()
                try await outbound.write(ByteBuffer(string: requests))
                slow.open()
                await challenge.asked.wait()
                challenge.answer.open()
                let text = await RawClient.text(of: inbound)
                #expect(Self.summary(text) == ["200", "slow", "200", "stored", "200", "hello", "200", "hello"])
            }
        }
    }

    @Test(
        "a body that is too large is refused, announced or not, and the connection goes on",
        arguments: [false, true]
    )
    func tooLarge(isChunked: Bool) async throws {
        let body = "message=" + String(repeating: "a", count: 300_000)
        let length = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(body.utf8.count)"
        let head =
            "POST /api/contact HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\n\(length)\r\n\r\n"
        let chunks = "\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\n\r\n"
        try await serve { raw, _ in
            let text = try await raw.exchange(head + (isChunked ? chunks : body) + Self.post("1") + Self.last)
            #expect(Self.summary(text) == ["413", "200", "stored", "200", "hello"])
        }
        #expect(store.submissions.count == 1)
    }

    @Test("nothing is taken in behind the last request of a connection, as nobody would be told")
    func afterTheLast() async throws {
        try await serve { raw, _ in
            let old = Self.get("/hello", "Connection: keep-alive\r\n").replacing("HTTP/1.1", with: "HTTP/1.0")
            let text = try await raw.exchange(old + Self.post("1"))
            #expect(Self.summary(text) == ["200", "hello"])
        }
        #expect(store.submissions.isEmpty)
    }

    /// A connection without a socket: what the handler writes, and what arrives behind it.
    private final class Embedded {
        final class Behind: ChannelInboundHandler {
            typealias InboundIn = HTTPRequestPart
            var paths: [String] = []

            func channelRead(context: ChannelHandlerContext, data: NIOAny) {
                if case .head(let head) = unwrapInboundIn(data) { paths.append(head.path ?? "") }
            }
        }

        /// The kernel of a client that takes nothing: what is written to it is not gone before it is told so.
        final class Kernel: ChannelOutboundHandler {
            typealias OutboundIn = HTTPResponsePart
            var takes = true
            private var waiting: [EventLoopPromise<Void>] = []

            func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
                if !takes, let promise { waiting.append(promise) }
                context.write(data, promise: takes ? promise : nil)
            }

            func end(_ error: (any Error)? = nil) {
                for promise in waiting { error.map(promise.fail) ?? promise.succeed() }
                waiting = []
            }
        }

        let channel = EmbeddedChannel()
        let behind = Behind()
        let kernel = Kernel()

        let budget: BodyBudget

        init(store: InMemorySubmissionStore, octets: Int = 1 << 20, sharing other: BodyBudget? = nil) throws {
            budget = other ?? BodyBudget(octets: octets)
            let forms = FormHandler(
                settings: FormSettings(),
                store: store,
                limiter: OpenLimiter(),
                history: InMemoryContentHistory()
            )
            let answer = AnswerUnderWay()
            let handler = FormConnectionHandler(
                .sample(forms),
                eventLoop: channel.embeddedEventLoop,
                answer: answer,
                budget: budget
            )
            try channel.pipeline.syncOperations.addHandlers([kernel, handler, behind])
        }

        /// The head of a form and so many octets of its body.
        func begin(octets: Int) throws {
            try beginForm()
            try goOn(octets: octets)
        }

        /// A form with so many fields that are nearly as long as they may be.
        func post(longFields count: Int, of character: String = "a") throws {
            try beginForm(accepting: "text/html")
            let fields = (0..<count).map { "f\($0)=" + String(repeating: character, count: 19_000) }
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: fields.joined(separator: "&"))))
            try end()
        }

        private func beginForm(accepting type: String = "application/json") throws {
            var head = HTTPRequest(method: .post, scheme: "http", authority: "a", path: "/api/contact")
            head.headerFields = [.contentType: "application/x-www-form-urlencoded", .accept: type]
            try channel.writeInbound(HTTPRequestPart.head(head))
        }

        func goOn(octets: Int) throws {
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(repeating: UInt8(ascii: "a"), count: octets)))
        }

        func end() throws { try channel.writeInbound(HTTPRequestPart.end(nil)) }

        func receive(_ path: String) throws {
            let head = HTTPRequest(method: .get, scheme: "http", authority: "a", path: path)
            try channel.writeInbound(HTTPRequestPart.head(head))
            try channel.writeInbound(HTTPRequestPart.end(nil))
        }

        /// Lets the event loop run, and returns the status of each answer that was written.
        func answers() throws -> [Int] {
            channel.embeddedEventLoop.run()
            var answers: [Int] = []
            while let part = try channel.readOutbound(as: HTTPResponsePart.self) {
                if case .head(let head) = part { answers.append(head.status.code) }
            }
            return answers
        }
    }

    @Test("a form is not begun before the answer that is owed, and nothing passes a form that is not answered")
    func holding() throws {
        let connection = try Embedded(store: store)
        for path in ["/one", "/api/f/none", "/two"] { try connection.receive(path) }
        #expect(try connection.answers() == [])
        #expect(connection.behind.paths == ["/one"])
        connection.channel.write(HTTPResponsePart.head(HTTPResponse(status: .ok)), promise: nil)
        connection.channel.writeAndFlush(HTTPResponsePart.end(nil), promise: nil)
        #expect(connection.behind.paths == ["/one"])
        #expect(try connection.answers() == [200, 405])
        #expect(connection.behind.paths == ["/one", "/two"])
        _ = try connection.channel.finish()
    }

    @Test("a client that takes no answers gets no more of them until it does")
    func takesNothing() throws {
        let connection = try Embedded(store: store)
        connection.channel.isWritable = false
        try connection.receive("/api/f/none")
        #expect(try connection.answers() == [])
        connection.channel.isWritable = true
        connection.channel.pipeline.fireChannelWritabilityChanged()
        #expect(try connection.answers() == [405])
        _ = try connection.channel.finish()
    }

    @Test(
        "a body holds of the memory what has come beyond the first octets, until it is over",
        arguments: ["answered", "too large", "no room", "broken", "closed"]
    )
    func share(end: String) throws {
        let connection = try Embedded(store: store, octets: 200_000)
        let free = BodyBudget.freeOctets
        try connection.begin(octets: free)
        #expect(connection.budget.octetsTaken == 0)
        try connection.goOn(octets: 100_000)
        #expect(connection.budget.octetsTaken == 100_000)
        switch end {
        case "answered":
            try connection.end()
            #expect(try connection.answers() == [422])
        case "too large":
            // More than the form takes, and more than there is room for: the first counts.
            try connection.goOn(octets: 200_000)
            #expect(connection.budget.octetsTaken == 0)
            #expect(try connection.answers() == [413])
        case "no room":
            try connection.goOn(octets: 100_001)
            #expect(connection.budget.octetsTaken == 0)
            #expect(try connection.answers() == [503])
        case "broken": connection.channel.pipeline.fireErrorCaught(HTTPParserError.invalidEOFState)
        default: break
        }
        if end == "closed" || end == "broken" { _ = try? connection.channel.finish() }
        #expect(connection.budget.octetsTaken == 0)
        if end != "closed", end != "broken" { _ = try connection.channel.finish() }
        #expect(store.submissions.isEmpty)
    }

    @Test(
        "a page that gives a text back holds memory until the client has taken it or is gone",
        arguments: [true, false]
    )
    func answerShare(isTaken: Bool) throws {
        let first = try Embedded(store: store, octets: 200_000)
        first.kernel.takes = false
        try first.post(longFields: 8)
        #expect(try first.answers() == [422])
        let taken = first.budget.octetsTaken
        #expect((8 * 19_000 - BodyBudget.freeOctets..<160_000).contains(taken), "\(taken)")
        // There is room for its text and not for the page.
        let second = try Embedded(store: store, sharing: first.budget)
        second.kernel.takes = false
        try second.post(longFields: 1, of: "\"")
        #expect(try second.answers() == [503])
        #expect(first.budget.octetsTaken == taken)
        first.kernel.end(isTaken ? nil : ChannelError.ioOnClosedChannel)
        #expect(first.budget.octetsTaken == 0)
        _ = try first.channel.finish()
        _ = try second.channel.finish()
    }

    @Test("while large bodies hold all the memory they may, others are told to come back and small ones are stored")
    func noRoom() async throws {
        var limits = ConnectionLimits.patient
        limits.bodyMemory = 100_000
        let large = ["1", "2"].map { message in
            Self.post(message + (1...5).map { "&f\($0)=" + String(repeating: "a", count: 18_000) }.joined())
        }
        try await serve(limits: limits) { raw, _ in
            try await raw.connect().executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(string: String(large[0].dropLast())))
                // Until that has come.
                var text = ""
                repeat { text = try await raw.exchange(large[1] + Self.last) } while Self.summary(text).first != "503"
                #expect(Self.summary(text) == ["503", "200", "hello"])
                #expect(text.contains("Retry-After: 10\r\n"))
                #expect(text.contains(#""code":"UNAVAILABLE""#))
                let small = try await raw.exchange(Self.post("3") + Self.last)
                #expect(Self.summary(small) == ["200", "stored", "200", "hello"])
                try await outbound.write(ByteBuffer(string: "a" + Self.last))
                let first = await RawClient.text(of: inbound)
                #expect(Self.summary(first) == ["200", "stored", "200", "hello"])
            }
            let later = try await raw.exchange(large[1] + Self.last)
            #expect(Self.summary(later) == ["200", "stored", "200", "hello"])
        }
        #expect(store.submissions.count == 3)
    }

    @Test("a client that has closed its side gets its answer")
    func halfClosed() async throws {
        try await serve { raw, _ in
            let answers = try await Self.summary(raw.exchange(Self.post("1"), finish: true))
            #expect(answers == ["200", "stored"])
        }
        #expect(store.submissions.count == 1)
    }

    @Test("half a form is none, and nonsense behind a form does not take its answer away")
    func broken() async throws {
        let head = "POST /api/contact HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        try await serve { raw, _ in
            let brokenChunk = try await raw.exchange(head + "5\r\nemail\r\nzz\r\n")
            #expect(Self.summary(brokenChunk) == ["400"])
            let cut = try await raw.exchange(String(Self.post("cut").dropLast(2)), finish: true)
            #expect(Self.summary(cut) == ["400"])
            let behind = try await raw.exchange(Self.get("/hello") + Self.post("cut").dropLast(2), finish: true)
            #expect(Self.summary(behind) == ["200", "hello", "400"])
            let nonsense = try await raw.exchange(Self.post("1") + "nonsense\r\n\r\n")
            #expect(Self.summary(nonsense) == ["200", "stored", "400"])
        }
        #expect(store.submissions.count == 1)
    }

    @Test("a client that waits with the body is told to go on")
    func expectation() async throws {
        try await serve { raw, _ in
            let text = try await raw.exchange(Self.post("1", "Expect: 100-continue\r\n") + Self.last)
            #expect(Self.summary(text) == ["100", "200", "stored", "200", "hello"])
        }
    }

    @Test(
        "a form that is being answered when the server ends is answered, and the connection closed, whatever comes behind it",
        arguments: ["", post("2") + last]
    )
    func shutdown(behind: String) async throws {
        let challenge = GatedChallenge()
        try await serve(challenge: challenge) { raw, services in
            try await raw.connect().executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(string: Self.post("1") + behind))
                await challenge.asked.wait()
                await Self.end(services, raw)
                challenge.answer.open()
                let text = await RawClient.text(of: inbound)
                #expect(Self.summary(text) == ["200", "stored"])
                #expect(text.contains("Connection: close\r\n"))
            }
        }
        #expect(store.submissions.count == 1)
    }

    /// New connections are refused once the end is on its way.
    private static func end(_ services: ServiceGroup, _ raw: RawClient) async {
        await services.triggerGracefulShutdown()
        while (try? await raw.exchange(last)) != nil { await Task.yield() }
    }

    @Test("a form behind the last page of a server that ends is not taken, as nobody would be told")
    func formBehindLastPage() async throws {
        try await serve { [slow] raw, services in
            try await raw.connect().executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(string: Self.get("/hello") + Self.get("/slow")))
                var iterator = inbound.makeAsyncIterator()
                var text = ""
                while !text.hasSuffix("hello"), let bytes = try await iterator.next() { text += String(buffer: bytes) }
                await Self.end(services, raw)
                try await outbound.write(ByteBuffer(string: Self.post("1")))
                // Long enough for the server to have it; were it not, there would be nothing to take.
                try await Task.sleep(for: .milliseconds(100))
                slow.open()
                while let bytes = try await iterator.next() { text += String(buffer: bytes) }
                #expect(Self.summary(text) == ["200", "hello", "200", "slow"])
            }
        }
        #expect(store.submissions.isEmpty)
    }

    @Test("a form that is too large has one answer, also when its rest is nonsense")
    func nonsenseBehindRefusal() async throws {
        let head =
            "POST /api/contact HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        let large = String(repeating: "x", count: 1 << 20)
        try await serve { raw, _ in
            for rest in ["zz\r\n", String(repeating: "100000\r\n\(large)\r\n", count: 3) + "zz\r\n"] {
                let text = try await raw.exchange(head + "100000\r\n\(large)\r\n" + rest)
                #expect(Self.summary(text) == ["413"])
            }
        }
    }

    @Test("what a client sent before it went away is stored")
    func gone() async throws {
        let challenge = GatedChallenge()
        try await serve(challenge: challenge) { raw, _ in
            try await raw.connect().executeThenClose { _, outbound in
                try await outbound.write(ByteBuffer(string: Self.post("1")))
                await challenge.asked.wait()
            }
            challenge.answer.open()
            while store.submissions.isEmpty { await Task.yield() }
            let answers = try await Self.summary(raw.exchange(Self.last))
            #expect(answers == ["200", "hello"])
        }
    }
}
