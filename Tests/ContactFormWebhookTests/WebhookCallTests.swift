// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactFormWebhook
import HTTPAddress
import HTTPTestSupport
import NIOPosix
import TestSupport
import Testing

@Suite("Calls of a webhook")
struct WebhookCallTests {
    /// Calls as the channel does, with more time: a busy machine may need more than it waits.
    private func post(to endpoint: HTTPEndpoint, timeoutSeconds: Int64 = 300) async throws(WebhookFailure) -> Int {
        let location = HTTPLocation(endpoint: endpoint, target: "/token?a=1")
        return try await WebhookCall(to: location, on: MultiThreadedEventLoopGroup.singleton.next())
            .post("{}", headers: [("Content-Type", "application/json")], timeoutSeconds: timeoutSeconds)
    }

    @Test("JSON is posted to the address in full")
    func posted() async throws {
        try await ScriptedServer.run([.answer(204, body: "")]) { hook, endpoint in
            #expect(try await post(to: endpoint) == 204)
            let asked = try #require(hook.received.first)
            #expect(asked.method == "POST" && asked.target == "/token?a=1" && asked.body == Array("{}".utf8))
            #expect(asked["content-type"] == "application/json" && asked["host"] == "127.0.0.1:\(endpoint.port)")
        }
    }

    @Test("nobody at the port is said without the address")
    func refused() async throws {
        let port = try UnansweredPort()
        let failure = await #expect(throws: WebhookFailure.self) {
            try await post(to: HTTPEndpoint(isTLS: false, host: "127.0.0.1", port: port.number))
        }
        withExtendedLifetime(port) {}
        #expect(failure?.reason == "connection refused")
    }

    @Test(
        "what is no answer is said without the address",
        arguments: [
            (.close, "the connection ended before the answer"),
            (.bytes("220 mail\r\n"), "what came is no answer in HTTP"),
        ] as [(ScriptedServer.Step, String)]
    )
    func noAnswer(_ step: ScriptedServer.Step, _ reason: String) async throws {
        // Once more than it is called: an end of the connection may look as if it had rested too long.
        try await ScriptedServer.run([step, step]) { _, endpoint in
            let failure = await #expect(throws: WebhookFailure.self) { try await post(to: endpoint) }
            #expect(failure?.reason == reason)
        }
    }

    @Test("silence ends with the time there is")
    func silence() async throws {
        try await ScriptedServer.run([.silence]) { _, endpoint in
            let failure = await #expect(throws: WebhookFailure.self) { try await post(to: endpoint, timeoutSeconds: 1) }
            #expect(failure?.reason == "nothing came in time")
        }
    }

    @Test("a first line says all, whatever comes of the rest")
    func statusAlone() async throws {
        try await ScriptedServer.run([.bytes("HTTP/1.1 500 X\r\ncontent-length: 9\r\n\r\nno")]) { _, endpoint in
            let status = try await post(to: endpoint)
            #expect(status == 500)
        }
    }

    @Test("a redirect is not followed: the page behind it got no alert", arguments: [302, 303, 307, 308])
    func redirect(_ status: Int) async throws {
        try await ScriptedServer.run([.answer(200, body: "Sign in")]) { page, elsewhere in
            let location = ("location", "\(elsewhere)/sign-in")
            try await ScriptedServer.run([.answer(status, headers: [location], body: "")]) { _, endpoint in
                let answer = try await post(to: endpoint)
                #expect(answer == status)
            }
            #expect(page.received.isEmpty)
        }
    }
}
