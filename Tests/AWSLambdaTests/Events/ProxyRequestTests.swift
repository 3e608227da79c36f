// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSLambda
import Foundation
import TestSupport
import Testing

/// A file of `Fixtures`.
func fixture(_ name: String) throws -> [UInt8] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return Array(try Data(contentsOf: folder.appendingPathComponent("Fixtures/\(name)")))
}

@Suite("requests from API Gateway")
struct ProxyRequestTests {
    @Test(
        "AWS's own samples are read",
        arguments: [
            ("rest-api.json", "GET", "Hello from Lambda!", ["value1", "value2"]),
            ("http-api-1.0.json", "GET", "Hello from Lambda!", ["value1", "value2"]),
            ("http-api-2.0.json", "POST", "Hello from Lambda", ["value1,value2"]),
        ]
    )
    func samples(file: String, method: String, body: String, second: [String]) throws {
        let request = try ProxyRequest(event: fixture(file))
        #expect(request.method == method)
        #expect(request.path == "/my/path")
        #expect(request.resourcePath == "/my/path")
        #expect(request[header: "header1"] == "value1")
        #expect(request.headers.filter { $0.name == "header2" }.map(\.value) == second)
        #expect(request.body == Array(body.utf8))
    }

    @Test("the visitor's path has the stage, the resource's has not")
    func stage() throws {
        let rest = try request(#"{"httpMethod":"POST","path":"/contact","requestContext":{"path":"/api/contact"}}"#)
        #expect((rest.path, rest.resourcePath) == ("/api/contact", "/contact"))
        let http = try request(
            #"{"version":"2.0","rawPath":"/api/contact","requestContext":{"stage":"api","http":{"method":"POST"}}}"#
        )
        #expect((http.path, http.resourcePath) == ("/api/contact", "/contact"))
    }

    @Test("header names come in any case, and all values of a repeated one are kept")
    func headers() throws {
        let headers = #""headers":{"ACCEPT":"b"},"multiValueHeaders":{"ACCEPT":["a","b"]}"#
        let request = try request("{\"httpMethod\":\"POST\",\"path\":\"/\",\(headers)}")
        #expect(request[header: "accept"] == "a")
        #expect(request.list(header: "accept") == "a, b")
        #expect(request.list(header: "origin") == nil)
    }

    @Test("a request without headers or body, as the console's test sends it, is read")
    func nulls() throws {
        let request = try request(
            #"{"httpMethod":"GET","path":"/","headers":null,"multiValueHeaders":null,"body":null,"requestContext":{}}"#
        )
        #expect(request.headers.isEmpty)
        #expect(request.body.isEmpty)
    }

    @Test("a body in base 64 is decoded, and only when the event says so")
    func base64() throws {
        let text = "bmFtZT3DhXNh"
        let decoded = try request(#"{"httpMethod":"POST","path":"/","body":"\#(text)","isBase64Encoded":true}"#)
        #expect(decoded.body == Array("name=Åsa".utf8))
        let plain = try request(#"{"httpMethod":"POST","path":"/","body":"\#(text)","isBase64Encoded":false}"#)
        #expect(plain.body == Array(text.utf8))
    }

    @Test(
        "what is no request is refused as malformed",
        arguments: [
            "", "null", "[]", "{}", "{", #"{"httpMethod":"POST"}"#, #"{"version":"2.0","rawPath":"/"}"#,
            #"{"httpMethod":"POST","path":"/","body":"%%%","isBase64Encoded":true}"#, #"{"Records":[]}"#,
        ]
    )
    func malformed(event: String) {
        #expect { try request(event) } throws: { ($0 as? LambdaFailure)?.type == "Event.Malformed" }
    }

    @Test("50,000 mutations of the samples are read or refused, and never trap")
    func fuzz() throws {
        var random = SplitMix64(seed: 42)
        var read = 0
        for file in ["rest-api.json", "http-api-2.0.json", "dynamodb-stream.json"] {
            let sample = try fixture(file)
            for _ in 0..<17_000 {
                let mutation = random.mutate(sample)
                if (try? ProxyRequest(event: mutation)) != nil { read += 1 }
                if (try? FunctionTrigger(event: mutation)) != nil { read += 1 }
            }
        }
        #expect(read > 1_000)
    }

    private func request(_ event: String) throws -> ProxyRequest { try ProxyRequest(event: Array(event.utf8)) }
}
