// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

@testable import ContactFormServer

/// Requests of a static site without a socket, on a clock that the test moves.
final class SiteExchange: Sendable {
    struct Answer {
        let response: Response
        let body: ByteBuffer
        /// The lengths of the pieces the body came in.
        let pieces: [Int]

        var status: Int { response.status.code }
        var text: String { String(buffer: body) }
        subscript(name: HTTPField.Name) -> String? { response.headers[name] }
    }

    let site: StaticSite
    private let clock: Clock

    private final class Clock: Sendable {
        let now = Mutex(NIODeadline.uptimeNanoseconds(1))
    }

    init(
        _ folder: TemporarySite,
        limits: StaticSite.Limits = .init(),
        now: Timestamp? = nil,
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) throws {
        let clock = Clock()
        self.clock = clock
        site = try StaticSite(
            root: folder.root,
            limits: limits,
            logger: logger,
            clock: { clock.now.withLock { $0 } },
            now: { now ?? .now() }
        )
    }

    func advance(by amount: TimeAmount) {
        clock.now.withLock { $0 = $0 + amount }
    }

    func send(_ method: HTTPRequest.Method, _ target: String, _ fields: HTTPFields = [:]) async throws -> Answer {
        let head = HTTPRequest(method: method, scheme: "http", authority: "test", path: target, headerFields: fields)
        let response = try await site.respond(to: Request(head: head, body: RequestBody(buffer: ByteBuffer())))
        let collector = Collector()
        try await response.body.write(collector)
        return Answer(response: response, body: collector.bytes, pieces: collector.pieces)
    }

    func get(_ target: String, _ fields: HTTPFields = [:]) async throws -> Answer {
        try await send(.get, target, fields)
    }

    private final class Collector: ResponseBodyWriter {
        private(set) var bytes = ByteBuffer()
        private(set) var pieces: [Int] = []

        func write(_ buffer: ByteBuffer) async throws {
            pieces.append(buffer.readableBytes)
            bytes.writeImmutableBuffer(buffer)
        }

        func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}
