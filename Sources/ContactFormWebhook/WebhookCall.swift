// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import HTTPAddress
package import NIOCore
import OutgoingHTTP

/// Calls the owner's webhook over HTTP.
package struct WebhookCall: WebhookTransport {
    private let resource: HTTPResource

    package init(to location: HTTPLocation, on eventLoop: any EventLoop) {
        var limits = HTTPClient.Limits()
        // A receiver that wakes up for the call may take longer to be there than AWS does.
        limits.connectTimeout = .seconds(10)
        // What an answer says is nobody's business.
        limits.answerSize = 64 * 1024
        resource = HTTPResource(at: location, eventLoop: eventLoop, limits: limits)
    }

    package func post(
        _ body: String,
        headers: [(name: String, value: String)],
        timeoutSeconds: Int64
    ) async throws(WebhookFailure) -> Int {
        do throws(HTTPClientError) {
            let response = try await resource.send(
                "POST",
                headers: headers.map { HTTPHeaderField($0.name.lowercased(), $0.value) },
                body: body,
                // A receiver knows a repeat by its `webhook-id`.
                isRepeatable: true,
                timeout: .seconds(timeoutSeconds)
            )
            return response.status
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
