// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import HTTPTypes
import Hummingbird
import NIOCore
import TestSupport
import Testing

@testable import ContactFormServer

@Suite("Files too long for memory")
struct LargeFileTests {
    private let folder: TemporarySite
    private let exchange: SiteExchange
    private let content: [UInt8]

    init() throws {
        folder = try TemporarySite()
        var limits = StaticSite.Limits()
        limits.largestInMemory = 1_000
        limits.largestGzipped = 50_000
        limits.pieceLengths = 4_096...4_096
        exchange = try SiteExchange(folder, limits: limits)
        var random = SplitMix64(seed: 5)
        content = (0..<20_001).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        try folder.write("film.mp4", content)
    }

    @Test("a long file comes in pieces and is the same")
    func pieces() async throws {
        let answer = try await exchange.get("/film.mp4")
        #expect(Array(answer.body.readableBytesView) == content)
        #expect(answer.pieces == [4_096, 4_096, 4_096, 4_096, 3_617])
        #expect(answer[.contentLength] == "20001")
    }

    @Test("a part of a long file is read from its place")
    func part() async throws {
        let answer = try await exchange.get("/film.mp4", [.range: "bytes=5000-14999"])
        #expect(answer.status == 206)
        #expect(Array(answer.body.readableBytesView) == Array(content[5_000..<15_000]))
        #expect(answer.pieces == [4_096, 4_096, 1_808])
    }

    @Test("a long file that changed is sent as it is now, under another tag, before it is due for a look")
    func change() async throws {
        let first = try await exchange.get("/film.mp4")
        try folder.write("film.mp4", Array(content.reversed()))
        let second = try await exchange.get("/film.mp4")
        #expect(Array(second.body.readableBytesView) == content.reversed())
        #expect(second[.eTag] != first[.eTag])
    }

    @Test("a file that is cut short while it is sent breaks the answer off")
    func cutShort() async throws {
        let head = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/film.mp4")
        let response = try await exchange.site.respond(to: Request(head: head, body: RequestBody(buffer: ByteBuffer())))
        try #require(truncate(folder.path("film.mp4"), 5_000) == 0)
        await #expect(throws: SiteFolderError.self) { try await response.body.write(Discarding()) }
    }

    @Test(
        "at the end of a file that was cut short, an error that is past counts for nothing",
        arguments: [0, EINTR, EIO]
    )
    func staleError(_ code: CInt) throws {
        guard case .file(let found) = try SiteFolder(path: folder.root).open().item(at: "film.mp4") else {
            Issue.record("nothing is found")
            return
        }
        let file = try #require(try found.open())
        try #require(truncate(folder.path("film.mp4"), 5_000) == 0)
        let error = #expect(throws: SiteFolderError.self) {
            errno = code
            _ = try file.read(0..<content.count)
        }
        #expect(error?.code == EIO)
    }

    @Test("a long text is compressed once and kept in memory")
    func longText() async throws {
        try folder.write("long.txt", String(repeating: "all work and no play\n", count: 1_000))
        let answer = try await exchange.get("/long.txt", [.acceptEncoding: "gzip"])
        #expect(answer[.contentEncoding] == "gzip")
        #expect(answer.pieces.count == 1)
        #expect(try await exchange.get("/long.txt").body.readableBytes == 21_000)
        try folder.write("longer.txt", String(repeating: "all work and no play\n", count: 5_000))
        #expect(try await exchange.get("/longer.txt", [.acceptEncoding: "gzip"])[.contentEncoding] == nil)
    }

    private struct Discarding: ResponseBodyWriter {
        func write(_ buffer: ByteBuffer) async throws {}
        func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}
