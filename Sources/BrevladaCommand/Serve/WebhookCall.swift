// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import ContactFormWebhook
import NIOCore
import NIOHTTP1

import enum AWSServices.ConnectionFault

/// Calls the owner's webhook through AsyncHTTPClient.
struct WebhookCall: WebhookTransport {
    let url: String

    func post(
        _ body: String,
        headers: [(name: String, value: String)],
        timeoutSeconds: Int64
    ) async throws(WebhookFailure) -> Int {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        for header in headers { request.headers.add(name: header.name, value: header.value) }
        request.body = .bytes(ByteBuffer(string: body))
        do {
            let response = try await HTTPClient.withoutRedirects.execute(request, timeout: .seconds(timeoutSeconds))
            // Read so that the connection can be used again; what it says is nobody's business.
            _ = try? await response.body.collect(upTo: 64 * 1024)
            return Int(response.status.code)
        } catch {
            throw WebhookFailure(error)
        }
    }
}

extension WebhookFailure {
    fileprivate init(_ error: any Error) {
        switch error as? HTTPClientError {
        case nil: self.init(ConnectionFault(error).rawValue)
        case .connectTimeout?: self.init(ConnectionFault.timedOut.rawValue)
        case .tlsHandshakeTimeout?: self.init(ConnectionFault.noTLS.rawValue)
        case .deadlineExceeded?, .readTimeout?: self = .late
        case .remoteConnectionClosed?: self = .lost
        // Words of the client's own, without a value in them.
        case let other?: self.init(other.shortDescription)
        }
    }
}
