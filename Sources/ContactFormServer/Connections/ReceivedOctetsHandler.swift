// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Tells a `SlowClientHandler` of octets before the decoder has made anything of them, and throws away those that come
/// after the last answer.
final class ReceivedOctetsHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private let slowClientHandler: SlowClientHandler

    init(_ slowClientHandler: SlowClientHandler) {
        self.slowClientHandler = slowClientHandler
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard slowClientHandler.willParse(octets: unwrapInboundIn(data).readableBytes) else { return }
        context.fireChannelRead(data)
        slowClientHandler.didParse()
    }

    func read(context: ChannelHandlerContext) {
        slowClientHandler.willRead()
        context.read()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        let readsOn = slowClientHandler.didRead()
        context.fireChannelReadComplete()
        if readsOn { context.read() }
    }
}
