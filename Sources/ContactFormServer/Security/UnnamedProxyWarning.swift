// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Logging
import Synchronization

/// Says once that a proxy in front of the server is not among the trusted ones: all who come through it count as one visitor,
/// and share that one's limit.
///
/// Anybody may send `X-Forwarded-For`. Only what comes from this machine or a private network is taken for a proxy, so that no
/// visitor's address comes into the log.
final class UnnamedProxyWarning: Sendable {
    private let isSaid = Atomic(false)

    func look(at peer: IPAddress?, fields: HTTPFields, trusting proxies: TrustedProxies, logger: Logger) {
        guard !isSaid.load(ordering: .relaxed), fields.contains(.xForwardedFor), !proxies.trust(peer),
            peer.map(Self.isNear) ?? true,
            !isSaid.exchange(true, ordering: .relaxed)
        else { return }
        logger.warning(
            "a proxy is not in trusted_proxies, so that all its visitors share one limit",
            metadata: ["proxy": "\(peer?.description ?? "unix")"]
        )
    }

    /// Loopback, RFC 1918 and RFC 4193.
    private static func isNear(_ address: IPAddress) -> Bool { address.isLoopback || privateNetworks.contains(address) }

    private static let privateNetworks =
        (try? TrustedProxies(parsing: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"])) ?? .none
}
