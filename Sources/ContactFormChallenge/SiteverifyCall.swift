// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import HTTPAddress
package import NIOCore
import OutgoingHTTP

/// Asks a checker over HTTP.
package struct SiteverifyCall: SiteverifyTransport {
    private let resource: HTTPResource

    package init(to location: HTTPLocation, on eventLoop: any EventLoop) {
        var limits = HTTPClient.Limits()
        // A name may take seconds to be found, and the visitor waits for `timeoutSeconds` at most.
        limits.connectTimeout = .seconds(5)
        // The most that is gathered before `longestAnswer` is looked at; either checker's answer is a fraction of it.
        limits.answerSize = 64 * 1024
        resource = HTTPResource(at: location, eventLoop: eventLoop, limits: limits)
    }

    package func post(
        _ form: String,
        timeoutSeconds: Int64,
        longestAnswer: Int
    ) async throws -> (status: Int, body: [UInt8]) {
        let response = try await resource.send(
            "POST",
            headers: [
                HTTPHeaderField("content-type", "application/x-www-form-urlencoded"),
                HTTPHeaderField("accept", "application/json"),
            ],
            body: form,
            // A token counts once: should the first one have been read, the visitor is asked to solve another.
            isRepeatable: true,
            timeout: .seconds(timeoutSeconds)
        )
        guard response.body.count <= longestAnswer else {
            throw HTTPClientError(.unreadable, wasSent: true, detail: "the answer is too long")
        }
        return (response.status, response.body)
    }
}
