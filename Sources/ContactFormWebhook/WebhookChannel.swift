// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

/// Posts alerts to an address of the owner's, signed as Standard Webhooks has it.
package struct WebhookChannel: AlertChannel {
    private let secret: WebhookSecret
    private let transport: any WebhookTransport

    private static let timeoutSeconds: Int64 = 15

    package init(secret: WebhookSecret, transport: any WebhookTransport) {
        self.secret = secret
        self.transport = transport
    }

    package func send(_ alert: MailAlert, at now: Timestamp) async throws(AlertError) {
        let body = alert.json
        // The time of this try: receivers refuse what is older than a few minutes.
        let seconds = now.milliseconds / 1000
        let headers = [
            ("Content-Type", "application/json"), ("User-Agent", "brevlada"), ("webhook-id", alert.id),
            ("webhook-timestamp", String(seconds)),
            ("webhook-signature", secret.signature(id: alert.id, seconds: seconds, body: body)),
        ]
        let status: Int
        do throws(WebhookFailure) {
            status = try await transport.post(body, headers: headers, timeoutSeconds: Self.timeoutSeconds)
        } catch {
            throw AlertError("no answer: \(error.reason)")
        }
        guard (200..<300).contains(status) else { throw AlertError("answered with \(status)") }
    }
}
