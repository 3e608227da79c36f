// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes

/// Whether visitors' own connections are encrypted, which happens before us.
struct TransportSecurity: Sendable {
    /// The configuration says so of all of them.
    var isAlwaysOverTLS: Bool
    /// Who may say so of one.
    var proxies: TrustedProxies

    func isOverTLS(peer: @autoclosure () -> IPAddress?, fields: HTTPFields) -> Bool {
        isAlwaysOverTLS || ClientAddress.isForwardedOverTLS(peer: peer(), fields: fields, trusting: proxies)
    }
}
