// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import AWSLambda

@Suite("answers of the Runtime API")
struct RuntimeResponseTests {
    static let next = """
        HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nlambda-runtime-aws-request-id: 8476a536\r
        Lambda-Runtime-Deadline-Ms:1542409706888 \r\nLambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-2:1:f\r
        Lambda-Runtime-Trace-Id: Root=1-5bef4de7;Sampled=1\r\nContent-Length: 9\r\n\r\n{"a": 1}\n
        """
    static let chunked =
        "HTTP/1.1 202 Accepted\r\nTransfer-Encoding: Chunked\r\n\r\n5;x=y\r\nhello\r\n1A\r\n abcdefghijklmnopqrstuvwxy\r\n"
        + "0\r\nTrailer: 1\r\n\r\n"

    @Test("an event is read with its headers in any case")
    func event() throws {
        let (response, length) = try #require(try parse(Self.next))
        #expect(length == Self.next.utf8.count)
        #expect(response.status == 200)
        #expect(response.requestID == "8476a536")
        #expect(response.deadline == 1_542_409_706_888)
        #expect(response.traceID == "Root=1-5bef4de7;Sampled=1")
        #expect(response.body == Array("{\"a\": 1}\n".utf8))
        #expect(!response.closes)
    }

    @Test("chunks are put together, extensions and trailers passed over")
    func chunks() throws {
        let (response, length) = try #require(try parse(Self.chunked))
        #expect(length == Self.chunked.utf8.count)
        #expect(String(decoding: response.body, as: UTF8.self) == "hello abcdefghijklmnopqrstuvwxy")
    }

    @Test("an answer is nothing until it is whole, wherever it is cut", arguments: [next, chunked])
    func cut(text: String) throws {
        let bytes = Array(text.utf8)
        for count in 0..<bytes.count {
            #expect(try parse(String(decoding: bytes[..<count], as: UTF8.self)) == nil, "cut at \(count)")
        }
        // What follows belongs to the next answer.
        let more = try #require(try parse(text + "HTTP/1.1 200 OK\r\n"))
        #expect(more.length == bytes.count)
    }

    @Test("a closing peer is noticed, and an answer without a body has none")
    func close() throws {
        let response = try #require(try parse("HTTP/1.1 202 Accepted\r\nConnection: Close\r\n\r\n")).response
        #expect(response.closes)
        #expect(response.body.isEmpty)
        #expect(try #require(try parse("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n")).response.body.isEmpty)
    }

    @Test(
        "what is no answer is refused",
        arguments: [
            "HTTP/2 200 OK\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "\r\n\r\n",
            "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFF\r\n",
            "HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 70_000),
        ]
    )
    func violations(text: String) {
        #expect(throws: RuntimeAPIError.self) { try parse(text) }
    }

    @Test("100,000 mutations are read, waited for or refused, and never trap")
    func fuzz() async {
        var random = SplitMix64(seed: 7)
        var read = 0
        for text in [Self.next, Self.chunked] {
            let bytes = Array(text.utf8)
            for round in 0..<50_000 {
                if round.isMultiple(of: 250) { await Task.yield() }
                let mutation = random.mutate(bytes)
                let parsed = mutation.withUnsafeBytes { try? RuntimeResponse.parse($0) }
                if let (_, length) = parsed ?? nil {
                    read += 1
                    #expect(length <= mutation.count)
                }
            }
        }
        #expect(read > 1_000)
    }

    private func parse(_ text: String) throws -> (response: RuntimeResponse, length: Int)? {
        try Array(text.utf8).withUnsafeBytes { try RuntimeResponse.parse($0) }
    }
}
