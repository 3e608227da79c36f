// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPAddress
import HTTPTestSupport
import NIOCore
import NIOPosix
import OutgoingHTTP
import TestSupport
import Testing

@Suite("the HTTP client, at a name with several addresses")
struct HTTPClientAddressTests {
    enum Host: Sendable {
        case server
        /// Nobody is at the port.
        case refusing
        /// Nobody says anything.
        case silent
    }

    /// The hosts by the family that is tried first and the other one. The families take turns (RFC 8305 §4).
    typealias Hosts = (first: [Host], second: [Host])

    static let reached: [Hosts] = [
        ([.server], []), ([], [.server]), ([.server], [.server]),
        ([.refusing], [.server]), ([.server], [.refusing]), ([.refusing, .server], []),
        ([.refusing, .server], [.refusing]),
        ([.refusing, .refusing], [.refusing, .server]),
        ([.silent], [.server]), ([.server], [.silent]), ([.silent, .server], [.refusing]),
        ([.refusing], [.silent, .server]),
    ]

    private static func client(
        _ hosts: Hosts,
        of endpoint: HTTPEndpoint,
        refusing: Int,
        silent: SocketAddress,
        _ change: (inout HTTPClient.Limits) -> Void
    ) throws -> HTTPClient {
        var endpoint = endpoint
        endpoint.host = "localhost"
        var limits = HTTPClient.Limits.patient
        limits.connections = 1
        change(&limits)
        func addresses(_ hosts: [Host]) throws -> [SocketAddress] {
            try hosts.map { host in
                switch host {
                case .server: try SocketAddress(ipAddress: "127.0.0.1", port: endpoint.port)
                case .refusing: try SocketAddress(ipAddress: "127.0.0.1", port: refusing)
                case .silent: silent
                }
            }
        }
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let found = FixedResolver.Found(first: try addresses(hosts.first), second: try addresses(hosts.second))
        return HTTPClient(
            endpoint: endpoint,
            eventLoop: eventLoop,
            tls: TLSTrust(caBundle: TestCertificates.caBundle),
            limits: limits,
            resolver: FixedResolver([found], on: eventLoop)
        )
    }

    @Test("one that answers is enough, wherever it stands", arguments: [nil, "server"])
    func isReached(certificate: String?) async throws {
        let port = try UnansweredPort()
        try await SilentPort.run { silent in
            for hosts in Self.reached {
                let script = Array(repeating: ScriptedServer.Step.answer(200), count: 3)
                try await ScriptedServer.run(script, certificate: certificate) { server, endpoint in
                    let client = try Self.client(hosts, of: endpoint, refusing: port.number, silent: silent) { _ in }
                    for number in 1...3 {
                        let response = try await client.send(.test, timeout: .patient)
                        #expect(response.status == 200, "\(hosts)")
                        // Were it still counted, no other one could be opened.
                        if number > 1 { client.close() }
                    }
                    #expect(
                        server.received.map(\.connection).map { $0 == server.received[0].connection } == [
                            true, true, false,
                        ]
                    )
                }
            }
        }
        withExtendedLifetime(port) {}
    }

    static let unreached: [(hosts: Hosts, fault: ConnectionFault)] = [
        (([.refusing], []), .refused), (([.refusing, .refusing], [.refusing]), .refused), (([.silent], []), .timedOut),
        (([.silent], [.refusing]), .timedOut), (([.refusing], [.silent]), .timedOut),
    ]

    @Test("none that answers is an error that says why, and the next request tries anew")
    func isNotReached() async throws {
        let port = try UnansweredPort()
        try await SilentPort.run { silent in
            for (hosts, fault) in Self.unreached {
                let endpoint = HTTPEndpoint(isTLS: false, host: "localhost", port: 9)
                let client = try Self.client(hosts, of: endpoint, refusing: port.number, silent: silent) {
                    // Long enough for the second address to have its turn.
                    if fault == .timedOut { $0.connectTimeout = .milliseconds(400) }
                }
                for _ in 1...2 {
                    let error = await #expect(throws: HTTPClientError.self) {
                        try await client.send(.test, timeout: .patient)
                    }
                    #expect(
                        error?.code == .unreachable && error?.wasSent == false && error?.fault == fault,
                        "\(hosts)"
                    )
                }
            }
        }
        withExtendedLifetime(port) {}
    }

    @Test("a repeat that reaches nobody does not take back that the first one may have been read")
    func repeatUnreached() async throws {
        let port = try UnansweredPort()
        try await ScriptedServer.run([.answer(200), .close]) { server, endpoint in
            let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
            let found = [endpoint.port, port.number].map { try? SocketAddress(ipAddress: "127.0.0.1", port: $0) }
            let lookups = found.map { FixedResolver.Found(first: [$0].compactMap(\.self)) }
            let client = HTTPClient(
                endpoint: endpoint,
                eventLoop: eventLoop,
                tls: TLSTrust(),
                limits: .patient,
                resolver: FixedResolver(lookups, on: eventLoop)
            )
            _ = try await client.send(.test, timeout: .patient)
            let error = await #expect(throws: HTTPClientError.self) { try await client.send(.test, timeout: .patient) }
            #expect(error?.code == .unreachable && error?.wasSent == true)
            #expect(server.received.count == 2)
        }
        withExtendedLifetime(port) {}
    }
}
