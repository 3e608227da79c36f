// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1

/// Marks the last request of a connection as Hummingbird expects it: with the one field `Connection: close`.
///
/// Stands where the version of the request is still known. A connection of HTTP/1.0 ends after one answer, also when
/// the client would like to keep it, which RFC 9112 §9.3 leaves to the server; a list with `close` in it, in any case,
/// counts as well (§9.6).
final class PersistenceHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data), head.version == .http1_0 || !head.isKeepAlive else {
            context.fireChannelRead(data)
            return
        }
        head.headers.replaceOrAdd(name: "connection", value: "close")
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }
}
