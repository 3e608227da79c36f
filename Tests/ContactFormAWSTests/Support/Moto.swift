// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import ContactForm
import ContactFormAWS
import ContactFormTesting
import Foundation
import JSON
import Logging
import NIOCore
import NIOPosix
import OutgoingHTTP

/// The AWS that `scripts/with-moto` plays, and a table of one's own in it.
enum Moto {
    struct Missing: Error, CustomStringConvertible {
        let description = "AWS_ENDPOINT_URL is not set; run the tests with: scripts/with-moto swift test"
    }

    static func configuration() throws -> AWSConfiguration {
        let environment = ProcessInfo.processInfo.environment
        guard environment["AWS_ENDPOINT_URL"] != nil else { throw Missing() }
        var configuration = try AWSConfiguration(environment: environment)
        configuration.limits.connectTimeout = .seconds(60)
        return configuration
    }

    static let logger = Logger(label: "test")
    static let policy: RetryPolicy = {
        // Many tests share one moto and two cores: it may be slow, and only its answer counts. A write whose answer
        // came too late would be made again, and then be told that it is done already.
        var policy = RetryPolicy()
        policy.attemptTimeout = 600_000
        policy.callTimeout = 1_200_000
        return policy
    }()

    /// Runs `body` with a store on a new table.
    static func withStore(
        shardCount: Int = 8,
        _ body: (DynamoDBSubmissionStore, DynamoDBClient, String) async throws -> Void
    ) async throws {
        let configuration = try configuration()
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let table = "test-\(UUID().uuidString)"
        let admin = AWSClient(
            .dynamoDB,
            configuration: configuration,
            eventLoop: eventLoop,
            policy: policy,
            logger: logger
        )
        try await createTable(table, admin)
        let client = DynamoDBClient(
            configuration: configuration,
            eventLoop: eventLoop,
            policy: policy,
            logger: logger
        )
        try await body(store(client, table, shardCount: shardCount), client, table)
        client.close()
        admin.close()
    }

    static func store(
        _ client: DynamoDBClient,
        _ table: String,
        shardCount: Int,
        at now: Timestamp = .sample
    ) -> DynamoDBSubmissionStore {
        DynamoDBSubmissionStore(
            client: client,
            table: table,
            shardCount: shardCount,
            forms: [.contact, .sampleOrder],
            logger: logger,
            now: { now }
        )
    }

    /// The keys and the index that the template gives the table.
    private static func createTable(_ table: String, _ client: AWSClient) async throws {
        let body = """
            {"TableName":"\(table)","BillingMode":"PAY_PER_REQUEST",
            "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"},
            {"AttributeName":"waiting","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
            "GlobalSecondaryIndexes":[{"IndexName":"waiting",
            "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"waiting","KeyType":"RANGE"}],
            "Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["attempts","region"]}}]}
            """
        let request = HTTPRequest(
            method: "POST",
            target: "/",
            headers: [
                HTTPHeaderField("content-type", "application/x-amz-json-1.0"),
                HTTPHeaderField("x-amz-target", "DynamoDB_20120810.CreateTable"),
            ],
            body: Array(body.utf8)
        )
        try await client.call(request) { _ in () }
    }
}
