// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import ContactFormChallenge
import NIOCore

/// Asks a checker over the function's own event loop: a general HTTP client would be a fifth of the binary.
struct SiteverifyCall: SiteverifyTransport {
    private let client: HTTPClient
    private let target: String

    /// Nil when `url` is no address.
    init?(url: String, on eventLoop: any EventLoop) {
        guard let location = HTTPLocation(url: url) else { return nil }
        client = HTTPClient(endpoint: location.endpoint, eventLoop: eventLoop, tls: TLSTrust())
        target = location.target
    }

    func post(
        _ form: String,
        to url: String,
        timeoutSeconds: Int64,
        longestAnswer: Int
    ) async throws -> (status: Int, body: [UInt8]) {
        let request = HTTPRequest(
            method: "POST",
            target: target,
            headers: [
                HTTPHeaderField("host", client.endpoint.authority),
                HTTPHeaderField("content-type", "application/x-www-form-urlencoded"),
                HTTPHeaderField("accept", "application/json"),
            ],
            body: Array(form.utf8)
        )
        let response = try await client.send(request, timeout: .seconds(timeoutSeconds))
        guard response.body.count <= longestAnswer else {
            throw HTTPClientError(.unreadable, wasSent: true, detail: "the answer is too long")
        }
        return (response.status, response.body)
    }
}
