// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import ContactForm
import Foundation
import HTTPAddress
import NIOCore
import NIOPosix
import OutgoingHTTP
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
    private let kept = Mutex<SubmissionID?>(nil)
    private let rival = Mutex<Rival?>(nil)
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

    /// Refuses every deletion of a submission, until it is called with nil.
    func keep(_ id: SubmissionID?) { kept.withLock { $0 = id } }

    /// What somebody else does between a call and its answer.
    struct Rival: Sendable {
        var operation: String
        /// What the call says.
        var text: String
        var act: @Sendable () async throws -> Void
    }

    /// Acts once, after the first such call.
    func meet(_ next: Rival) { rival.withLock { $0 = next } }

    /// Runs `body` with a client of DynamoDB whose calls meet the faults: each the next call of its operation, once.
    static func with(
        _ faults: [(operation: String, fault: Fault)] = [],
        _ body: (DynamoDBClient, FaultyTable) async throws -> Void
    ) async throws {
        let table = try FaultyTable(faults)
        let port = try await TablePort { try await table.answer($0) }
        let own = ["AWS_ENDPOINT_URL": port.endpoint]
        let environment = ProcessInfo.processInfo.environment.merging(own) { $1 }
        let client = DynamoDBClient(
            configuration: try AWSConfiguration(environment: environment),
            eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
            policy: Moto.policy,
            logger: Moto.logger
        )
        let result: Result<Void, any Error>
        do { result = .success(try await body(client, table)) } catch { result = .failure(error) }
        client.close()
        table.moto.close()
        try await port.close()
        try result.get()
    }

    /// What comes of a call; nil ends the connection.
    private func answer(_ request: HTTPRequest) async throws -> HTTPResponse? {
        let fault = faults.withLock { faults in
            faults.firstIndex { $0.operation == request.operation }.map { faults.remove(at: $0).fault }
        }
        let isKept =
            request.operation == "DeleteItem"
            && kept.withLock { id in
                id.map { request.says($0.description) } ?? false
            }
        if fault == .refused || isKept {
            let body = #"{"__type":"com.amazonaws.dynamodb.v20120810#AccessDeniedException","message":"no"}"#
            return HTTPResponse(status: 400, body: Array(body.utf8))
        }
        let response = try await moto.send(request, timeout: .minutes(10))
        let rival = rival.withLock { rival -> Rival? in
            guard let next = rival, next.operation == request.operation, request.says(next.text) else { return nil }
            rival = nil
            return next
        }
        try await rival?.act()
        return fault == .answerLost ? nil : response
    }
}

extension HTTPRequest {
    fileprivate func says(_ text: String) -> Bool { String(decoding: body, as: UTF8.self).contains(text) }
}
