// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// The DynamoDB that moto plays, and something in between that goes wrong when it is told to.
final class FaultyTable: Sendable {
    enum Fault: Sendable {
        /// The call is not made, and will not be when it is asked for again.
        case refused
        /// The call is made, and the connection ends instead of the answer.
        case answerLost
    }

    private let faults: Mutex<[(operation: String, fault: Fault)]>
    private let moto: HTTPClient

    private init(_ faults: [(operation: String, fault: Fault)]) throws {
        self.faults = Mutex(faults)
        let url = ProcessInfo.processInfo.environment["AWS_ENDPOINT_URL"] ?? ""
        guard let endpoint = HTTPEndpoint(url: url) else { throw Moto.Missing() }
        moto = HTTPClient(
            endpoint: endpoint,
            eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
            tls: TLSTrust(caBundle: nil)
        )
    }

    /// Runs `body` with a client of DynamoDB whose calls meet the faults: each the next call of its operation, once.
    static func with(
        _ faults: [(operation: String, fault: Fault)],
        _ body: (DynamoDBClient) async throws -> Void
    ) async throws {
        let table = try FaultyTable(faults)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(table))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let own = ["AWS_ENDPOINT_URL": "http://127.0.0.1:\(listener.localAddress?.port ?? 0)"]
        let environment = ProcessInfo.processInfo.environment.merging(own) { $1 }
        let client = DynamoDBClient(
            configuration: try AWSConfiguration(environment: environment),
            eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
            policy: Moto.policy,
            logger: Moto.logger
        )
        let result: Result<Void, any Error>
        do { result = .success(try await body(client)) } catch { result = .failure(error) }
        client.close()
        table.moto.close()
        try await listener.close()
        try result.get()
    }

    /// What comes of a call; nil ends the connection.
    private func answer(_ request: HTTPRequest) async throws -> HTTPResponse? {
        let operation = request.headers.first { $0.name == "x-amz-target" }?.value.split(separator: ".").last ?? ""
        let fault = faults.withLock { faults in
            faults.firstIndex { $0.operation == operation }.map { faults.remove(at: $0).fault }
        }
        if fault == .refused {
            let body = #"{"__type":"com.amazonaws.dynamodb.v20120810#AccessDeniedException","message":"no"}"#
            return HTTPResponse(status: 400, body: Array(body.utf8))
        }
        let response = try await moto.send(request, timeout: .minutes(10))
        return fault == .answerLost ? nil : response
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let table: FaultyTable
        private var request = HTTPRequest(method: "POST", target: "/", headers: [])

        init(_ table: FaultyTable) {
            self.table = table
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                let headers = head.headers.map { HTTPHeaderField($0.name.lowercased(), $0.value) }
                request.headers = headers.filter { $0.name != "content-length" }
                request.body = []
            case .body(let part): request.body += part.readableBytesView
            case .end:
                let answered = context.eventLoop.makeFutureWithTask { [table, request] in
                    try await table.answer(request)
                }
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
