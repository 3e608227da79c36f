// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import NIOSSL
import NIOTLS

/// A connection that carries one request at a time. The last handler of its channel; belongs to the event loop.
final class HTTPConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// What the pool wants to know.
    struct Events {
        /// It can carry requests: connected, and TLS agreed.
        var ready: () -> Void
        /// It can carry the next one.
        var idle: (HTTPConnection) -> Void
        /// It ended without a byte of the answer, having carried others before.
        var stale: (HTTPExchange) -> Void
        var closed: (HTTPConnection, HTTPClientError) -> Void
    }

    var events: Events?
    private let endpoint: HTTPEndpoint
    private let largestAnswer: Int
    private var context: ChannelHandlerContext?
    private var exchange: HTTPExchange?
    private var head: HTTPResponseHead?
    private var body: [UInt8] = []
    private var hasServed = false
    private var failure: HTTPClientError?

    init(endpoint: HTTPEndpoint, largestAnswer: Int) {
        self.endpoint = endpoint
        self.largestAnswer = largestAnswer
    }

    var isUsable: Bool { context?.channel.isActive == true && failure == nil }

    func close() {
        context?.close(promise: nil)
    }

    func send(_ exchange: HTTPExchange) {
        self.exchange = exchange
        exchange.connection = self
        guard let context else {
            return end(with: HTTPClientError(.connectionLost, wasSent: false, detail: "the connection is closed"))
        }
        let request = exchange.request
        var headers = HTTPHeaders(request.headers.map { ($0.name, $0.value) })
        headers.add(name: "content-length", value: String(request.body.count))
        let head = HTTPRequestHead(
            version: .http1_1,
            method: HTTPMethod(rawValue: request.method),
            uri: request.target,
            headers: headers
        )
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !request.body.isEmpty {
            let buffer = context.channel.allocator.buffer(bytes: request.body)
            context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        if !endpoint.isTLS { events?.ready() }
        context.fireChannelActive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { events?.ready() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
            if let length = head.headers.first(name: "content-length").flatMap(Int.init) {
                body.reserveCapacity(min(length, largestAnswer))
            }
        case .body(let buffer):
            guard body.count + buffer.readableBytes <= largestAnswer else {
                let detail = "the answer has more than \(largestAnswer) bytes"
                return fail(HTTPClientError(.unreadable, wasSent: true, status: status, detail: detail))
            }
            body.append(contentsOf: buffer.readableBytesView)
        case .end: answer()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let (code, wasSent): (HTTPClientError.Code, Bool) =
            switch error {
            case HTTPParserError.invalidEOFState, is ChannelError, is IOError: (.connectionLost, exchange != nil)
            // Some servers close TLS without saying goodbye; what was read is whole by its length all the same.
            case is NIOSSLError: (hasServed ? .connectionLost : .unreachable, hasServed)
            default: (.unreadable, exchange != nil)
            }
        // For who opens the connection, to whom every error is one of connecting.
        let fault = ConnectionFault(error)
        fail(HTTPClientError(code, wasSent: wasSent, status: status, fault: fault, detail: "\(error)"))
    }

    func channelInactive(context: ChannelHandlerContext) {
        let lost = HTTPClientError(
            .connectionLost,
            wasSent: exchange != nil,
            status: status,
            detail: "the server closed the connection"
        )
        let failure = failure ?? lost
        self.failure = failure
        end(with: failure)
        let events = events
        self.events = nil
        events?.closed(self, failure)
        context.fireChannelInactive()
    }

    private var status: Int? { head.map { Int($0.status.code) } }

    private func answer() {
        guard let head, let exchange else {
            return fail(HTTPClientError(.unreadable, wasSent: false, detail: "an answer that nothing asked for"))
        }
        let response = HTTPResponse(
            status: Int(head.status.code),
            headers: head.headers.map { HTTPHeaderField($0.name.lowercased(), $0.value) },
            body: body
        )
        self.exchange = nil
        self.head = nil
        body = []
        hasServed = true
        if head.isKeepAlive { events?.idle(self) } else { close() }
        exchange.finish(.success(response))
    }

    /// Remembers the first failure, which the rest follows from, and closes.
    private func fail(_ error: HTTPClientError) {
        if failure == nil { failure = error }
        close()
    }

    private func end(with error: HTTPClientError) {
        guard let exchange else { return }
        self.exchange = nil
        if hasServed, head == nil, error.code == .connectionLost, !exchange.isRepeat, !exchange.isFinished {
            exchange.isRepeat = true
            exchange.connection = nil
            events?.stale(exchange)
        } else {
            exchange.finish(.failure(error))
        }
    }
}
