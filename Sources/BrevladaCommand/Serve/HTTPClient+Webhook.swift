// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import AsyncHTTPClient
import ContactFormWebhook
import NIOCore
import NIOHTTP1

/// The server calls webhooks through AsyncHTTPClient, which follows proxies and system settings.
extension HTTPClient: WebhookTransport {
    package func post(
        _ body: String,
        to url: String,
        headers: [(name: String, value: String)],
        timeoutSeconds: Int64
    ) async throws -> Int {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        for header in headers { request.headers.add(name: header.name, value: header.value) }
        request.body = .bytes(ByteBuffer(string: body))
        let response = try await execute(request, timeout: .seconds(timeoutSeconds))
        // Read so that the connection can be used again; what it says is nobody's business.
        _ = try? await response.body.collect(upTo: 64 * 1024)
        return Int(response.status.code)
    }
}
