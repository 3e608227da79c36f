// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Tells a `SlowClientHandler` of octets before the decoder has made anything of them, throws away those that come after
/// the last answer, and keeps the connection open until that answer has been taken.
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

    /// Hummingbird closes as soon as it has handed over an answer, when it shuts down or the client has closed its side,
    /// and closing drops what the kernel has not taken yet. A client that never takes it is given up as any other.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode != .input, slowClientHandler.isAnswerUnderWay else {
            context.close(mode: mode, promise: promise)
            return
        }
        // Written when everything before it has been.
        let flushed = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(ByteBuffer())), promise: flushed)
        flushed.futureResult.assumeIsolated().whenComplete { _ in
            context.close(mode: mode, promise: promise)
        }
    }
}
