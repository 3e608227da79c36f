// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPAddress
import HTTPTestSupport
import NIOCore
import NIOPosix
import NIOSSL
import OutgoingHTTP
import Testing

@Suite("the HTTP client, over TLS")
struct HTTPClientTLSTests {
    private static func client(
        _ endpoint: HTTPEndpoint,
        caBundle: String? = TestCertificates.caBundle,
        _ change: (inout HTTPClient.Limits) -> Void = { _ in }
    ) -> HTTPClient {
        var limits = HTTPClient.Limits.patient
        change(&limits)
        return HTTPClient(
            endpoint: endpoint,
            eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
            tls: TLSTrust(caBundle: caBundle),
            limits: limits
        )
    }

    @Test("a server with a name or an address is reached, TLS done ahead", arguments: ["localhost", "127.0.0.1"])
    func trusted(host: String) async throws {
        try await ScriptedServer.run([.answer(200), .answer(200)], certificate: "server") { server, endpoint in
            var endpoint = endpoint
            endpoint.host = host
            let client = Self.client(endpoint, caBundle: TestCertificates.caBundle)
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
            let client = Self.client(endpoint, caBundle: TestCertificates.caBundle)
            _ = try await client.send(.test, timeout: .patient)
            let response = try await client.send(.test, timeout: .patient)
            #expect(response.status == 200)
            #expect(server.received.map(\.connection) == [1, 1, 2])
            client.close()
        }
    }

    @Test(
        "a server that can't prove its name is not told anything",
        arguments: [("server", nil), ("other-name", TestCertificates.caBundle)]
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

    @Test("no TLS older than 1.2 is spoken (RFC 8996)", arguments: [(TLSVersion.tlsv12, true), (.tlsv11, false)])
    func oldTLS(latest: TLSVersion, isSpoken: Bool) async throws {
        let script = [ScriptedServer.Step.answer(200)]
        try await ScriptedServer.run(script, certificate: "server", latestTLS: latest) { server, endpoint in
            let client = Self.client(endpoint)
            switch await client.outcome(of: .test) {
            case .success(let response): #expect(isSpoken && response.status == 200)
            case .failure(let error): #expect(!isSpoken && error.code == .unreachable && error.fault == .noTLS)
            }
            #expect(server.received.count == (isSpoken ? 1 : 0))
            client.close()
        }
    }

    typealias Step = ScriptedServer.Step

    static let endings: [(step: Step, code: HTTPClientError.Code?, status: Int?)] = [
        (.cut(), .connectionLost, nil),
        (.cut("HTTP/1.1 2"), .connectionLost, nil),
        (.cut("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}"), .connectionLost, 200),
        // Whole by its length, so that the goodbye says nothing more.
        (.cut("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"), nil, 200),
        // Only the goodbye could say that this is all (RFC 9112 §9.8).
        (.cut("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}"), .connectionLost, 200),
        (.bytes("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}"), nil, 200),
        (.noTLS, .connectionLost, nil),
        (.answer(200, body: String(repeating: "x", count: 99)), .unreadable, 200),
    ]

    @Test("what was sent over TLS may have been read, however it ends", arguments: endings)
    func ends(step: Step, code: HTTPClientError.Code?, status: Int?) async throws {
        try await ScriptedServer.run([step], certificate: "server") { server, endpoint in
            let client = Self.client(endpoint) { $0.answerSize = 50 }
            switch await client.outcome(of: .test) {
            case .success(let response):
                #expect(code == nil && response.status == status && response.body == Array("{}".utf8))
            case .failure(let error): #expect(error.code == code && error.status == status && error.wasSent)
            }
            #expect(server.received.count == 1)
            client.close()
        }
    }

    @Test("a kept connection that is cut off costs one quiet repeat, unless that must not be")
    func cutOff() async throws {
        for request in [HTTPRequest.test, .once] {
            let script = [Step.answer(200), .cut(), .answer(200)]
            try await ScriptedServer.run(script, certificate: "server") { server, endpoint in
                let client = Self.client(endpoint)
                _ = try await client.send(request, timeout: .patient)
                switch await client.outcome(of: request) {
                case .success(let response): #expect(request.isRepeatable && response.status == 200)
                case .failure(let error):
                    #expect(!request.isRepeatable && error.code == .connectionLost && error.wasSent)
                }
                #expect(server.received.map(\.connection) == (request.isRepeatable ? [1, 1, 2] : [1, 1]))
                client.close()
            }
        }
    }

    @Test("a server that does not even hear the goodbye keeps no other connection from being opened")
    func deafness() async throws {
        // TLS waits five seconds for the goodbye. A busy machine may be as slow, but not every time.
        var isOpened = false
        for seconds: Int64 in [1, 2, 4, 8, 16] where !isOpened {
            try await ScriptedServer.run([.deafness, .answer(200)], certificate: "server") { server, endpoint in
                let client = Self.client(endpoint) { $0.connections = 1 }
                let lost = await client.outcome(of: .test, timeout: .seconds(seconds))
                let error = #expect(throws: HTTPClientError.self) { try lost.get() }
                #expect(error?.code == .timedOut)
                let next = await client.outcome(of: .test, timeout: .milliseconds(4500))
                isOpened = server.received.map(\.connection) == [1, 2] && (try? next.get().status) == 200
                client.close()
            }
        }
        #expect(isOpened)
    }

    @Test("after a close the next request opens a connection")
    func closed() async throws {
        try await ScriptedServer.run([.answer(200), .answer(200)], certificate: "server") { server, endpoint in
            let client = Self.client(endpoint)
            for _ in 1...2 {
                let response = try await client.send(.once, timeout: .patient)
                #expect(response.status == 200)
                client.close()
            }
            #expect(server.received.map(\.connection) == [1, 2])
        }
    }
}
