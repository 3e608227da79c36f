// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPAddress
import HTTPTestSupport
import NIOCore
import NIOPosix
import OutgoingHTTP
import TestSupport
import Testing

@Suite("the HTTP client")
struct HTTPClientTests {
    private static func client(_ endpoint: HTTPEndpoint, _ change: (inout HTTPClient.Limits) -> Void = { _ in })
        -> HTTPClient
    {
        var limits = HTTPClient.Limits.patient
        change(&limits)
        return HTTPClient(
            endpoint: endpoint,
            eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
            tls: TLSTrust(),
            limits: limits
        )
    }

    private static let timeout = TimeAmount.patient

    @Test("one connection carries one request after the other")
    func keepAlive() async throws {
        try await ScriptedServer.run(Array(repeating: .answer(200), count: 5)) { server, endpoint in
            let client = Self.client(endpoint)
            for _ in 1...5 {
                let response = try await client.send(.test, timeout: Self.timeout)
                #expect(response.status == 200)
            }
            #expect(server.connections == 1)
            client.close()
        }
    }

    @Test("a connection is opened ahead, and the first request takes it")
    func warmUp() async throws {
        try await ScriptedServer.run([.answer(200)]) { server, endpoint in
            let client = Self.client(endpoint)
            try await client.warmUp()
            try await client.warmUp()
            _ = try await client.send(.test, timeout: Self.timeout)
            #expect(server.connections == 1)
            client.close()
        }
    }

    @Test("a connection that went stale costs one quiet repeat on a new one")
    func stale() async throws {
        // The first answer leaves the connection open; the second request meets a server that closes it instead.
        try await ScriptedServer.run([.answer(200), .close, .answer(200)]) { server, endpoint in
            let client = Self.client(endpoint)
            _ = try await client.send(.test, timeout: Self.timeout)
            #expect(try await client.send(.test, timeout: Self.timeout).status == 200)
            #expect(server.received.map(\.connection) == [1, 1, 2])
            client.close()
        }
    }

    @Test("only one repeat is made, and none on a connection that is new")
    func staleOnce() async throws {
        try await ScriptedServer.run([.answer(200), .close, .close, .answer(200)]) { server, endpoint in
            let client = Self.client(endpoint)
            _ = try await client.send(.test, timeout: Self.timeout)
            let error = await #expect(throws: HTTPClientError.self) {
                try await client.send(.test, timeout: Self.timeout)
            }
            #expect(error?.code == .connectionLost && error?.wasSent == true)
            #expect(server.received.count == 3)
            client.close()
        }
        try await ScriptedServer.run([.close, .answer(200)]) { server, endpoint in
            let client = Self.client(endpoint)
            _ = await #expect(throws: HTTPClientError.self) { try await client.send(.test, timeout: Self.timeout) }
            #expect(server.received.count == 1)
            client.close()
        }
    }

    @Test("what must not be made twice is not, and takes no connection that rested for more than a moment")
    func once() async throws {
        try await ScriptedServer.run([.answer(200), .close, .answer(200)]) { server, endpoint in
            let client = Self.client(endpoint)
            _ = try await client.send(.once, timeout: Self.timeout)
            let error = await #expect(throws: HTTPClientError.self) {
                try await client.send(.once, timeout: Self.timeout)
            }
            #expect(error?.code == .connectionLost && error?.wasSent == true)
            #expect(server.received.map(\.connection) == [1, 1])
            client.close()
        }
        try await ScriptedServer.run(Array(repeating: .answer(200), count: 4)) { server, endpoint in
            let client = Self.client(endpoint) { $0.unrepeatableIdleTime = .zero }
            try await client.warmUp()
            for request in [HTTPRequest.test, .once, .once, .test] {
                _ = try await client.send(request, timeout: Self.timeout)
            }
            #expect(server.received.map(\.connection) == [1, 2, 3, 3])
            client.close()
        }
    }

    @Test("closing the client ends what is under way, without a repeat, and the client goes on")
    func closed() async throws {
        try await ScriptedServer.run([.answer(200), .silence, .answer(200)]) { server, endpoint in
            let client = Self.client(endpoint)
            _ = try await client.send(.test, timeout: Self.timeout)
            async let outcome = client.outcome(of: .test)
            while server.received.count < 2 { try await Task.sleep(for: .milliseconds(5)) }
            client.close()
            let lost = await outcome
            let error = #expect(throws: HTTPClientError.self) { try lost.get() }
            #expect(error?.code == .connectionLost && error?.wasSent == true)
            #expect(try await client.send(.test, timeout: Self.timeout).status == 200)
            #expect(server.received.map(\.connection) == [1, 1, 2])
            client.close()
        }
    }

    @Test("no request waits behind one that was answered before it was read")
    func answeredUnread() async throws {
        try await ScriptedServer.run([.answerUnread(413), .answer(200)]) { server, endpoint in
            let client = Self.client(endpoint)
            var large = HTTPRequest.test
            // More than the system keeps for both sides.
            large.body = Array(repeating: 0x20, count: 32 << 20)
            let refusal = try await client.send(large, timeout: Self.timeout)
            #expect(refusal.status == 413)
            let response = try await client.send(.test, timeout: Self.timeout)
            #expect(response.status == 200)
            #expect(server.received.map(\.connection) == [1, 2])
            client.close()
        }
    }

    @Test("a connection that rested too long is not used again")
    func idleTime() async throws {
        try await ScriptedServer.run([.answer(200), .answer(200)]) { server, endpoint in
            let client = Self.client(endpoint) { $0.idleTime = .zero }
            for _ in 1...2 { _ = try await client.send(.test, timeout: Self.timeout) }
            #expect(server.connections == 2)
            client.close()
        }
    }

    @Test("answers in chunks, without a length, or that end the connection are read to their end")
    func framings() async throws {
        let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        let closing = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nabcde"
        let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nabcde"
        try await ScriptedServer.run([.bytes(chunked), .bytes(closing), .bytes(interim)]) { _, endpoint in
            let client = Self.client(endpoint) { $0.idleTime = .zero }
            for _ in 1...3 {
                let response = try await client.send(.test, timeout: Self.timeout)
                #expect(response.body == Array("abcde".utf8))
            }
            client.close()
        }
    }

    static let broken: [(bytes: String, code: HTTPClientError.Code, status: Int?)] = [
        ("", .connectionLost, nil),
        ("HTTP/1.1 200", .connectionLost, nil),
        ("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc", .connectionLost, 200),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab", .connectionLost, 200),
        ("SSH-2.0-OpenSSH_9.2\r\n", .unreadable, nil),
        ("HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n", .unreadable, nil),
        ("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n" + String(repeating: "x", count: 99), .unreadable, 200),
    ]

    @Test("an answer that is broken is an error that says how", arguments: broken)
    func isBroken(bytes: String, code: HTTPClientError.Code, status: Int?) async throws {
        try await ScriptedServer.run([.bytes(bytes)]) { _, endpoint in
            let client = Self.client(endpoint) { $0.answerSize = 50 }
            let error = await #expect(throws: HTTPClientError.self) {
                try await client.send(.test, timeout: Self.timeout)
            }
            #expect(error?.code == code)
            #expect(error?.status == status)
            #expect(error?.wasSent == true)
            client.close()
        }
    }

    @Test("an answer that stops halfway says at the time-out what it said so far")
    func stops() async throws {
        let part = ScriptedServer.Step.part("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}")
        // On a busy machine the time may be over before the part has come.
        var status: Int?
        for seconds: Int64 in [1, 4, 16, 64] where status == nil {
            try await ScriptedServer.run([part, .answer(200)]) { server, endpoint in
                let client = Self.client(endpoint)
                let error = await #expect(throws: HTTPClientError.self) {
                    try await client.send(.test, timeout: .seconds(seconds))
                }
                #expect(error?.code == .timedOut)
                status = error?.status
                if status != nil {
                    let response = try await client.send(.test, timeout: Self.timeout)
                    #expect(response.body == Array("{}".utf8))
                    #expect(server.received.map(\.connection) == [1, 2])
                }
                client.close()
            }
        }
        #expect(status == 200)
    }

    @Test("more requests than connections wait their turn, and none is lost")
    func waiting() async throws {
        try await ScriptedServer.run(Array(repeating: .answer(200), count: 40)) { server, endpoint in
            let client = Self.client(endpoint) { $0.connections = 3 }
            try await withThrowingTaskGroup { group in
                for _ in 1...40 { group.addTask { try await client.send(.test, timeout: Self.timeout).status } }
                for try await status in group { #expect(status == 200) }
            }
            #expect(server.connections <= 3)
            client.close()
        }
    }

    @Test("a request that waits for a connection gives up at its own time")
    func waitsTooLong() async throws {
        try await ScriptedServer.run([.silence, .silence, .silence]) { server, endpoint in
            let client = Self.client(endpoint) { $0.connections = 1 }
            try await withThrowingTaskGroup { group in
                for _ in 1...3 {
                    group.addTask {
                        let error = await #expect(throws: HTTPClientError.self) {
                            try await client.send(.test, timeout: .milliseconds(50))
                        }
                        #expect(error?.code == .timedOut)
                    }
                }
                try await group.waitForAll()
            }
            client.close()
        }
    }

    @Test("nobody at the port is an error at once")
    func unreachable() async throws {
        let port = try UnansweredPort()
        let client = Self.client(HTTPEndpoint(isTLS: false, host: "127.0.0.1", port: port.number))
        let error = await #expect(throws: HTTPClientError.self) { try await client.send(.test, timeout: Self.timeout) }
        #expect(error?.code == .unreachable && error?.wasSent == false)
        #expect(error?.fault == .refused)
        await #expect(throws: HTTPClientError.self) { try await client.warmUp() }
        withExtendedLifetime(port) {}
    }

    @Test("a name that there is none of is an error that says so")
    func noName() async throws {
        // RFC 6761 §6.4: names under it are never found.
        let client = Self.client(HTTPEndpoint(isTLS: false, host: "brevlada.invalid", port: 80)) {
            $0.connectTimeout = .seconds(60)
        }
        let error = await #expect(throws: HTTPClientError.self) { try await client.send(.test, timeout: .seconds(60)) }
        #expect(error?.code == .unreachable && error?.fault == .nameNotFound)
    }

    @Test("a server that speaks no TLS is an error when TLS is meant")
    func noTLS() async throws {
        try await ScriptedServer.run([.answer(200)]) { _, endpoint in
            var endpoint = endpoint
            endpoint.isTLS = true
            let client = Self.client(endpoint) { $0.connectTimeout = .milliseconds(300) }
            let error = await #expect(throws: HTTPClientError.self) {
                try await client.send(.test, timeout: Self.timeout)
            }
            #expect(error?.code == .unreachable && error?.wasSent == false)
            #expect(error?.fault == .timedOut)
        }
    }
}
