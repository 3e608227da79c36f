// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import Testing

/// A server on loopback that answers as scripted and remembers what it was asked.
final class ScriptedServer: Sendable {
    private final class Answerer: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        let server: ScriptedServer
        var asked = ""

        init(_ server: ScriptedServer) { self.server = server }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                let type = head.headers["content-type"].joined()
                asked = "\(head.method) \(head.uri) \(type) "
            case .body(let buffer): asked += String(buffer: buffer)
            case .end:
                server.asked.withLock { $0.append(asked) }
                guard let answer = server.answer else { return context.close(promise: nil) }
                var head = HTTPResponseHead(version: .http1_1, status: server.status)
                head.headers.add(name: "Content-Length", value: "\(answer.utf8.count)")
                if let location = server.location { head.headers.add(name: "Location", value: location) }
                context.write(wrapOutboundOut(.head(head)), promise: nil)
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer)))), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }
    }

    let asked = Mutex<[String]>([])
    let status: HTTPResponseStatus
    /// Where a redirect leads.
    let location: String?
    /// Nil closes the connection without an answer.
    let answer: String?

    init(status: HTTPResponseStatus = .ok, location: String? = nil, answer: String?) {
        self.status = status
        self.location = location
        self.answer = answer
    }

    /// Listens while the address is used.
    func listen<Result>(_ use: (_ url: String) async throws -> Result) async throws -> Result {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Answerer(self))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(channel.localAddress?.port)
        do {
            let result = try await use("http://127.0.0.1:\(port)")
            try await channel.close()
            return result
        } catch {
            try await channel.close()
            throw error
        }
    }
}
