// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactFormChallenge
import HTTPAddress
import HTTPTestSupport
import NIOPosix
import OutgoingHTTP
import TestSupport
import Testing

@Suite("Questions to a checker")
struct SiteverifyCallTests {
    private let eventLoop = MultiThreadedEventLoopGroup.singleton.next()

    private func call(_ endpoint: HTTPEndpoint) -> SiteverifyCall {
        SiteverifyCall(to: HTTPLocation(endpoint: endpoint, target: "/siteverify"), on: eventLoop)
    }

    /// Asks as the challenge does, with more time: a busy machine may need more than a visitor waits.
    private func post(_ form: String, to endpoint: HTTPEndpoint) async throws -> (status: Int, body: [UInt8]) {
        try await call(endpoint).post(form, timeoutSeconds: 300, longestAnswer: 1_000)
    }

    @Test(
        "a form is posted as it is, and the answer comes whole, whatever its status",
        arguments: [
            (200, #"{"success":true}"#), (400, #"{"success":false}"#), (502, ""),
            (200, String(repeating: "a", count: 1_000)),
        ]
    )
    func answer(_ status: Int, _ text: String) async throws {
        try await ScriptedServer.run([.answer(status, body: text)]) { checker, endpoint in
            let answer = try await post("secret=s&response=a%20b", to: endpoint)
            #expect(answer.status == status && answer.body == Array(text.utf8))
            let asked = try #require(checker.received.first)
            #expect(asked.method == "POST" && asked.target == "/siteverify")
            #expect(asked["content-type"] == "application/x-www-form-urlencoded")
            #expect(asked["host"] == "127.0.0.1:\(endpoint.port)")
            #expect(asked.body == Array("secret=s&response=a%20b".utf8))
        }
    }

    @Test("an answer that is too long is none", arguments: [1_001, 100_000])
    func tooLong(_ length: Int) async throws {
        try await ScriptedServer.run([.answer(200, body: String(repeating: "a", count: length))]) { checker, endpoint in
            await #expect(throws: HTTPClientError.self) { try await post("response=t", to: endpoint) }
            #expect(checker.received.count == 1)
        }
    }

    @Test("nor is the end of the connection")
    func closed() async throws {
        try await ScriptedServer.run([.close]) { checker, endpoint in
            await #expect(throws: HTTPClientError.self) { try await post("response=t", to: endpoint) }
            #expect(checker.received.count == 1)
        }
    }

    @Test("nobody at the port is an error")
    func nobodyThere() async throws {
        let port = try UnansweredPort()
        await #expect(throws: HTTPClientError.self) {
            try await post("response=t", to: HTTPEndpoint(isTLS: false, host: "127.0.0.1", port: port.number))
        }
        withExtendedLifetime(port) {}
    }
}
