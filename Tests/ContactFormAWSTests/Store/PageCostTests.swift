// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import ContactForm
import ContactFormAWS
import ContactFormTesting
import JSON
import NIOPosix
import OutgoingHTTP
import Synchronization
import Testing

@Suite("what a page costs on DynamoDB")
struct PageCostTests {
    private static func requests(
        _ query: SubmissionQuery,
        shards: Int = 8
    ) async throws -> (requests: [EndlessTable.Request], page: SubmissionPage) {
        let table = try await EndlessTable()
        let page = try await withStore(at: table.endpoint, shards: shards) { try await $0.page(query) }
        let requests = table.requests
        try await table.close()
        return (requests, page)
    }

    private static func withStore<Value>(
        at endpoint: String,
        shards: Int,
        _ body: (DynamoDBSubmissionStore) async throws -> Value
    ) async throws -> Value {
        let configuration = try AWSConfiguration(environment: [
            "AWS_REGION": "eu-north-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_ENDPOINT_URL": endpoint,
        ])
        let client = DynamoDBClient(
            configuration: configuration,
            eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
            policy: Moto.policy,
            logger: Moto.logger
        )
        let store = DynamoDBSubmissionStore(
            client: client,
            table: "endless",
            shardCount: shards,
            forms: [.contact],
            logger: Moto.logger
        )
        let value = try await body(store)
        client.close()
        return value
    }

    @Test(
        "a page of a table without end is one query for each partition",
        arguments: [(1, 50), (8, 50), (8, 7), (8, 200), (64, 50)]
    )
    func plain(shards: Int, limit: Int) async throws {
        let (requests, page) = try await Self.requests(SubmissionQuery(archived: false, limit: limit), shards: shards)
        #expect(page.submissions.count == limit)
        #expect(page.next != nil)
        #expect(requests.count <= 2 * shards)
        #expect(requests.allSatisfy { $0.operation == "Query" })
        // Read at most some three times what is shown, and a handful of each partition.
        #expect(requests.reduce(0) { $0 + $1.limit } <= 8 * limit + 64 * shards)
        let ids = page.submissions.map(\.id)
        #expect(ids == ids.sorted(by: >))
    }

    @Test("a page that nothing matches ends after three queries for each partition, and tells where to go on")
    func nothingMatches() async throws {
        let (requests, page) = try await Self.requests(SubmissionQuery(text: "no such text"))
        #expect(page.submissions.isEmpty)
        #expect(requests.count == 3 * 8)
        #expect(Dictionary(grouping: requests, by: \.partition).values.allSatisfy { $0.count == 3 })
        let next = try #require(page.next)
        let (_, second) = try await Self.requests(SubmissionQuery(text: "no such text", cursor: next))
        #expect(try #require(second.next).id < next.id)
    }

    @Test("an audit of a past period reads no id from after it, and none from before what came in within it")
    func audit() async throws {
        let asked = Mutex<[JSONValue]>([])
        let port = try await TablePort { request in
            let body = try JSONParser.parse(request.body, maximumDepth: 16)
            guard request.operation == "Query" else { return HTTPResponse(status: 200, body: Array("{}".utf8)) }
            asked.withLock { $0.append(body) }
            return HTTPResponse(status: 200, body: Array(#"{"Items":[],"Count":0}"#.utf8))
        }
        let day = Timestamp.sample.startOfDay
        let numbers = try await Self.withStore(at: port.endpoint, shards: 8) { store in
            try await store.statistics(from: day, until: day.advanced(by: .hours(1)), at: .farFuture)
        }
        try await port.close()
        #expect(numbers.until == day.advanced(by: .days(1)))
        let queries = asked.withLock { $0 }
        #expect(queries.count == 2 * 8)
        for query in queries {
            let values = query["ExpressionAttributeValues"]
            #expect(query["KeyConditionExpression"]?.string == "pk = :pk AND sk BETWEEN :lowest AND :highest")
            #expect(values?[":lowest"]?["S"]?.string == SubmissionID(earliestReceivedAt: day).description)
            #expect(values?[":highest"]?["S"]?.string == SubmissionID(lowestAt: numbers.until).description)
        }
    }

    @Test("pages of an endless table follow each other without a gap or a repeat")
    func consecutive() async throws {
        var query = SubmissionQuery(limit: 40)
        var moments: [Int64] = []
        for _ in 0..<4 {
            let (_, page) = try await Self.requests(query)
            moments += page.submissions.map { $0.receivedAt.milliseconds }
            query.cursor = page.next
        }
        #expect(moments.count == 160)
        // One a second, over the eight partitions.
        #expect(zip(moments, moments.dropFirst()).allSatisfy { $0 - $1 == 1_000 })
    }
}
