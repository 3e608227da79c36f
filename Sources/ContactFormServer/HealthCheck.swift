// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import NIOCore

/// Says whether the server can take a submission: 200 `ok`, or 503 `unavailable` when the store can't be written.
struct HealthCheck: Sendable {
    let isStoreWritable: @Sendable () async -> Bool

    func respond(to request: Request) async -> Response {
        guard request.method == .get || request.method == .head else {
            return Response(status: .methodNotAllowed, headers: [.allow: "GET, HEAD"])
        }
        let isWritable = await isStoreWritable()
        return Response(
            status: isWritable ? .ok : .serviceUnavailable,
            headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: isWritable ? "ok\n" : "unavailable\n"))
        )
    }
}
