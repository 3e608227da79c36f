// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Opens connections to one server.
struct HTTPConnector {
    let endpoint: HTTPEndpoint
    let eventLoop: any EventLoop
    let tls: TLSTrust

    /// Connects and agrees on TLS, both within `timeout`; `done` is called once, on the event loop, where this is called.
    func connect(
        timeout: TimeAmount,
        largestAnswer: Int,
        events: HTTPConnection.Events,
        _ done: @escaping (Result<HTTPConnection, HTTPClientError>) -> Void
    ) {
        let connection = HTTPConnection(endpoint: endpoint, largestAnswer: largestAnswer)
        let attempt = Attempt(connection: connection, done: done)
        connection.events = HTTPConnection.Events(
            ready: {
                connection.events = events
                attempt.finish(.success(connection))
            },
            idle: events.idle,
            stale: events.stale,
            closed: { attempt.fail($1.fault ?? .other, $1.detail) }
        )
        attempt.timer = eventLoop.assumeIsolated().scheduleTask(in: timeout) {
            let detail = "no connection to \(endpoint) within \(timeout.nanoseconds / 1_000_000) ms"
            attempt.fail(.timedOut, detail)
            connection.close()
        }
        let bound = NIOLoopBound((connection: connection, attempt: attempt), eventLoop: eventLoop)
        ClientBootstrap(group: eventLoop)
            .connectTimeout(timeout)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    try configure(channel.pipeline.syncOperations, bound.value.connection)
                }
            }
            .connect(host: endpoint.host, port: endpoint.port)
            .whenFailure { error in
                bound.value.attempt.fail(ConnectionFault(error), "can't connect to \(endpoint): \(error)")
            }
    }

    private func configure(
        _ pipeline: ChannelPipeline.SynchronousOperations,
        _ connection: HTTPConnection
    ) throws {
        if endpoint.isTLS {
            // A name to be checked goes into SNI as well; an address never does (RFC 6066 §3).
            let isAddress = (try? SocketAddress(ipAddress: endpoint.host, port: endpoint.port)) != nil
            try pipeline.addHandler(
                NIOSSLClientHandler(context: tls.context(), serverHostname: isAddress ? nil : endpoint.host)
            )
        }
        try pipeline.addHandler(OneWriteHandler())
        try pipeline.addHandler(HTTPRequestEncoder())
        try pipeline.addHandler(ByteToMessageHandler(HTTPResponseDecoder()))
        try pipeline.addHandler(connection)
    }

    /// Tells of the end of an attempt once, whatever comes first.
    private final class Attempt {
        var timer: Scheduled<Void>?
        private let connection: HTTPConnection
        private var done: ((Result<HTTPConnection, HTTPClientError>) -> Void)?

        init(connection: HTTPConnection, done: @escaping (Result<HTTPConnection, HTTPClientError>) -> Void) {
            self.connection = connection
            self.done = done
        }

        func fail(_ fault: ConnectionFault, _ detail: String) {
            finish(.failure(HTTPClientError(.unreachable, wasSent: false, fault: fault, detail: detail)))
        }

        func finish(_ result: Result<HTTPConnection, HTTPClientError>) {
            timer?.cancel()
            timer = nil
            let done = done
            self.done = nil
            if case .failure = result { connection.events = nil }
            done?(result)
        }
    }
}

/// Joins the head and the body of a request, so that they leave in one piece: one TLS record, one call of the system.
private final class OneWriteHandler: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var pending: ByteBuffer?

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        // Nobody waits for a single write; a connection that fails tells its handlers.
        var buffer = unwrapOutboundIn(data)
        if pending?.writeBuffer(&buffer) == nil { pending = buffer }
        promise?.succeed(())
    }

    func flush(context: ChannelHandlerContext) {
        if let pending {
            self.pending = nil
            context.write(wrapOutboundOut(pending), promise: nil)
        }
        context.flush()
    }
}
