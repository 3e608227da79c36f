// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSLambda
package import ContactForm

extension FormRequest {
    /// What the core reads of a request from API Gateway.
    init(_ request: ProxyRequest, limits: IntakeLimits, receivedAt: Timestamp, reference: String) {
        // Under a stage of another name than "api", or a custom domain, only the path without the stage tells the form.
        let form =
            FormPath.form(at: request.path[...], method: request.method)
            ?? FormPath.form(at: "/api" + request.resourcePath, method: request.method)
        self.init(
            method: request.method,
            form: form.map(String.init) ?? "",
            path: request.path,
            headers: Headers { name in
                // Lists that may come in several fields; of the others the first counts.
                name == "accept" || name == "accept-language" ? request.list(header: name) : request[header: name]
            },
            body: request.body.count <= limits.bodyBytes ? .complete(request.body) : .tooLarge,
            clientAddress: nil,
            receivedAt: receivedAt,
            reference: reference
        )
    }
}

extension ProxyResponse {
    /// The core's answer, unchanged.
    init(_ response: FormResponse) {
        self.init(
            status: response.status,
            headers: response.headers.map { Header($0.name, $0.value) },
            body: response.body
        )
    }
}

extension Timestamp {
    /// The time of day; the core itself never asks.
    package static var now: Timestamp { Timestamp(milliseconds: WallClock.milliseconds) }
}
