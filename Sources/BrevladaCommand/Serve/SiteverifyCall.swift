// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import ContactFormChallenge
import NIOCore
import NIOHTTP1

/// Asks a checker through AsyncHTTPClient.
struct SiteverifyCall: SiteverifyTransport {
    let url: String

    func post(
        _ form: String,
        timeoutSeconds: Int64,
        longestAnswer: Int
    ) async throws -> (status: Int, body: [UInt8]) {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        request.headers.add(name: "Accept", value: "application/json")
        request.body = .bytes(ByteBuffer(string: form))
        let response = try await HTTPClient.withoutRedirects.execute(request, timeout: .seconds(timeoutSeconds))
        let body = try await response.body.collect(upTo: longestAnswer)
        return (Int(response.status.code), Array(body.readableBytesView))
    }
}
