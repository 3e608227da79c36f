// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import AWSLambda

@Suite("requests to the Runtime API")
struct RuntimeRequestTests {
    private let request = RuntimeRequest(host: "127.0.0.1:9001")
    private let failure = LambdaFailure(type: "Event.Malformed", message: "no \"json\"")

    @Test("the next event is asked for")
    func next() {
        let head = "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: 127.0.0.1:9001\r\n"
        #expect(text(request.next()).hasPrefix(head))
        #expect(text(request.next()).hasSuffix("\r\n\r\n"))
    }

    @Test("an answer goes with its length in bytes")
    func response() {
        let text = text(request.response(to: "id-1", Array("\"å\"".utf8)))
        #expect(text.hasPrefix("POST /2018-06-01/runtime/invocation/id-1/response HTTP/1.1\r\n"))
        #expect(text.contains("\r\nContent-Length: 4\r\n"))
        #expect(text.hasSuffix("\r\n\r\n\"å\""))
    }

    @Test("errors carry their type in a header and say what AWS's own runtimes say in the body")
    func errors() {
        for (text, path) in [
            (text(request.error(of: "id-1", failure)), "invocation/id-1/error"),
            (text(request.initializationError(failure)), "init/error"),
        ] {
            #expect(text.hasPrefix("POST /2018-06-01/runtime/\(path) HTTP/1.1\r\n"))
            #expect(text.contains("\r\nLambda-Runtime-Function-Error-Type: Event.Malformed\r\n"))
            #expect(
                text.hasSuffix(
                    #"{"errorMessage":"no \"json\"","errorType":"Event.Malformed","stackTrace":[]}"#
                )
            )
        }
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
