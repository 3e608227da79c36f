// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactFormWebhook
import NIOHTTP1
import Synchronization
import TestSupport
import Testing

@testable import BrevladaCommand

@Suite("What is said of a webhook that gives no answer")
struct WebhookFailureTests {
    @Test("nobody at the port is said without the address")
    func refused() async throws {
        let port = try UnansweredPort()
        let failure = await #expect(throws: WebhookFailure.self) {
            let call = WebhookCall(url: "http://127.0.0.1:\(port.number)/token")
            _ = try await call.post("{}", headers: [], timeoutSeconds: 3)
        }
        withExtendedLifetime(port) {}
        #expect(failure?.reason == "connection refused")
    }

    @Test("what is no address is said in the client's words, without the address")
    func noAddress() async throws {
        let failure = await #expect(throws: WebhookFailure.self) {
            let call = WebhookCall(url: "token://hooks.example.com/token")
            _ = try await call.post("{}", headers: [], timeoutSeconds: 3)
        }
        #expect(failure?.reason == "Unsupported scheme")
    }

    @Test("a redirect is not followed: the page behind it got no alert", arguments: [302, 303, 307, 308])
    func redirect(_ status: Int) async throws {
        let page = ScriptedServer(answer: "Sign in")
        let answer = try await page.listen { url in
            let hook = ScriptedServer(status: .init(statusCode: status), location: url + "/sign-in", answer: "")
            return try await hook.listen { try await WebhookCall(url: $0).post("{}", headers: [], timeoutSeconds: 300) }
        }
        #expect(answer == status)
        #expect(page.asked.withLock(\.self) == [])
    }
}
