// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSLambda
import ContactForm

extension OwnerRequest {
    /// What the core reads of a request from API Gateway.
    init(_ request: ProxyRequest, receivedAt: Timestamp, reference: String) {
        // Under a custom domain's base path only the path without the stage tells the route, and the other way about.
        let api = request.path.hasPrefix("/api/") ? String(request.path.dropFirst("/api".count)) : request.resourcePath
        let path = OwnerRoute(path: request.resourcePath) == nil ? api : request.resourcePath
        let base = request.path.hasSuffix(path) ? String(request.path.dropLast(path.count)) : "/api"
        let parameters: [Parameter]? =
            request.rawQuery.map { Self.parameters(query: $0) }
            ?? request.parameters.map { Parameter($0.name, $0.value) }
        self.init(
            method: request.method,
            path: path,
            base: base,
            parameters: parameters,
            contentType: request[header: "content-type"],
            acceptLanguage: request.list(header: "accept-language"),
            body: request.body,
            receivedAt: receivedAt,
            reference: reference
        )
    }
}

extension ProxyResponse {
    /// The core's answer; what would be streamed elsewhere comes in parts here.
    init(_ response: OwnerResponse) {
        let body: [UInt8]
        switch response.body {
        case .complete(let bytes): body = bytes
        case .stream: preconditionFailure("a function can't stream; its handler is made with parts")
        }
        self.init(
            status: response.status,
            headers: response.headers.map { Header($0.name, $0.value) },
            body: body
        )
    }
}
