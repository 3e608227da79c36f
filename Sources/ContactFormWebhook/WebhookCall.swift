// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import NIOCore
package import OutgoingHTTP

/// Calls the owner's webhook over HTTP.
package struct WebhookCall: WebhookTransport {
    private let client: HTTPClient
    private let target: String

    package init(to location: HTTPLocation, on eventLoop: any EventLoop) {
        var limits = HTTPClient.Limits()
        // A receiver that wakes up for the call may take longer to be there than AWS does.
        limits.connectTimeout = .seconds(10)
        // What an answer says is nobody's business.
        limits.answerSize = 64 * 1024
        client = HTTPClient(endpoint: location.endpoint, eventLoop: eventLoop, tls: TLSTrust(), limits: limits)
        target = location.target
    }

    package func post(
        _ body: String,
        headers: [(name: String, value: String)],
        timeoutSeconds: Int64
    ) async throws(WebhookFailure) -> Int {
        let request = HTTPRequest(
            method: "POST",
            target: target,
            headers: [HTTPHeaderField("host", client.endpoint.authority)]
                + headers.map { HTTPHeaderField($0.name.lowercased(), $0.value) },
            body: Array(body.utf8),
            // A receiver knows a repeat by its `webhook-id`.
            isRepeatable: true
        )
        do throws(HTTPClientError) {
            return try await client.send(request, timeout: .seconds(timeoutSeconds)).status
        } catch {
            // An answer that is cut off or too long has said in its first line what it is about.
            if let status = error.status { return status }
            throw WebhookFailure(error)
        }
    }
}

extension WebhookFailure {
    /// Leaves out what the system said, which names the address.
    fileprivate init(_ error: HTTPClientError) {
        switch error.code {
        case .unreachable: self.init((error.fault ?? .other).rawValue)
        case .timedOut: self = .late
        case .connectionLost: self = .lost
        case .unreadable: self = .unreadable
        }
    }
}
