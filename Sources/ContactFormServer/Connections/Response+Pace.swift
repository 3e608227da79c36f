// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import NIOCore

extension Response {
    /// Writes a long body no faster than the client takes it: a piece waits until the connection has the one before.
    ///
    /// NIO's writer waits for a client that takes nothing only when it knows of that, and it learns of it on the connection's
    /// event loop. A file comes from the kernel's memory faster than that, so that a hundred clients who read nothing held
    /// some megabytes each.
    func paced(by channel: any Channel) -> Response {
        guard body.contentLength.map({ $0 > Self.longestUnpaced }) ?? true else { return self }
        var response = self
        response.body = ResponseBody(contentLength: body.contentLength) { [body] writer in
            try await body.write(
                writer.map { piece in
                    try await channel.eventLoop.submit {}.get()
                    return piece
                }
            )
        }
        return response
    }

    /// Octets. What is shorter is mostly in memory anyhow, once for all clients.
    private static let longestUnpaced = StaticSite.Limits().largestInMemory
}
