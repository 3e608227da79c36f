// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Synchronization
import TestSupport
import Testing

@testable import BrevladaCommand

extension ScriptedServer {
    /// Asks as the challenge does, with more time: a busy machine may need more than a visitor waits.
    fileprivate func post(_ form: String) async throws -> (status: Int, body: [UInt8]) {
        try await listen { url in
            try await SiteverifyCall(url: url + "/siteverify").post(form, timeoutSeconds: 300, longestAnswer: 1_000)
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
        let checker = ScriptedServer(status: status, answer: text)
        let answer = try await checker.post("secret=s&response=a%20b")
        #expect(answer.status == Int(status.code) && answer.body == Array(text.utf8))
        let asked = "POST /siteverify application/x-www-form-urlencoded secret=s&response=a%20b"
        #expect(checker.asked.withLock { $0 } == [asked])
    }

    @Test("an answer that is too long is none, nor is a closed connection", arguments: [1_001, 100_000, nil])
    func noAnswer(_ length: Int?) async {
        let checker = ScriptedServer(answer: length.map { String(repeating: "a", count: $0) })
        await #expect(throws: (any Error).self) { try await checker.post("response=t") }
        #expect(checker.asked.withLock { $0 }.isEmpty == false)
    }

    @Test("nobody at the port is an error")
    func nobodyThere() async throws {
        let port = try UnansweredPort()
        let call = SiteverifyCall(url: "http://127.0.0.1:\(port.number)/siteverify")
        await #expect(throws: (any Error).self) {
            try await call.post("response=t", timeoutSeconds: 3, longestAnswer: 1_000)
        }
        withExtendedLifetime(port) {}
    }
}
