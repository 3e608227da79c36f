// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import HTTPAddress
import NIOCore
import NIOHTTP1
import NIOPosix
package import NIOSSL
import Synchronization

/// A server on loopback that answers each request as the script says, and keeps what it was asked.
package final class ScriptedServer: Sendable {
    package enum Step: Sendable {
        case answer(Int, headers: [(String, String)] = [], body: String = "{}")
        /// These bytes, and then the end of the connection.
        case bytes(String)
        /// The end of the connection without an answer.
        case close
        /// Nothing, until the client gives up.
        case silence
        /// An answer, and the end of the connection a moment after the client may use it again.
        case answerThenClose(Int)
        /// These bytes, and the end of TCP alone: over TLS nothing says goodbye (RFC 8446 §6.1).
        case cut(String = "")
        /// Bytes past TLS, which are no TLS.
        case noTLS
        /// An answer to the first lines of a request; the rest of it is never read.
        case answerUnread(Int)
        /// These bytes, and then nothing.
        case part(String)
        /// Nothing, and nothing more is read, not even that the client gives up.
        case deafness
        /// What depends on the request.
        indirect case decide(@Sendable (Received) -> Step)
    }

    package struct Received: Sendable {
        package var connection: Int
        package var method: String
        package var target: String
        package var headers: [(name: String, value: String)]
        package var body: [UInt8] = []

        package subscript(name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
    }

    private struct State {
        var script: [Step]
        var received: [Received] = []
        var connections = 0
    }

    private let state: Mutex<State>

    private init(_ script: [Step]) {
        state = Mutex(State(script: script))
    }

    /// Runs `body` with a server that follows `script`, and takes no connection afterwards.
    ///
    /// - Parameters:
    ///   - certificate: The name of a certificate to speak TLS with.
    ///   - latestTLS: The latest version of it.
    package static func run<Result: Sendable>(
        _ script: [Step],
        certificate: String? = nil,
        latestTLS: TLSVersion? = nil,
        _ body: (ScriptedServer, HTTPEndpoint) async throws -> Result
    ) async throws -> Result {
        let server = ScriptedServer(script)
        let tls = try certificate.map { try TestCertificates.serverTLS($0, latest: latestTLS) }
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let number = server.state.withLock { state in
                        state.connections += 1
                        return state.connections
                    }
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
                    }
                    try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
                    try channel.pipeline.syncOperations.addHandler(Handler(server: server, connection: number))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            let endpoint = HTTPEndpoint(isTLS: tls != nil, host: "127.0.0.1", port: listener.localAddress?.port)
            let result = try await body(server, endpoint)
            try await listener.close()
            return result
        } catch {
            try await listener.close()
            throw error
        }
    }

    package var received: [Received] { state.withLock { $0.received } }
    package var connections: Int { state.withLock { $0.connections } }

    private func next(for request: Received) -> Step {
        let step = state.withLock { state in
            state.received.append(request)
            return state.script.isEmpty ? .close : state.script.removeFirst()
        }
        if case .decide(let decide) = step { return decide(request) }
        return step
    }

    /// Whether the next step needs no more than the first lines.
    private var isNextUnread: Bool {
        if case .answerUnread? = state.withLock({ $0.script.first }) { true } else { false }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = ByteBuffer

        private let server: ScriptedServer
        private let connection: Int
        private var request: Received?

        init(server: ScriptedServer, connection: Int) {
            self.server = server
            self.connection = connection
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                let request = Received(
                    connection: connection,
                    method: head.method.rawValue,
                    target: head.uri,
                    headers: head.headers.map { ($0.name, $0.value) }
                )
                if server.isNextUnread { perform(server.next(for: request), context) } else { self.request = request }
            case .body(let buffer): request?.body.append(contentsOf: buffer.readableBytesView)
            case .end: if let request { perform(server.next(for: request), context) }
            }
        }

        private func perform(_ step: Step, _ context: ChannelHandlerContext) {
            switch step {
            case .silence, .decide: break
            case .cut(let text): send(text, context, closes: true, on: beneathTLS(context))
            case .noTLS:
                beneathTLS(context).writeAndFlush(wrapOutboundOut(ByteBuffer(string: "no TLS\r\n")), promise: nil)
            case .answerUnread(let status):
                try? context.pipeline.syncOperations.addHandler(Deafness(), position: .first)
                send("HTTP/1.1 \(status) X\r\ncontent-length: 2\r\n\r\n{}", context, closes: false)
            case .part(let text): send(text, context, closes: false)
            case .deafness: try? context.pipeline.syncOperations.addHandler(Deafness(), position: .first)
            case .close: context.close(promise: nil)
            case .bytes(let text): send(text, context, closes: true)
            case .answer(let status, let headers, let body):
                // One without content says no length (RFC 9110 §8.6).
                let length = status == 204 ? [] : [("content-length", String(body.utf8.count))]
                let lines = (headers + length).map { "\($0): \($1)\r\n" }.joined()
                send(
                    "HTTP/1.1 \(status) X\r\n\(lines)\r\n\(body)",
                    context,
                    closes: false
                )
            case .answerThenClose(let status):
                send("HTTP/1.1 \(status) X\r\ncontent-length: 2\r\n\r\n{}", context, closes: true)
            }
        }

        private func send(
            _ text: String,
            _ context: ChannelHandlerContext,
            closes: Bool,
            on closing: ChannelHandlerContext? = nil
        ) {
            let sent = context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)))
            guard closes else { return }
            sent.assumeIsolated().whenComplete { _ in (closing ?? context).close(promise: nil) }
        }

        /// What is written and closed from there passes TLS by.
        private func beneathTLS(_ context: ChannelHandlerContext) -> ChannelHandlerContext {
            (try? context.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self)) ?? context
        }
    }

    /// Reads nothing more, whatever the handlers after it ask for.
    private final class Deafness: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer

        func read(context: ChannelHandlerContext) {}
    }
}
