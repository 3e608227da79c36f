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
        /// It can carry the next request.
        var idle: (HTTPConnection) -> Void
        /// It carries no more; told once. With a request that is to be asked anew: it ended without a byte of the
        /// answer, having carried others before.
        var ended: (HTTPConnection, _ stale: HTTPExchange?) -> Void
    }

    var events: Events?
    private let largestAnswer: Int
    private var isReady: Bool
    private var tellReady: ((HTTPClientError?) -> Void)?
    private var context: ChannelHandlerContext?
    private var exchange: HTTPExchange?
    private var head: HTTPResponseHead?
    private var body: [UInt8] = []
    private var hasServed = false
    /// Why it ended. The channel itself may take seconds more: over TLS the other side is waited for.
    private var failure: HTTPClientError?

    init(isTLS: Bool, largestAnswer: Int) {
        isReady = !isTLS
        self.largestAnswer = largestAnswer
    }

    /// The status of the answer under way, when it got that far.
    var status: Int? { head.map { Int($0.status.code) } }

    var isUsable: Bool { context?.channel.isActive == true && failure == nil }

    /// Says when it can carry requests, its channel being connected and TLS agreed, or why it never will.
    func whenReady(_ done: @escaping (HTTPClientError?) -> Void) {
        // A connection may be over before whoever opens it hears of it.
        if isReady || failure != nil { done(failure) } else { tellReady = done }
    }

    func close() {
        let closed = HTTPClientError(.connectionLost, wasSent: exchange != nil, status: status, detail: "closed here")
        end(with: closed, isOurs: true)
    }

    func send(_ exchange: HTTPExchange) {
        self.exchange = exchange
        exchange.connection = self
        guard let context else { return close() }
        let request = exchange.request
        var headers = HTTPHeaders(request.headers.map { ($0.name, $0.value) })
        // Of a method that has a body by its nature also when it is empty (RFC 9110 §8.6).
        if !request.body.isEmpty || ["POST", "PUT", "PATCH"].contains(request.method) {
            headers.add(name: "content-length", value: String(request.body.count))
        }
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

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent {
            isReady = true
            let done = tellReady
            tellReady = nil
            done?(failure)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // What comes after an error, or after it was given up, is gathered for nobody.
        guard failure == nil else { return }
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
                return end(with: HTTPClientError(.unreadable, wasSent: true, status: status, detail: detail))
            }
            body.append(contentsOf: buffer.readableBytesView)
        case .end: answer(context.channel)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let code: HTTPClientError.Code =
            switch error {
            // Also when TLS ends without saying goodbye (RFC 8446 §6.1): the server may have read the request and acted
            // on it. That TLS was never agreed on is for who opens the connection, to whom all are errors of connecting.
            case HTTPParserError.invalidEOFState, is ChannelError, is IOError, is NIOSSLError, is BoringSSLError:
                .connectionLost
            default: .unreadable
            }
        let fault = ConnectionFault(error)
        end(with: HTTPClientError(code, wasSent: exchange != nil, status: status, fault: fault, detail: "\(error)"))
    }

    func channelInactive(context: ChannelHandlerContext) {
        let detail = "the server closed the connection"
        end(with: HTTPClientError(.connectionLost, wasSent: exchange != nil, status: status, detail: detail))
        context.fireChannelInactive()
    }

    private func answer(_ channel: any Channel) {
        guard let head, let exchange else {
            return end(with: HTTPClientError(.unreadable, wasSent: false, detail: "an answer that nothing asked for"))
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
        // A server that answers before it has the whole request may never read the rest (RFC 9112 §9.5), and another
        // request would wait behind it.
        let isWritten = (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) == 0
        if head.isKeepAlive, isWritten { events?.idle(self) } else { close() }
        exchange.finish(.success(response))
    }

    /// Ends it for the first reason, which the others follow from, and tells who waits for it.
    ///
    /// - Parameter isOurs: Whether it is closed here; then nothing is asked anew.
    private func end(with error: HTTPClientError, isOurs: Bool = false) {
        guard failure == nil else { return }
        failure = error
        let (done, events, exchange) = (tellReady, events, exchange)
        tellReady = nil
        self.events = nil
        self.exchange = nil
        context?.close(promise: nil)
        done?(error)
        guard let exchange, !exchange.isFinished else {
            events?.ended(self, nil)
            return
        }
        let isStale = hasServed && head == nil && error.code == .connectionLost && !isOurs
        if isStale, exchange.request.isRepeatable, !exchange.isRepeat {
            exchange.isRepeat = true
            exchange.connection = nil
            events?.ended(self, exchange)
        } else {
            events?.ended(self, nil)
            exchange.finish(.failure(error))
        }
    }
}
