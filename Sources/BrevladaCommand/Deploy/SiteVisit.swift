// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import OutgoingHTTP
import SiteDeployment

/// Sends the requests of a smoke test.
enum SiteVisit {
    private static let patience = TimeAmount.seconds(15)
    private static let tls = TLSTrust()

    /// Nil when there is no whole answer, whatever the reason. A redirect is the answer: it may lead to a name that is not known yet.
    static func visit(_ request: SmokeTest.Request) async -> SmokeTest.Answer? {
        guard let location = HTTPLocation(url: request.url) else { return nil }
        // Each on a connection of its own: the site's name may lead elsewhere a second later.
        let client = HTTPClient(
            endpoint: location.endpoint,
            eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
            tls: tls,
            limits: limits
        )
        defer { client.close() }
        let fields = request.fields.sorted { $0.key < $1.key }.map { HTTPHeaderField($0.key.lowercased(), $0.value) }
        let call = HTTPRequest(
            method: request.method,
            target: location.target,
            headers: [
                HTTPHeaderField("host", location.endpoint.authority),
                // AWS's firewall refuses who does not name itself (NoUserAgent_HEADER of its core rule set).
                HTTPHeaderField("user-agent", "brevlada/\(Version.current)"),
            ] + fields,
            body: Array(request.body.utf8),
            isRepeatable: false
        )
        guard let answer = try? await client.send(call, timeout: patience) else { return nil }
        return SmokeTest.Answer(
            status: answer.status,
            fields: Dictionary(answer.headers.map { ($0.name, $0.value) }) { first, _ in first }
        )
    }

    private static var limits: HTTPClient.Limits {
        var limits = HTTPClient.Limits()
        limits.connectTimeout = patience
        return limits
    }
}
