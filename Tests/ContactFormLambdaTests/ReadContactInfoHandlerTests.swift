// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSLambda
import ContactForm
import ContactFormTesting
import JSON
import Testing

@testable import ContactFormLambda

@Suite("ReadContactInfo")
struct ReadContactInfoHandlerTests {
    let store = InMemorySubmissionStore([.sample(1, status: .held), .sample(2)])
    let now = Timestamp.sample.advanced(by: .days(1))

    /// Who API Gateway says is there.
    private static let cognito = #""authorizer":{"claims":{"sub":"abc","token_use":"id"}}"#
    private static let iam = #""identity":{"userArn":"arn:aws:iam::123456789012:user/owner","sourceIp":"192.0.2.1"}"#

    @Test("the owner is answered, by token or by AWS credentials", arguments: [cognito, iam])
    func answered(context: String) async throws {
        let answer = try await send("GET", "/submissions", context: context)
        #expect(answer["statusCode"]?.integer == 200)
        #expect(answer["headers"]?["Cache-Control"]?.string == "no-store")
        let body = try body(of: answer)
        #expect(body["submissions"]?.array?.count == 2)
    }

    @Test("an HTTP API's own events are understood as well")
    func httpAPI() async throws {
        for (authorizer, status) in [
            (#"{"jwt":{"claims":{"sub":"abc"}}}"#, 200), (#"{"iam":{"userArn":"arn:x"}}"#, 200), ("{}", 401),
        ] {
            let event = """
                {"version":"2.0","rawPath":"/api/submissions","rawQueryString":"status=held&q=sunday%3F","headers":{},
                "requestContext":{"stage":"api","http":{"method":"GET"},"authorizer":\(authorizer)}}
                """
            let answer = try await handle(event)
            #expect(answer["statusCode"]?.integer == Int64(status))
            if status == 200 { #expect(try body(of: answer)["submissions"]?.array?.count == 1) }
        }
    }

    @Test(
        "without an authorizer there is nothing but 401, whatever is asked for",
        arguments: [
            #""stage":"api""#, #""identity":{"sourceIp":"192.0.2.1","userArn":null}"#, #""identity":{"userArn":""}"#,
            #""authorizer":null"#, #""authorizer":{}"#, #""authorizer":{"claims":{}}"#,
            #""authorizer":{"claims":{"sub":""}}"#,
            #""authorizer":{"principalId":"user"}"#, #""authorizer":"claims""#,
        ]
    )
    func unauthorized(context: String) async throws {
        let id = Submission.sample(1, status: .held).id
        let asked =
            [
                ("GET", "/submissions", nil), ("GET", "/submissions/\(id)", nil), ("GET", "/submissions.csv", nil),
                ("PATCH", "/submissions/\(id)", #"{"action":"release"}"#), ("DELETE", "/submissions/\(id)", nil),
                ("POST", "/erasure", #"{"email":"astrid@example.com"}"#), ("GET", "/audit", nil),
                ("GET", "/nothing", nil),
            ] as [(String, String, String?)]
        var answers: Set<JSONValue> = []
        for (method, path, body) in asked {
            let answer = try await send(method, path, body: body, context: context)
            #expect(answer["statusCode"]?.integer == 401)
            answers.insert(answer)
        }
        #expect(answers.count == 1)
        #expect(store.submissions == [.sample(1, status: .held), .sample(2)])
    }

    @Test("parameters come decoded, several of a name too")
    func parameters() async throws {
        let multiple = try await send(
            "GET",
            "/submissions",
            parameters: #""multiValueQueryStringParameters":{"status":["held"],"limit":["5"]}"#
        )
        #expect(try body(of: multiple)["submissions"]?.array?.count == 1)
        let single = try await send("GET", "/submissions", parameters: #""queryStringParameters":{"q":"question 2."}"#)
        #expect(try body(of: single)["submissions"]?.array?.count == 1)
        let twice = try await send(
            "GET",
            "/submissions",
            parameters: #""multiValueQueryStringParameters":{"status":["held","failed"]}"#
        )
        #expect(twice["statusCode"]?.integer == 400)
    }

    @Test("releasing makes the mail due")
    func release() async throws {
        let id = Submission.sample(1, status: .held).id
        let answer = try await send("PATCH", "/submissions/\(id)", body: #"{"action":"release"}"#)
        #expect(answer["statusCode"]?.integer == 200)
        #expect(store.submissions.first?.status == .received)
        #expect(store.submissions.first?.delivery.nextAttempt == now)
    }

    @Test("an export comes in parts that fit, and the link leads through the stage to the next")
    func export() async throws {
        let store = InMemorySubmissionStore((1...40).map { Submission.sample($0) })
        let handler = ReadContactInfoHandler(
            archive: store,
            language: .english,
            exports: .init(bytes: 2_000, pages: 10),
            now: { [now] in now }
        )
        var text = ""
        var parameters = #""queryStringParameters":null"#
        var count = 0
        while count < 100 {
            let answer = try await send("GET", "/submissions.csv", parameters: parameters, handler: handler)
            text += answer["body"]?.string ?? ""
            count += 1
            guard let link = answer["headers"]?["Link"]?.string else { break }
            #expect(link.hasPrefix("</api/submissions.csv?cursor="))
            let cursor = link.dropFirst("</api/submissions.csv?cursor=".count).prefix { $0 != ">" }
            parameters = #""queryStringParameters":{"cursor":"\#(cursor)"}"#
        }
        #expect(text.split(separator: "\r\n").count == 41)
        #expect(count > 5)
    }

    @Test(
        "the longest list of the longest texts fits into an answer many times, and a message has them whole",
        arguments: ["<", "\"", "\\", "\u{1}", "\u{2028}", "📮", "e\u{301}\u{301}\u{301}"]
    )
    func largest(unit: String) async throws {
        let text = String(repeating: unit, count: IntakeLimits().valueCharacters)
        let submissions = (1...200).map { number in
            var submission = Submission.sample(number)
            submission.name = text
            submission.email = text
            submission.subject = text
            submission.fields = [Field("name", text), Field("email", text), Field("message", text)]
            return submission
        }
        let handler = ReadContactInfoHandler(
            archive: InMemorySubmissionStore(submissions),
            language: .english,
            now: { [now] in now }
        )
        let answer = try await send(
            "GET",
            "/submissions",
            parameters: #""queryStringParameters":{"limit":"200"}"#,
            handler: handler
        )
        let list = try #require(try body(of: answer)["submissions"]?.array)
        #expect(list.count == 200)
        #expect(JSONWriter.text { $0.string(answer["body"]?.string ?? "") }.utf8.count < 2_000_000)
        for (name, length) in [("name", 201), ("email", 321), ("subject", 201)] {
            let shown = try #require(list.first?[name]?.string)
            #expect(shown.unicodeScalars.count == length && shown.unicodeScalars.last == "…")
        }
        let whole = try body(of: try await send("GET", "/submissions/\(submissions[0].id)", handler: handler))
        for name in ["name", "email", "subject", "message"] { #expect(whole[name]?.string == text) }
    }

    @Test("an event that is no request is the function's error, not an answer")
    func malformed() async {
        await #expect(throws: LambdaFailure.self) { try await handle("{}") }
    }

    // MARK: -

    private var handler: ReadContactInfoHandler {
        ReadContactInfoHandler(archive: store, language: .swedish, now: { [now] in now })
    }

    private func handle(_ event: String, by handler: ReadContactInfoHandler? = nil) async throws -> JSONValue {
        let answer = try await (handler ?? self.handler).handle(Array(event.utf8), .test(at: now))
        return try JSONParser.parse(answer, maximumDepth: 8)
    }

    private func body(of answer: JSONValue) throws -> JSONValue {
        try JSONParser.parse(Array((answer["body"]?.string ?? "").utf8), maximumDepth: 8)
    }

    private func send(
        _ method: String,
        _ path: String,
        body: String? = nil,
        context: String = cognito,
        parameters: String = #""queryStringParameters":null"#,
        handler: ReadContactInfoHandler? = nil
    ) async throws -> JSONValue {
        let body = body.map { text in JSONWriter.text { $0.string(text) } } ?? "null"
        return try await handle(
            """
            {"httpMethod":"\(method)","path":"\(path)",\(parameters),"headers":{"content-type":"application/json"},
            "requestContext":{"path":"/api\(path)",\(context)},"body":\(body),"isBase64Encoded":false}
            """,
            by: handler
        )
    }
}
