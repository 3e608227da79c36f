// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import OutgoingHTTP

extension HTTPRequest {
    package static let test = HTTPRequest(
        method: "POST",
        target: "/",
        headers: [
            HTTPHeaderField("content-type", "application/x-amz-json-1.0"), HTTPHeaderField("x-amz-target", "X.Y"),
        ],
        body: Array("{}".utf8),
        isRepeatable: true
    )

    /// The same, not to be made twice.
    package static var once: HTTPRequest {
        var request = test
        request.isRepeatable = false
        return request
    }
}
