// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import NIOCore

/// What `/health` answers, by its body.
package enum Health: String, Sendable {
    /// The server can take a submission.
    case ok = "ok\n"
    /// The store can't be written.
    case unavailable = "unavailable\n"

    /// Of HTTP.
    package var status: Int { self == .ok ? 200 : 503 }
}

/// Says whether the server can take a submission.
struct HealthCheck: Sendable {
    let isStoreWritable: @Sendable () async -> Bool

    func respond(to request: Request) async -> Response {
        guard request.method == .get || request.method == .head else {
            return Response(status: .methodNotAllowed, headers: [.allow: "GET, HEAD"])
        }
        let health: Health = await isStoreWritable() ? .ok : .unavailable
        return Response(
            status: HTTPResponse.Status(code: health.status),
            headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: health.rawValue))
        )
    }
}
