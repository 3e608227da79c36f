// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

/// A connection to the Runtime API: one request, one answer, then the next.
final class RuntimeConnection: Sendable {
    private let channel: any Channel
    private let handler: NIOLoopBound<RuntimeChannelHandler>

    private init(_ channel: any Channel, _ handler: NIOLoopBound<RuntimeChannelHandler>) {
        self.channel = channel
        self.handler = handler
    }

    static func open(
        to address: SocketAddress,
        on eventLoop: any EventLoop
    ) async throws(RuntimeAPIError) -> RuntimeConnection {
        do {
            return try await ClientBootstrap(group: eventLoop)
                .channelOption(.socketOption(.tcp_nodelay), value: 1)
                .connectTimeout(.seconds(2))
                .connect(to: address) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let handler = RuntimeChannelHandler()
                        try channel.pipeline.syncOperations.addHandler(handler)
                        return RuntimeConnection(channel, NIOLoopBound(handler, eventLoop: channel.eventLoop))
                    }
                }
        } catch {
            throw .unreachable("\(error)")
        }
    }

    /// Sends a request and waits for its answer, for as long as it takes.
    func exchange(_ request: [UInt8]) async throws(RuntimeAPIError) -> RuntimeResponse {
        let result = await withCheckedContinuation { continuation in
            if channel.eventLoop.inEventLoop {
                handler.value.send(request, continuation)
            } else {
                channel.eventLoop.execute { self.handler.value.send(request, continuation) }
            }
        }
        return try result.get()
    }

    var isActive: Bool { channel.isActive }
}

/// Gathers the bytes of an answer and hands it to whoever waits.
private final class RuntimeChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    typealias Waiter = CheckedContinuation<Result<RuntimeResponse, RuntimeAPIError>, Never>

    private var context: ChannelHandlerContext?
    private var received = ByteBuffer()
    private var waiter: Waiter?

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func send(_ request: [UInt8], _ waiter: Waiter) {
        guard let context, context.channel.isActive else {
            return waiter.resume(returning: .failure(.unreachable("the connection is closed")))
        }
        self.waiter = waiter
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: request)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        if received.readableBytes == 0 { received = buffer } else { received.writeBuffer(&buffer) }
        do throws(RuntimeAPIError) {
            let parsed = received.withUnsafeReadableBytes { bytes in
                Result { () throws(RuntimeAPIError) in try RuntimeResponse.parse(bytes) }
            }
            guard let (response, length) = try parsed.get() else { return }
            received.moveReaderIndex(forwardBy: length)
            guard received.readableBytes == 0 else { throw .protocolViolation("bytes after the answer") }
            received = ByteBuffer()
            if response.closes { context.close(promise: nil) }
            finish(.success(response))
        } catch {
            finish(.failure(error))
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(.failure(.unreachable("the connection was closed")))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish(.failure(.unreachable("\(error)")))
        context.close(promise: nil)
    }

    private func finish(_ result: Result<RuntimeResponse, RuntimeAPIError>) {
        let waiter = waiter
        self.waiter = nil
        waiter?.resume(returning: result)
    }
}
