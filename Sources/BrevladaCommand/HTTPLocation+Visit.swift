// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPAddress
import NIOCore
import NIOPosix
import OutgoingHTTP

extension HTTPLocation {
    /// Sends one request, on a connection of its own: the name may lead elsewhere a second later.
    ///
    /// - Parameter patience: For the connection, and for the answer.
    /// - Returns: Nil when there is no whole answer, whatever the reason.
    func visit(
        _ method: String,
        headers: [HTTPHeaderField] = [],
        body: String = "",
        patience: TimeAmount
    ) async -> HTTPResponse? {
        var limits = HTTPClient.Limits()
        limits.connectTimeout = patience
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let resource = HTTPResource(at: self, eventLoop: eventLoop, limits: limits)
        defer { resource.close() }
        return try? await resource.send(
            method,
            // AWS's firewall refuses who does not name itself (NoUserAgent_HEADER of its core rule set).
            headers: [HTTPHeaderField("user-agent", "brevlada/\(Version.current)")] + headers,
            body: body,
            isRepeatable: false,
            timeout: patience
        )
    }
}
