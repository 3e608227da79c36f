// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
package import HTTPAddress

extension ConfigurationKeys {
    package enum Alerts {
        package static let webhook = ConfigurationKey(
            "alerts.webhook",
            .webhook,
            isSecret: true,
            "The address that is called, with JSON signed as Standard Webhooks has it. It carries numbers and the names of "
                + "forms, nothing of a message; at most once an hour each for trouble and its end.",
            example: "https://hooks.example.com/brevlada"
        )
        package static let secret = ConfigurationKey(
            "alerts.secret",
            .webhookSecret,
            isSecret: true,
            "What the calls are signed with: whsec_ and 24 to 64 bytes in base 64, which the receiver knows too.",
            example: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        )
    }
}

extension ConfigurationType<HTTPLocation> {
    /// An address that numbers may be sent to: over TLS, or on this machine.
    fileprivate static let webhook = ConfigurationType("https address") { text throws(ConfigurationTextError) in
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !#""<>\^`{|}"#.utf8.contains($0) }
        let local = ["http://localhost", "http://127.0.0.1", "http://[::1]"].contains { host in
            text.hasPrefix(host) && [":", "/", nil].contains(text.dropFirst(host.count).first)
        }
        // No user name either, which would not be sent: the receiver knows who calls by the signature.
        guard isPlain, local || text.hasPrefix("https://"), let location = HTTPLocation(url: text) else {
            throw ConfigurationTextError(
                "not an https address; write one like https://hooks.example.com/brevlada, without a user name",
                value: text
            )
        }
        return location
    }
}

extension ConfigurationType<WebhookSecret> {
    fileprivate static let webhookSecret = ConfigurationType("whsec_ and base 64") {
        text throws(ConfigurationTextError) in
        guard let secret = WebhookSecret(text) else {
            throw ConfigurationTextError(
                "not whsec_ followed by 24 to 64 bytes in base 64; make one with: "
                    + "echo whsec_$(head -c 32 /dev/urandom | base64)",
                value: text
            )
        }
        return secret
    }
}
