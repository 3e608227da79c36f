// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// The Runtime API over one kept connection on the function's event loop.
actor RuntimeAPIClient: RuntimeAPI {
    private let address: SocketAddress
    private let eventLoop: any EventLoop
    private let request: RuntimeRequest
    private var connection: RuntimeConnection?

    /// - Parameter host: The value of `AWS_LAMBDA_RUNTIME_API`, an IP address and a port.
    init(host: String, on eventLoop: any EventLoop) throws(RuntimeAPIError) {
        guard let colon = host.lastIndex(of: ":"), let port = Int(host[host.index(after: colon)...]),
            let address = try? SocketAddress(ipAddress: String(host[..<colon]), port: port)
        else { throw .unreachable("AWS_LAMBDA_RUNTIME_API is \"\(host)\", not an IP address and a port") }
        self.address = address
        self.eventLoop = eventLoop
        request = RuntimeRequest(host: host)
    }

    func next() async throws(RuntimeAPIError) -> Invocation {
        let response = try await exchange(request.next())
        guard response.status == 200 else { throw Self.error(response.status) }
        guard let requestID = response.requestID, !requestID.isEmpty, let deadline = response.deadline else {
            throw .protocolViolation("an event without request id or deadline")
        }
        return Invocation(
            requestID: requestID,
            deadline: deadline,
            traceID: response.traceID,
            event: response.body
        )
    }

    func respond(to requestID: String, with answer: [UInt8]) async throws(RuntimeAPIError) {
        try await post(request.response(to: requestID, answer))
    }

    func report(_ failure: LambdaFailure, of requestID: String) async throws(RuntimeAPIError) {
        try await post(request.error(of: requestID, failure))
    }

    func reportInitialization(_ failure: LambdaFailure) async throws(RuntimeAPIError) {
        try await post(request.initializationError(failure))
    }

    private func post(_ bytes: [UInt8]) async throws(RuntimeAPIError) {
        let response = try await exchange(bytes)
        guard response.status == 202 else { throw Self.error(response.status) }
    }

    private static func error(_ status: Int) -> RuntimeAPIError {
        status >= 500 ? .broken(status: status) : .refused(status: status)
    }

    /// One exchange on the kept connection. A connection that broke is made anew once: asking for an event twice does
    /// no harm, and an answer that had arrived is refused as one for no invocation.
    private func exchange(_ bytes: [UInt8]) async throws(RuntimeAPIError) -> RuntimeResponse {
        if let connection, connection.isActive {
            do throws(RuntimeAPIError) {
                return try await connection.exchange(bytes)
            } catch .unreachable {
                self.connection = nil
            }
        }
        let opened = try await RuntimeConnection.open(to: address, on: eventLoop)
        connection = opened
        return try await opened.exchange(bytes)
    }
}
