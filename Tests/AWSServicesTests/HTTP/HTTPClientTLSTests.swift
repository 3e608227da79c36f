// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import NIOCore
import NIOPosix
import Testing

@Suite("the HTTP client, over TLS")
struct HTTPClientTLSTests {
    private static func client(_ endpoint: HTTPEndpoint, caBundle: String?) -> HTTPClient {
        HTTPClient(
            endpoint: endpoint,
            eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
            tls: TLSTrust(caBundle: caBundle),
            limits: .patient
        )
    }

    @Test("a server with a name or an address is reached, TLS done ahead", arguments: ["localhost", "127.0.0.1"])
    func trusted(host: String) async throws {
        try await ScriptedServer.run([.answer(200), .answer(200)], certificate: "server") { server, endpoint in
            var endpoint = endpoint
            endpoint.host = host
            let client = Self.client(endpoint, caBundle: Fixtures.caBundle)
            try await client.warmUp()
            for _ in 1...2 {
                let response = try await client.send(.test, timeout: .patient)
                #expect(response.status == 200)
            }
            #expect(server.connections == 1)
            client.close()
        }
    }

    @Test("a connection that went stale costs one quiet repeat here too")
    func stale() async throws {
        try await ScriptedServer.run([.answer(200), .close, .answer(200)], certificate: "server") { server, endpoint in
            let client = Self.client(endpoint, caBundle: Fixtures.caBundle)
            _ = try await client.send(.test, timeout: .patient)
            let response = try await client.send(.test, timeout: .patient)
            #expect(response.status == 200)
            #expect(server.received.map(\.connection) == [1, 1, 2])
            client.close()
        }
    }

    @Test(
        "a server that can't prove its name is not told anything",
        arguments: [("server", nil), ("other-name", Fixtures.caBundle)]
    )
    func untrusted(certificate: String, caBundle: String?) async throws {
        try await ScriptedServer.run([.answer(200)], certificate: certificate) { server, endpoint in
            var endpoint = endpoint
            endpoint.host = "localhost"
            let client = Self.client(endpoint, caBundle: caBundle)
            let error = await #expect(throws: HTTPClientError.self) {
                try await client.send(.test, timeout: .patient)
            }
            #expect(error?.code == .unreachable && error?.wasSent == false)
            #expect(error?.fault == .noTLS)
            #expect(server.received.isEmpty)
        }
    }
}
