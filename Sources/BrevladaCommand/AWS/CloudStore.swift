// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import ContactForm
import ContactFormAWS
import Logging
import NIOPosix
import SiteDeployment

/// Opens the table of a stack.
struct CloudStore {
    let account: CloudAccount
    let options: CloudStoreOptions
    let forms: [FormName]

    /// - Throws: `CommandFailure` when the table can't be found out.
    func open() async throws -> DynamoDBSubmissionStore {
        let (table, shards) = try await place()
        var policy = RetryPolicy()
        // A person waits, and not a visitor behind a gateway.
        policy.attemptTimeout = 30_000
        policy.callTimeout = 120_000
        let logger = Logger(label: "brevlada.aws") { _ in SwiftLogNoOpLogHandler() }
        let client = DynamoDBClient(
            configuration: try await account.configuration(),
            eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
            policy: policy,
            logger: logger
        )
        return DynamoDBSubmissionStore(client: client, table: table, shardCount: shards, forms: forms, logger: logger)
    }

    private func place() async throws -> (table: String, shards: Int) {
        if let table = options.table { return (table, options.shards ?? 8) }
        let name = options.stack ?? "brevlada"
        let stack: Stack?
        do throws(AWSFailure) {
            stack = try await CloudFormation(aws: account.session()).stack(name)
        } catch {
            throw CommandFailure(.configuration, "\(error); or name the table with --table")
        }
        guard let outputs = stack?.outputs else {
            let failure = DeploymentFailure.noStack(name, in: account.region)
            throw CommandFailure(.configuration, "\(failure), or name the table with --table")
        }
        guard let table = outputs["TableName"], let shards = outputs["TableShards"].flatMap({ Int($0) }) else {
            throw CommandFailure(
                .configuration,
                "the stack \"\(name)\" does not tell its table; name it with --table and --shards, or deploy this version"
            )
        }
        return (table, shards)
    }
}
