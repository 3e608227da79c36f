// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import NIOCore
import NIOHTTP1
import NIOPosix
import OutgoingHTTP

/// A port of this machine that answers as DynamoDB's would.
struct TablePort {
    typealias Answer = @Sendable (HTTPRequest) async throws -> HTTPResponse?

    private let channel: any Channel

    var endpoint: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)" }

    /// - Parameter answer: What comes of a call; nil, or an error, ends the connection instead.
    init(answer: @escaping Answer) async throws {
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    func close() async throws { try await channel.close() }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let answer: Answer
        private var request = HTTPRequest(method: "POST", target: "/", headers: [])

        init(_ answer: @escaping Answer) {
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                let headers = head.headers.map { HTTPHeaderField($0.name.lowercased(), $0.value) }
                request.headers = headers.filter { $0.name != "content-length" }
                request.body = []
            case .body(let part): request.body += part.readableBytesView
            case .end:
                let answered = context.eventLoop.makeFutureWithTask { [answer, request] in try await answer(request) }
                answered.assumeIsolated().whenComplete { result in
                    guard case .success(let response?) = result else { return context.close(promise: nil) }
                    self.send(response, context)
                }
            }
        }

        private func send(_ response: HTTPResponse, _ context: ChannelHandlerContext) {
            let head = HTTPResponseHead(
                version: .http1_1,
                status: HTTPResponseStatus(statusCode: response.status),
                headers: ["content-type": "application/x-amz-json-1.0", "content-length": "\(response.body.count)"]
            )
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: response.body)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}

extension HTTPRequest {
    /// What a call asks DynamoDB to do, such as "Query".
    var operation: String {
        headers.first { $0.name == "x-amz-target" }?.value.split(separator: ".").last.map(String.init) ?? ""
    }
}
