// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The secret that alerts are signed with, shared with their receiver: `whsec_` and 24 to 64 bytes in base 64
/// (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
package struct WebhookSecret: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    private let key: [UInt8]

    /// Nil for anything else.
    package init?(_ text: String) {
        let prefix = "whsec_"
        guard text.hasPrefix(prefix), let data = Data(base64Encoded: String(text.dropFirst(prefix.count))),
            (24...64).contains(data.count)
        else { return nil }
        key = Array(data)
    }

    /// The value of `webhook-signature`: version 1, HMAC-SHA256 over id, timestamp and body with dots between them.
    package func signature(id: String, seconds: Int64, body: String) -> String {
        var hash = HMAC<SHA256>(key: SymmetricKey(data: key))
        hash.update(data: Array("\(id).\(seconds).\(body)".utf8))
        return "v1," + Data(hash.finalize()).base64EncodedString()
    }

    package var description: String { "whsec_***" }

    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
