// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import HTTPAddress
package import NIOCore

/// One address that is called, over a client of its own.
package struct HTTPResource: Sendable {
    private let client: HTTPClient
    private let target: String

    package init(at location: HTTPLocation, eventLoop: any EventLoop, limits: HTTPClient.Limits) {
        client = HTTPClient(endpoint: location.endpoint, eventLoop: eventLoop, tls: .system, limits: limits)
        target = location.target
    }

    /// As `HTTPClient.send`, with the header `host` before the others.
    package func send(
        _ method: String,
        headers: [HTTPHeaderField],
        body: String,
        isRepeatable: Bool,
        timeout: TimeAmount
    ) async throws(HTTPClientError) -> HTTPResponse {
        let request = HTTPRequest(
            method: method,
            target: target,
            headers: [HTTPHeaderField("host", client.endpoint.authority)] + headers,
            body: Array(body.utf8),
            isRepeatable: isRepeatable
        )
        return try await client.send(request, timeout: timeout)
    }

    /// As `HTTPClient.close`.
    package func close() { client.close() }
}
