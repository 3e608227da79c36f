// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPAddress
import NIOCore
import NIOPosix
import OutgoingHTTP
import SiteDeployment

/// Sends the requests of a smoke test.
enum SiteVisit {
    private static let patience = TimeAmount.seconds(15)

    /// Nil when there is no whole answer, whatever the reason. A redirect is the answer: it may lead to a name that is not
    /// known yet.
    static func visit(_ request: SmokeTest.Request) async -> SmokeTest.Answer? {
        guard let location = HTTPLocation(url: request.url) else { return nil }
        var limits = HTTPClient.Limits()
        limits.connectTimeout = patience
        // Each on a connection of its own: the site's name may lead elsewhere a second later.
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let resource = HTTPResource(at: location, eventLoop: eventLoop, limits: limits)
        defer { resource.close() }
        let fields = request.fields.sorted { $0.key < $1.key }.map { HTTPHeaderField($0.key.lowercased(), $0.value) }
        let answer = try? await resource.send(
            request.method,
            // AWS's firewall refuses who does not name itself (NoUserAgent_HEADER of its core rule set).
            headers: [HTTPHeaderField("user-agent", "brevlada/\(Version.current)")] + fields,
            body: request.body,
            isRepeatable: false,
            timeout: patience
        )
        return answer.map { answer in
            SmokeTest.Answer(
                status: answer.status,
                fields: Dictionary(answer.headers.map { ($0.name, $0.value) }) { first, _ in first }
            )
        }
    }
}
