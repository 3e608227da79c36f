// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTestSupport
import JSON
import Logging
import NIOPosix
import Testing

@testable import AWSServices

@Suite("DynamoDB")
struct DynamoDBClientTests {
    private static func with<Value: Sendable>(
        _ script: [ScriptedServer.Step],
        _ body: (DynamoDBClient) async throws -> Value
    ) async throws -> (Value, [ScriptedServer.Received]) {
        try await ScriptedServer.run(script) { server, endpoint in
            let client = DynamoDBClient(
                configuration: .test(endpoint),
                eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
                policy: .patient,
                logger: Logger(label: "test")
            )
            let value = try await body(client)
            client.close()
            return (value, server.received)
        }
    }

    private static let key: DynamoDBItem = ["pk": .string("contact#1"), "sk": .string("01")]

    @Test("a put under a condition is written as DynamoDB reads it")
    func put() async throws {
        let item: DynamoDBItem = [
            "pk": .string("å\"<"), "n": .number(-5), "l": .list([.string(""), .bool(true), .null]),
        ]
        let (write, received) = try await Self.with([.answer(200)]) {
            try await $0.putItem(item, into: "T", condition: DynamoDBExpression("attribute_not_exists(pk)"))
        }
        #expect(write == .done(nil))
        let request = try #require(received.first)
        #expect(request["x-amz-target"] == "DynamoDB_20120810.PutItem")
        #expect(request["content-type"] == "application/x-amz-json-1.0")
        let json = try JSONParser.parse(request.body, maximumDepth: 16)
        #expect(json["TableName"]?.string == "T")
        #expect(json["ConditionExpression"]?.string == "attribute_not_exists(pk)")
        #expect(json["ExpressionAttributeNames"] == nil && json["ExpressionAttributeValues"] == nil)
        #expect(json["Item"].flatMap(DynamoDBItem.init) == item)
    }

    @Test("a condition that does not hold tells what is there")
    func conditionFailed() async throws {
        let answer = #"{"__type":"x#ConditionalCheckFailedException","Item":{"v":{"N":"2"}}}"#
        let (write, received) = try await Self.with([.answer(400, body: answer)]) {
            try await $0.updateItem(
                Self.key,
                in: "T",
                update: DynamoDBExpression("SET #v = :next", names: ["#v": "v"], values: [":next": .number(2)]),
                condition: DynamoDBExpression("#v = :v", names: ["#v": "v"], values: [":v": .number(1)])
            )
        }
        #expect(write == .conditionFailed(["v": .number(2)]))
        let json = try JSONParser.parse(try #require(received.first).body, maximumDepth: 16)
        #expect(json["UpdateExpression"]?.string == "SET #v = :next")
        #expect(json["ExpressionAttributeNames"] == .object([.init("#v", .string("v"))]))
        #expect(json["ExpressionAttributeValues"]?[":v"]?["N"]?.string == "1")
        #expect(json["ReturnValuesOnConditionCheckFailure"]?.string == "ALL_OLD")
    }

    @Test("an item that is not there is nil, and an answer that can't be read is asked for again")
    func get() async throws {
        let script: [ScriptedServer.Step] = [.answer(200, body: #"{"Item":{"pk":"#), .answer(200)]
        let (item, received) = try await Self.with(script) { try await $0.getItem(Self.key, in: "T") }
        #expect(item == nil)
        #expect(received.count == 2)
        let found = #"{"Item":{"pk":{"S":"contact#1"},"sk":{"S":"01"}}}"#
        #expect(
            try await Self.with([.answer(200, body: found)]) { try await $0.getItem(Self.key, in: "T") }.0 == Self.key
        )
    }

    @Test("a page of a query says where the next one begins")
    func query() async throws {
        let answer = #"{"Items":[{"sk":{"S":"a"}}],"Count":1,"LastEvaluatedKey":{"sk":{"S":"a"}}}"#
        var query = DynamoDBQuery(
            table: "T",
            keyCondition: DynamoDBExpression("pk = :pk", values: [":pk": .string("p")])
        )
        query.isNewestFirst = true
        query.limit = 5
        query.startKey = Self.key
        query.filter = DynamoDBExpression("#s = :s", names: ["#s": "status"], values: [":s": .string("held")])
        let (page, received) = try await Self.with([.answer(200, body: answer)]) { [query] in try await $0.query(query)
        }
        #expect(page == DynamoDBPage(items: [["sk": .string("a")]], lastKey: ["sk": .string("a")]))
        let json = try JSONParser.parse(try #require(received.first).body, maximumDepth: 16)
        #expect(json["ScanIndexForward"] == .bool(false))
        #expect(json["Limit"]?.integer == 5)
        #expect(json["ExclusiveStartKey"].flatMap(DynamoDBItem.init) == Self.key)
        #expect(json["FilterExpression"]?.string == "#s = :s")
    }

    @Test(
        "sizes are as DynamoDB counts them",
        arguments: [
            (["a": .string("åå")], 5), (["ab": .number(12_345)], 6), (["a": .bool(true), "b": .null], 4),
            (["l": .list([.string("abc"), .string("")])], 9),
        ] as [(DynamoDBItem, Int)]
    )
    func size(item: DynamoDBItem, size: Int) {
        #expect(item.size == size)
    }

    @Test("what is no item is none", arguments: [#"{"a":1}"#, #"{"a":{}}"#, #"{"a":{"L":[1]}}"#, "[]"])
    func noItem(text: String) throws {
        #expect(DynamoDBItem(try JSONParser.parse(Array(text.utf8), maximumDepth: 8)) == nil)
    }
}
