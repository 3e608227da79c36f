// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import Testing

@testable import ContactFormServer

/// A connection without a socket, with the pipeline that Hummingbird builds around the handlers, on a clock that the
/// test moves.
final class EmbeddedConnection {
    let channel = EmbeddedChannel()
    /// What arrived where Hummingbird reads.
    let server = Server()
    private let transport = Transport()

    init(limits: ConnectionLimits = ConnectionLimits()) throws {
        let slowClientHandler = SlowClientHandler(limits: limits)
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandlers([transport, ReceivedOctetsHandler(slowClientHandler)])
        var decoder = NIOHTTPDecoderLimitConfiguration()
        decoder.maxHeaderListSize = limits.maximumHeadLength
        decoder.maxHeaderFieldSize = limits.maximumHeadLength
        decoder.maxHeaderFieldCount = limits.maximumFieldCount
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: false,
            withErrorHandling: false,
            withOutboundHeaderValidation: false,
            withEncoderConfiguration: .init(),
            withDecoderLimitConfiguration: decoder
        )
        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
        try pipeline.addHandlers([slowClientHandler, server])
        try channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 1)).wait()
        channel.read()
    }

    /// The client sends, and the server goes on reading.
    func receive(_ text: String) throws {
        try channel.writeInbound(ByteBuffer(string: text))
        if !server.isHoldingBack { channel.read() }
    }

    func advance(_ seconds: Int64) {
        channel.embeddedEventLoop.advanceTime(by: .seconds(seconds))
    }

    func answer(_ parts: HTTPResponsePart...) {
        for part in parts { channel.writeAndFlush(part, promise: nil) }
    }

    /// The status line and the rest of what was sent to the client since the last call.
    func sent() throws -> String {
        var text = ""
        while let bytes = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: bytes) }
        return text
    }

    var isClosed: Bool { !channel.isActive }
    var isOutputClosed: Bool { transport.isOutputClosed }

    /// The client takes nothing any more, neither this nor what comes after it.
    func stall(_ part: HTTPResponsePart) {
        transport.isStalled = true
        answer(part)
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
    }

    /// The client takes everything again.
    func take() {
        transport.isStalled = false
        channel.isWritable = true
        channel.pipeline.fireChannelWritabilityChanged()
        channel.flush()
    }

    final class Server: ChannelInboundHandler {
        typealias InboundIn = HTTPRequestPart
        typealias OutboundOut = HTTPResponsePart

        var parts: [HTTPRequestPart] = []
        var errors: [any Error] = []
        var isHoldingBack = false

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            parts.append(unwrapInboundIn(data))
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            errors.append(error)
        }
    }

    /// Does what a socket does and `EmbeddedChannel` does not: closes one side, and holds back what nobody takes.
    private final class Transport: ChannelOutboundHandler {
        typealias OutboundIn = IOData
        typealias OutboundOut = ByteBuffer

        var isOutputClosed = false
        var isStalled = false

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            guard case .byteBuffer(let bytes) = unwrapOutboundIn(data), !isOutputClosed else {
                promise?.fail(ChannelError.outputClosed)
                return
            }
            context.write(wrapOutboundOut(bytes), promise: promise)
        }

        func flush(context: ChannelHandlerContext) {
            if !isStalled { context.flush() }
        }

        func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
            guard mode == .output else { return context.close(mode: mode, promise: promise) }
            isOutputClosed = true
            promise?.succeed()
            context.fireUserInboundEventTriggered(ChannelEvent.outputClosed)
        }
    }
}
