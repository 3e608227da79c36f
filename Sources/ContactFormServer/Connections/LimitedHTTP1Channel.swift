// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypesHTTP1

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Hummingbird's HTTP/1.1 channel behind the connection limits, and forms in front of it.
///
/// Hummingbird's own idle time-out is not used: it begins anew with every octet, so a client that sends one in a while
/// keeps a connection for ever, and it cannot see a head that never ends.
struct LimitedHTTP1Channel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let http1: HTTP1Channel.Value
        let form: AnswerUnderWay

        var channel: any Channel { http1.channel }
    }

    private let limits: ConnectionLimits
    private let forms: FormResponder?
    private let bodies: BodyBudget
    private let http1: HTTP1Channel

    init(limits: ConnectionLimits, forms: FormResponder?, responder: @escaping HTTPChannelHandler.Responder) {
        self.limits = limits
        self.forms = forms
        bodies = BodyBudget(octets: limits.bodyMemory)
        http1 = HTTP1Channel(responder: responder)
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let slowClientHandler = SlowClientHandler(limits: limits)
        let largestBody = max(forms?.largestBody ?? 0, OwnerRoutes.largestBody)
        var handlers: [any RemovableChannelHandler] = [slowClientHandler]
        let form = AnswerUnderWay()
        if let forms {
            handlers.append(
                FormConnectionHandler(forms, eventLoop: channel.eventLoop, answer: form, budget: bodies)
            )
        }
        let bound = NIOLoopBound(handlers, eventLoop: channel.eventLoop)
        let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: limits.maximumHeadLength,
            maxHeaderListSize: limits.maximumHeadLength,
            maxHeaderFieldCount: limits.maximumFieldCount
        )
        let guarded = HTTP1Channel(
            responder: http1.responder,
            configuration: .init(additionalChannelHandlers: bound.value, httpDecoderConfiguration: decoder)
        )
        do {
            // Each channel keeps its buffer for as long as it lives: with NIO's 64 KiB a thousand of them had 60 MB.
            let reading = AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 2_048, maximum: 16 * 1_024)
            try channel.syncOptions?.setOption(.recvAllocator, value: reading)
            // And so much of what it was sent, beside the piece that waits: a quarter of NIO's 64 KiB.
            let waiting = ChannelOptions.Types.WriteBufferWaterMark(low: 8 * 1_024, high: 16 * 1_024)
            try channel.syncOptions?.setOption(.writeBufferWaterMark, value: waiting)
            try Self.boundSendQueue(of: channel)
            // In front of the decoder, which comes next.
            try channel.pipeline.syncOperations.addHandler(ReceivedOctetsHandler(slowClientHandler))
        } catch {
            return channel.eventLoop.makeFailedFuture(error)
        }
        return guarded.setup(channel: channel, logger: logger)
            .assumeIsolated()
            .flatMapThrowing { value in
                let pipeline = channel.pipeline.syncOperations
                let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
                try pipeline.addHandler(RequestHeadHandler(largestBody: largestBody), position: .before(codec))
                return Value(http1: value, form: form)
            }
            .nonisolated()
    }

    /// So many octets beyond what the client's window takes may wait in the kernel, whose own bound is megabytes
    /// (`TCP_NOTSENT_LOWAT`, tcp(7)). With them a steady reader of some KB a second seemed to take nothing for half a minute.
    private static func boundSendQueue(of channel: any Channel) throws {
        guard channel.remoteAddress?.ipAddress != nil else { return }
        let option = ChannelOptions.Types.SocketOption(
            level: .tcp,
            name: NIOBSDSocket.Option(rawValue: TCP_NOTSENT_LOWAT)
        )
        try channel.syncOptions?.setOption(option, value: 64 * 1_024)
    }

    func handle(value: Value, logger: Logger) async {
        await http1.handle(value: value.http1, logger: logger)
        await value.form.end()
    }
}
