// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSLambda
import JSON
import Testing

@Suite("answers to API Gateway")
struct ProxyResponseTests {
    @Test("status, headers and text go as they are")
    func text() throws {
        let response = ProxyResponse(status: 422, headers: [.init("Vary", "Origin")], body: Array("{\"å\":1}".utf8))
        let json = try JSONParser.parse(response.json, maximumDepth: 4)
        #expect(json["statusCode"]?.integer == 422)
        #expect(json["headers"]?["Vary"]?.string == "Origin")
        #expect(json["isBase64Encoded"] == .bool(false))
        #expect(json["body"]?.string == "{\"å\":1}")
    }

    @Test("bytes that are no text go in base 64")
    func bytes() throws {
        let json = try JSONParser.parse(
            ProxyResponse(status: 200, headers: [], body: [0xFF, 0x00]).json,
            maximumDepth: 4
        )
        #expect(json["isBase64Encoded"] == .bool(true))
        #expect(json["body"]?.string == "/wA=")
    }
}
