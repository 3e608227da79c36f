// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import ContactForm
import ContactFormTesting
import JSON
import OutgoingHTTP
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

    private let seen: Seen
    private let port: TablePort

    var requests: [Request] { seen.requests.withLock { $0 } }
    var endpoint: String { port.endpoint }

    init() async throws {
        let seen = Seen()
        self.seen = seen
        port = try await TablePort { request in HTTPResponse(status: 200, body: Array(Self.answer(request, seen).utf8))
        }
    }

    func close() async throws { try await port.close() }

    private static func answer(_ request: HTTPRequest, _ seen: Seen) -> String {
        guard let json = try? JSONParser.parse(request.body, maximumDepth: 16),
            let values = json["ExpressionAttributeValues"], let partition = values[":pk"]?["S"]?.string,
            let highest = values[":highest"]?["S"]?.string.flatMap({ SubmissionID($0) }),
            let shard = partition.split(separator: "#").last.flatMap({ Int64($0) })
        else { return "{}" }
        let limit = json["Limit"]?.integer.map(Int.init) ?? 1_000
        let noted = Request(operation: request.operation, partition: partition, limit: limit)
        seen.requests.withLock { $0.append(noted) }
        let start = json["ExclusiveStartKey"]?["sk"]?["S"]?.string.flatMap { SubmissionID($0) }
        // The newest is of the sample's moment; each partition has its second of eight. What is asked for comes before the
        // moment of the key or of the bound: all have the same bits behind their time.
        let end = min(start?.moment ?? highest.moment, .sample)
        var place = (end.milliseconds - shard * 1_000) / 8_000
        if place * 8_000 + shard * 1_000 == end.milliseconds, end < .sample { place -= 1 }
        var items: [String] = []
        for number in 0..<limit {
            let moment = (place - Int64(number)) * 8_000 + shard * 1_000
            items.append(item(partition: partition, moment: Timestamp(milliseconds: moment)))
        }
        let last = id(Timestamp(milliseconds: (place - Int64(limit - 1)) * 8_000 + shard * 1_000))
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
        return JSONWriter.text { writer in SubmissionItem.item(submission, at: key, now: .sample).write(to: &writer) }
    }

    private final class Seen: Sendable {
        let requests = Mutex<[Request]>([])
    }
}
