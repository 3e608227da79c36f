// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON
package import Logging
package import NIOCore
import OutgoingHTTP

/// The few calls of DynamoDB that submissions need.
/// See https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/
///
/// Each may be made several times, as the retry policy has it, when the service has too much to do or an answer is lost:
/// a condition makes a second write harmless, and says so. What a call throws has been given up; a write may have been
/// done all the same (`AWSError.mayHaveHappened`).
package struct DynamoDBClient: Sendable {
    private let client: AWSClient

    package init(
        configuration: AWSConfiguration,
        eventLoop: any EventLoop,
        policy: RetryPolicy = RetryPolicy(),
        logger: Logger
    ) {
        client = AWSClient(
            .dynamoDB,
            configuration: configuration,
            eventLoop: eventLoop,
            policy: policy,
            logger: logger
        )
    }

    /// Opens a connection, TLS included, so that the first call finds one; none when one rests. That it can't be is only
    /// logged: the first call will say so.
    package func warmUp() async { await client.warmUp() }

    /// Closes the connections; to be called when no call is under way, for that would open another one. The client can be
    /// used afterwards.
    package func close() { client.close() }

    /// What came of a write under a condition.
    ///
    /// The first attempt may have been done and its answer lost. Then the outcome is what the repeat met: for a condition
    /// that the write itself makes false, `conditionFailed`.
    package enum ConditionalWrite: Sendable, Hashable {
        /// Done; the item as it was before or is now, when it was asked for.
        case done(DynamoDBItem?)
        /// The condition does not hold for what is there: after an update the item as it is, nil when there is none; after
        /// any other write nil.
        case conditionFailed(DynamoDBItem?)
    }

    /// Writes a whole item in place of the one with its key, if `condition` holds for what is there.
    ///
    /// `done` has no item. `conditionFailed` has none either, and may be this call's own doing: with
    /// `attribute_not_exists` it says that such an item is there, not who wrote it. An item has at most 400 KB, names
    /// included (`DynamoDBItem.size`); a larger one is refused with `ValidationException`.
    /// See https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
    package func putItem(
        _ item: DynamoDBItem,
        into table: String,
        condition: DynamoDBExpression
    ) async throws(AWSError) -> ConditionalWrite {
        try await write("PutItem", capacity: 512 + item.size * 5 / 4) { object in
            object.member("TableName", table)
            object.name("Item")
            item.write(to: &object)
            DynamoDBExpression.write([("ConditionExpression", condition)], to: &object)
        }
    }

    /// Changes an item, or makes one when there is none and `condition` allows it.
    ///
    /// Without a condition `update` must come to the same when it is done twice: set, don't add.
    ///
    /// - Parameter returnsNew: The write's item is the one as it is afterwards.
    package func updateItem(
        _ key: DynamoDBItem,
        in table: String,
        update: DynamoDBExpression,
        condition: DynamoDBExpression? = nil,
        returnsNew: Bool = false
    ) async throws(AWSError) -> ConditionalWrite {
        try await write("UpdateItem") { object in
            object.member("TableName", table)
            object.name("Key")
            key.write(to: &object)
            DynamoDBExpression.write(
                [("UpdateExpression", update), ("ConditionExpression", condition)],
                to: &object
            )
            if condition != nil { object.member("ReturnValuesOnConditionCheckFailure", "ALL_OLD") }
            if returnsNew { object.member("ReturnValues", "ALL_NEW") }
        }
    }

    /// Removes an item; `done` has it as it was, nil when there was none, or when an earlier attempt of this call removed it
    /// and its answer was lost.
    package func deleteItem(
        _ key: DynamoDBItem,
        in table: String,
        condition: DynamoDBExpression? = nil
    ) async throws(AWSError) -> ConditionalWrite {
        try await write("DeleteItem") { object in
            object.member("TableName", table)
            object.name("Key")
            key.write(to: &object)
            DynamoDBExpression.write([("ConditionExpression", condition)], to: &object)
            object.member("ReturnValues", "ALL_OLD")
        }
    }

    /// Reads one item as it is after every write that was answered.
    package func getItem(_ key: DynamoDBItem, in table: String) async throws(AWSError) -> DynamoDBItem? {
        let request = Self.request("GetItem") { object in
            object.member("TableName", table)
            object.name("Key")
            key.write(to: &object)
            object.member("ConsistentRead", true)
        }
        return try await client.call(request) { response -> DynamoDBItem?? in
            guard let json = Self.json(response) else { return nil }
            guard let item = json["Item"] else { return .some(nil) }
            return DynamoDBItem(item).map { .some($0) }
        }
    }

    /// Reads one page: what the service comes to within 1 MB, or `limit` items, before the filter. So a page may have few
    /// items or none while there are more: `lastKey` alone says whether that was all.
    ///
    /// The table is read as it was a moment ago, as the index is; a write just answered may be missing.
    /// See https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
    package func query(_ query: DynamoDBQuery) async throws(AWSError) -> DynamoDBPage {
        let request = Self.request("Query") { object in
            object.member("TableName", query.table)
            if let index = query.index { object.member("IndexName", index) }
            DynamoDBExpression.write(
                [
                    ("KeyConditionExpression", query.keyCondition), ("FilterExpression", query.filter),
                    ("ProjectionExpression", query.projection),
                ],
                to: &object
            )
            object.member("ScanIndexForward", !query.isNewestFirst)
            if let limit = query.limit { object.member("Limit", limit) }
            if let startKey = query.startKey {
                object.name("ExclusiveStartKey")
                startKey.write(to: &object)
            }
        }
        return try await client.call(request) { response in
            guard let json = Self.json(response), let elements = json["Items"]?.array else { return nil }
            let items = elements.compactMap(DynamoDBItem.init)
            guard items.count == elements.count else { return nil }
            return DynamoDBPage(items: items, lastKey: json["LastEvaluatedKey"].flatMap(DynamoDBItem.init))
        }
    }

    private func write(
        _ operation: String,
        capacity: Int = 1024,
        _ members: (inout JSONWriter) -> Void
    ) async throws(AWSError) -> ConditionalWrite {
        do throws(AWSError) {
            return try await client.call(Self.request(operation, capacity: capacity, members)) { response in
                guard let json = Self.json(response) else { return nil }
                return .done(json["Attributes"].flatMap(DynamoDBItem.init))
            }
        } catch {
            guard error.code == "ConditionalCheckFailedException" else { throw error }
            return .conditionFailed(error.details?["Item"].flatMap(DynamoDBItem.init))
        }
    }

    private static func request(
        _ operation: String,
        capacity: Int = 1024,
        _ members: (inout JSONWriter) -> Void
    ) -> HTTPRequest {
        var writer = JSONWriter(capacity: capacity)
        writer.object(members)
        return HTTPRequest(
            method: "POST",
            target: "/",
            headers: [
                HTTPHeaderField("content-type", "application/x-amz-json-1.0"),
                HTTPHeaderField("x-amz-target", "DynamoDB_20120810." + operation),
            ],
            body: writer.bytes,
            isRepeatable: true
        )
    }

    private static func json(_ response: HTTPResponse) -> JSONValue? {
        // What most writes are answered with.
        if response.body == Array("{}".utf8) { return .object([]) }
        guard let json = try? JSONParser.parse(response.body, maximumDepth: 64), case .object = json else { return nil }
        return json
    }
}
