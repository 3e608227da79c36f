// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPAddress
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Opens connections to one server.
struct HTTPConnector {
    let endpoint: HTTPEndpoint
    let eventLoop: any EventLoop
    let tls: TLSTrust
    /// Finds the addresses of a name; nil asks the system.
    let resolver: (any Resolver & Sendable)?

    /// Connects and agrees on TLS, both within `timeout`; `done` is called once, on the event loop, where this is called.
    ///
    /// Of several addresses the first that answers is taken, the next one being tried when one fails or keeps silent for
    /// a quarter of a second (RFC 8305). TLS is agreed on with that one alone.
    func connect(
        timeout: TimeAmount,
        largestAnswer: Int,
        _ done: @escaping (Result<HTTPConnection, HTTPClientError>) -> Void
    ) {
        let attempt = Attempt(done)
        attempt.timer = eventLoop.assumeIsolated().scheduleTask(in: timeout) {
            attempt.fail(.timedOut, "no connection to \(endpoint) within \(timeout.nanoseconds / 1_000_000) ms")
        }
        ClientBootstrap(group: eventLoop)
            .connectTimeout(timeout)
            .resolver(resolver)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { [self] channel in
                // Once for each address, so that nothing made here can be shared.
                channel.eventLoop.makeCompletedFuture {
                    let connection = HTTPConnection(isTLS: endpoint.isTLS, largestAnswer: largestAnswer)
                    try configure(channel.pipeline.syncOperations, connection)
                }
            }
            .connect(host: endpoint.host, port: endpoint.port)
            .assumeIsolated()
            .whenComplete { result in
                switch result {
                case .success(let channel): attempt.take(channel)
                case .failure(let error):
                    attempt.fail(ConnectionFault(error), "can't connect to \(endpoint): \(error)")
                }
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
        private var connection: HTTPConnection?
        private var done: ((Result<HTTPConnection, HTTPClientError>) -> Void)?

        init(_ done: @escaping (Result<HTTPConnection, HTTPClientError>) -> Void) {
            self.done = done
        }

        /// Goes on with the channel that was connected first.
        func take(_ channel: any Channel) {
            guard done != nil, let connection = try? channel.pipeline.syncOperations.handler(type: HTTPConnection.self)
            else {
                // It came too late.
                channel.close(promise: nil)
                return fail(.other, "the connection ended at once")
            }
            self.connection = connection
            connection.whenReady { failure in
                if let failure {
                    self.fail(failure.fault ?? .other, failure.detail)
                } else {
                    self.finish(.success(connection))
                }
            }
        }

        func fail(_ fault: ConnectionFault, _ detail: String) {
            finish(.failure(HTTPClientError(.unreachable, wasSent: false, fault: fault, detail: detail)))
        }

        private func finish(_ result: Result<HTTPConnection, HTTPClientError>) {
            let (done, connection) = (done, connection)
            timer?.cancel()
            timer = nil
            self.done = nil
            self.connection = nil
            if case .failure = result { connection?.close() }
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
