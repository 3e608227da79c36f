// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Synchronization
import Testing

@testable import ContactFormWebhook

/// Answers as it is told and remembers what was posted.
private final class RecordingTransport: WebhookTransport {
    struct Posted: Sendable {
        var body: String
        var headers: [String: String]
    }

    let posted = Mutex<[Posted]>([])
    let status: Int?

    init(status: Int?) {
        self.status = status
    }

    func post(
        _ body: String,
        headers: [(name: String, value: String)],
        timeoutSeconds: Int64
    ) async throws(WebhookFailure) -> Int {
        let headers = Dictionary(headers.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        posted.withLock { $0.append(Posted(body: body, headers: headers)) }
        guard let status else { throw .lost }
        return status
    }
}

@Suite("Webhooks")
struct WebhookChannelTests {
    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private let now = Timestamp(milliseconds: 1_614_265_330_500)

    private var alert: MailAlert {
        var trouble = MailTrouble()
        trouble.waiting = [.contact: 2]
        trouble.failed = [.contact: 1]
        return MailAlert(id: "msg_1", kind: .failing, at: now, trouble: trouble)
    }

    /// The example of Standard Webhooks' reference libraries.
    @Test("a signature is what other implementations compute")
    func vector() throws {
        let secret = try #require(WebhookSecret(Self.secret))
        let signature = secret.signature(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            seconds: 1_614_265_330,
            body: #"{"test": 2432232314}"#
        )
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test("an alert is posted with id, time and a signature over both and the body")
    func posted() async throws {
        let transport = RecordingTransport(status: 204)
        let secret = try #require(WebhookSecret(Self.secret))
        try await WebhookChannel(secret: secret, transport: transport).send(alert, at: now)
        let posted = try #require(transport.posted.withLock { $0.first })
        #expect(posted.headers["Content-Type"] == "application/json")
        #expect(posted.headers["User-Agent"] == "brevlada")
        #expect(posted.headers["webhook-id"] == "msg_1")
        #expect(posted.headers["webhook-timestamp"] == "1614265330")
        #expect(
            posted.headers["webhook-signature"]
                == secret.signature(id: "msg_1", seconds: 1_614_265_330, body: posted.body)
        )
        #expect(
            posted.body
                == #"{"type":"mail.failing","timestamp":"2021-02-25T15:02:10.500Z","data":{"waiting":2,"failed":1,"forms":{"contact":{"waiting":2,"failed":1}}}}"#
        )
    }

    @Test(
        "anything but success is an error that says what came, and no secret",
        arguments: [301, 400, 404, 410, 429, 500, nil]
    )
    func refused(status: Int?) async throws {
        let secret = try #require(WebhookSecret(Self.secret))
        let channel = WebhookChannel(secret: secret, transport: RecordingTransport(status: status))
        let error = await #expect(throws: AlertError.self) { try await channel.send(alert, at: now) }
        let reason = status.map { "answered with \($0)" } ?? "no answer: the connection ended before the answer"
        #expect(error?.description == reason)
    }

    @Test(
        "what is no secret is none, and one shows itself nowhere",
        arguments: ["", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_short", "whsec_!!!!", "whsec_AAAA"]
    )
    func secrets(text: String) throws {
        #expect(WebhookSecret(text) == nil)
        let secret = try #require(WebhookSecret(Self.secret))
        #expect("\(secret)" == "whsec_***")
        #expect(String(reflecting: secret) == "whsec_***")
    }
}
