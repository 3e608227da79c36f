// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPAddress
import HTTPTestSupport
import HTTPTypes
import NIOCore
import NIOPosix
import OutgoingHTTP
import Testing

/// Asks a server of this machine and waits for its answer, however busy the machine is.
struct PatientClient: Sendable {
    struct Answer: Sendable {
        var status: HTTPTypes.HTTPResponse.Status
        var headers: HTTPFields
        var body: ByteBuffer
    }

    private let client: HTTPClient

    static func run<Value: Sendable>(
        port: Int,
        _ body: (PatientClient) async throws -> Value
    ) async throws -> Value {
        let client = HTTPClient(
            endpoint: HTTPEndpoint(isTLS: false, host: "localhost", port: port),
            eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
            tls: TLSTrust(),
            limits: .patient
        )
        defer { client.close() }
        return try await body(PatientClient(client: client))
    }

    func execute(
        uri: String,
        method: HTTPTypes.HTTPRequest.Method,
        headers: HTTPFields = [:],
        body: ByteBuffer? = nil
    ) async throws -> Answer {
        let fields = headers.map { HTTPHeaderField($0.name.canonicalName, $0.value) }
        let request = OutgoingHTTP.HTTPRequest(
            method: method.rawValue,
            target: uri,
            headers: [HTTPHeaderField("host", "localhost")] + fields,
            body: body.map { Array($0.readableBytesView) } ?? []
        )
        let response = try await client.send(request, timeout: .patient)
        var answered = HTTPFields()
        for header in response.headers {
            answered.append(HTTPField(name: try #require(HTTPField.Name(header.name)), value: header.value))
        }
        return Answer(
            status: .init(code: response.status),
            headers: answered,
            body: ByteBuffer(bytes: response.body)
        )
    }
}
