// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import ContactFormWebhook
import TestSupport
import Testing

@testable import BrevladaCommand

@Suite("What is said of a webhook that gives no answer")
struct WebhookFailureTests {
    @Test("nobody at the port is said without the address")
    func refused() async throws {
        let port = try UnansweredPort()
        let failure = await #expect(throws: WebhookFailure.self) {
            let call = WebhookCall(client: .shared, url: "http://127.0.0.1:\(port.number)/token")
            _ = try await call.post("{}", headers: [], timeoutSeconds: 3)
        }
        withExtendedLifetime(port) {}
        #expect(failure?.reason == "connection refused")
    }

    @Test("what is no address is said in the client's words, without the address")
    func noAddress() async throws {
        let failure = await #expect(throws: WebhookFailure.self) {
            let call = WebhookCall(client: .shared, url: "token://hooks.example.com/token")
            _ = try await call.post("{}", headers: [], timeoutSeconds: 3)
        }
        #expect(failure?.reason == "Unsupported scheme")
    }
}
