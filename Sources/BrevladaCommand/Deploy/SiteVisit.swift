// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import SiteDeployment

/// Sends the requests of a smoke test.
enum SiteVisit {
    private static let patience = TimeAmount.seconds(15)

    /// Nil when there is no answer, whatever the reason.
    static func visit(_ request: SmokeTest.Request) async -> SmokeTest.Answer? {
        var call = HTTPClientRequest(url: request.url)
        call.method = .RAW(value: request.method)
        // AWS's firewall refuses who does not name itself (NoUserAgent_HEADER of its core rule set).
        call.headers.add(name: "User-Agent", value: "brevlada/\(Version.current)")
        for (name, value) in request.fields.sorted(by: { $0.key < $1.key }) {
            call.headers.add(name: name, value: value)
        }
        if !request.body.isEmpty { call.body = .bytes(ByteBuffer(string: request.body)) }
        // A redirect may lead to a name that is not known yet.
        let client = HTTPClient.withoutRedirects
        guard let response = try? await client.execute(call, timeout: patience) else { return nil }
        // The head says all; the rest is read so that the connection can be used again.
        _ = try? await response.body.collect(upTo: 4 << 20)
        let fields = response.headers.map { ($0.name.lowercased(), $0.value) }
        return SmokeTest.Answer(status: Int(response.status.code), fields: Dictionary(fields) { first, _ in first })
    }
}
