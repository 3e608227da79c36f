// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes

/// The secret that alerts are signed with, shared with their receiver: `whsec_` and 24 to 64 bytes in base 64
/// (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
package struct WebhookSecret: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    private let key: [UInt8]

    /// Nil for anything else.
    package init?(_ text: String) {
        let prefix = "whsec_"
        guard text.hasPrefix(prefix), let key = Base64.decode(text.utf8.dropFirst(prefix.utf8.count)),
            (24...64).contains(key.count)
        else { return nil }
        self.key = key
    }

    /// The value of `webhook-signature`: version 1, HMAC-SHA256 over id, timestamp and body with dots between them.
    package func signature(id: String, seconds: Int64, body: String) -> String {
        "v1," + Base64.text(HMACSHA256.authenticate("\(id).\(seconds).\(body)".utf8, key: key))
    }

    package var description: String { "whsec_***" }

    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
