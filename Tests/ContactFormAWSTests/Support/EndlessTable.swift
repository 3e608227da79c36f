// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import ContactForm
import ContactFormTesting
import JSON
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

@testable import ContactFormAWS

/// A DynamoDB whose every partition goes on for ever, and which counts what it is asked.
///
/// It answers Query alone, newest first: each partition has a submission every eight seconds, and every query that has
/// read as many as its limit tells where to go on.
final class EndlessTable: Sendable {
    struct Request: Sendable, Hashable {
        var operation: String
        var partition: String
        var limit: Int
    }

    private let seen = Mutex<[Request]>([])
    private let channel: any Channel

    var requests: [Request] { seen.withLock { $0 } }
    var endpoint: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)" }

    init() async throws {
        let holder = Holder()
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(holder: holder))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        holder.answer.withLock { $0 = { [weak self] in self?.answer($0, $1) ?? "{}" } }
    }

    func close() async throws { try await channel.close() }

    private func answer(_ operation: String, _ body: [UInt8]) -> String {
        guard let json = try? JSONParser.parse(body, maximumDepth: 16),
            let values = json["ExpressionAttributeValues"], let partition = values[":pk"]?["S"]?.string,
            let highest = values[":highest"]?["S"]?.string.flatMap({ SubmissionID($0) }),
            let shard = partition.split(separator: "#").last.flatMap({ Int64($0) })
        else { return "{}" }
        let limit = json["Limit"]?.integer.map(Int.init) ?? 1_000
        seen.withLock { $0.append(Request(operation: operation, partition: partition, limit: limit)) }
        let start = json["ExclusiveStartKey"]?["sk"]?["S"]?.string.flatMap { SubmissionID($0) }
        // The newest is of the sample's moment; each partition has its second of eight. What is asked for comes before the
        // moment of the key or of the bound: all have the same bits behind their time.
        let end = min(start?.moment ?? highest.moment, .sample)
        var place = (end.milliseconds - shard * 1_000) / 8_000
        if place * 8_000 + shard * 1_000 == end.milliseconds, end < .sample { place -= 1 }
        var items: [String] = []
        for number in 0..<limit {
            let moment = (place - Int64(number)) * 8_000 + shard * 1_000
            items.append(Self.item(partition: partition, moment: Timestamp(milliseconds: moment)))
        }
        let last = Self.id(Timestamp(milliseconds: (place - Int64(limit - 1)) * 8_000 + shard * 1_000))
        return """
            {"Items":[\(items.joined(separator: ","))],"Count":\(limit),
            "LastEvaluatedKey":{"pk":{"S":"\(partition)"},"sk":{"S":"\(last)"}}}
            """
    }

    private static func id(_ moment: Timestamp) -> SubmissionID {
        SubmissionID(milliseconds: moment.milliseconds, entropy: [1, 2, 3])
    }

    private static func item(partition: String, moment: Timestamp) -> String {
        var submission = Submission.sample()
        submission.receivedAt = moment
        submission.id = id(moment)
        var key = TableKey(submission.key, shardCount: 8)
        key.partition = partition
        return JSONWriter.text { writer in SubmissionItem.item(submission, at: key).write(to: &writer) }
    }

    private final class Holder: Sendable {
        let answer = Mutex<@Sendable (String, [UInt8]) -> String>({ _, _ in "{}" })
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let holder: Holder
        private var operation = ""
        private var body: [UInt8] = []

        init(holder: Holder) {
            self.holder = holder
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                operation = head.headers.first(name: "x-amz-target")?.split(separator: ".").last.map(String.init) ?? ""
                body = []
            case .body(let part): body += part.readableBytesView
            case .end:
                let answer = holder.answer.withLock { $0 }(operation, body)
                let headers: HTTPHeaders = [
                    "content-type": "application/x-amz-json-1.0", "content-length": "\(answer.utf8.count)",
                ]
                let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)
                context.write(wrapOutboundOut(.head(head)), promise: nil)
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer)))), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }
    }
}
