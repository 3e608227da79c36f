// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSLambda
import ContactForm
import ContactFormTesting
import JSON
import Testing

@testable import ContactFormLambda

@Suite("AddContactInfo")
struct AddContactInfoHandlerTests {
    let store = InMemorySubmissionStore()
    let metrics = MetricsPipe()
    let now = Timestamp(milliseconds: 1_795_475_480_123)

    @Test(
        "a form that API Gateway hands over is stored and answered, whichever way the path tells it",
        arguments: [
            ("/contact", "/api/contact", "contact"), ("/AddContactInfo", "/default/AddContactInfo", "contact"),
            ("/f/\(FormName.sampleOrder)", "/api/f/\(FormName.sampleOrder)", "\(FormName.sampleOrder)"),
            ("/f/\(FormName.sampleOrder)", "/f/\(FormName.sampleOrder)", "\(FormName.sampleOrder)"),
        ]
    )
    func stored(path: String, visitorPath: String, form: String) async throws {
        let answer = try await send(
            event("name=Anna&email=anna%40example.se&message=Hej", path: path, visitorPath: visitorPath)
        )
        #expect(answer["statusCode"]?.integer == 200)
        #expect(answer["headers"]?["Content-Type"]?.string == "application/json")
        #expect(answer["headers"]?["Access-Control-Allow-Origin"]?.string == "https://example.se")
        let submission = try #require(store.submissions.first)
        #expect(submission.form.rawValue == form)
        #expect(submission.region == "eu-north-1")
        #expect(submission.receivedAt == now)
        #expect(answer["body"]?.string?.contains(submission.id.description) == true)
        #expect(try metrics.counts() == ["Stored \(form) 1"])
    }

    @Test("the same answer as on one machine: a page goes on with 303")
    func page() async throws {
        let answer = try await send(event("email=a%40b.se&message=Hej", accept: "text/html"))
        #expect(answer["statusCode"]?.integer == 303)
        #expect(answer["headers"]?["Location"]?.string == "https://example.se/thanks.html")
        #expect(answer["body"]?.string == "")
    }

    @Test("a form that is not in order is refused, and counted under its own name")
    func invalid() async throws {
        let answer = try await send(event("name=Anna&email=anna&message=Hej"))
        #expect(answer["statusCode"]?.integer == 422)
        #expect(store.submissions.isEmpty)
        #expect(try metrics.counts() == ["Invalid contact 1"])
    }

    @Test("a form that does not exist makes no metric of its own")
    func unknown() async throws {
        let answer = try await send(event("a=b", path: "/f/none", visitorPath: "/api/f/none"))
        #expect(answer["statusCode"]?.integer == 404)
        #expect(try metrics.counts() == ["Invalid - 1"])
    }

    @Test("spam is held with the same answer")
    func held() async throws {
        let answer = try await send(event("email=a%40b.se&message=Hej&_gotcha=x"))
        #expect(answer["statusCode"]?.integer == 200)
        #expect(store.submissions.map(\.status) == [.held])
        #expect(try metrics.counts() == ["Held contact 1"])
    }

    @Test("the same text over and over, from one address after the other, is held in the end")
    func repeats() async throws {
        let handler = handler
        for number in 1...5 {
            _ = try await handler.handle(
                event("email=a\(number)%40b.se&message=Buy+cheap+things+of+every+kind+here&_subject=1", origin: nil),
                .test(at: now)
            )
        }
        #expect(store.submissions.filter { $0.spamReasons.contains(.repeatedContent) }.count == 3)
    }

    @Test("a store that fails is never a success")
    func failed() async throws {
        store.setOutage(StoreError(.unavailable, "throttled"))
        let answer = try await send(event("email=a%40b.se&message=Hej"))
        #expect(answer["statusCode"]?.integer == 503)
        #expect(answer["headers"]?["Retry-After"] != nil)
        #expect(answer["body"]?.string?.contains("request-1") == true)
        #expect(try metrics.counts() == ["NotStored contact 1"])
    }

    @Test("a preflight is answered for the site, and counts for nothing")
    func preflight() async throws {
        let answer = try await send(event("", method: "OPTIONS"))
        #expect(answer["statusCode"]?.integer == 204)
        #expect(answer["headers"]?["Access-Control-Allow-Methods"]?.string == "POST, OPTIONS")
        #expect(try metrics.counts().isEmpty)
    }

    @Test("a body over the limit is answered with 413")
    func tooLarge() async throws {
        let text = String(repeating: "x", count: 300_000)
        #expect(try await send(event("message=\(text)"))["statusCode"]?.integer == 413)
    }

    @Test("an event that is no request is the function's error, not an answer")
    func malformed() async {
        await #expect(throws: LambdaFailure.self) {
            try await handler.handle(Array("{}".utf8), .test(at: now))
        }
    }

    private var handler: AddContactInfoHandler {
        var settings = FormSettings(forms: [FormDefinition(name: .sampleOrder)])
        settings.origins = OriginPolicy(allowed: ["https://example.se"])
        settings.siteURL = "https://example.se"
        settings.region = "eu-north-1"
        return AddContactInfoHandler(
            settings: settings,
            store: store,
            metrics: metrics.writer,
            now: { [now] in now }
        )
    }

    private func send(_ event: [UInt8]) async throws -> JSONValue {
        try JSONParser.parse(try await handler.handle(event, .test(at: now)), maximumDepth: 8)
    }

    private func event(
        _ body: String,
        method: String = "POST",
        path: String = "/contact",
        visitorPath: String = "/api/contact",
        accept: String = "application/json",
        origin: String? = "https://example.se"
    ) -> [UInt8] {
        Array(
            JSONWriter.text { writer in
                writer.object { event in
                    event.member("httpMethod", method)
                    event.member("path", path)
                    event.name("headers")
                    event.object { headers in
                        headers.member("Accept", accept)
                        headers.member("Content-Type", "application/x-www-form-urlencoded")
                        headers.member("Host", "abc.execute-api.eu-north-1.amazonaws.com")
                        headers.member("origin", ifPresent: origin)
                    }
                    event.name("requestContext")
                    event.object { $0.member("path", visitorPath) }
                    event.member("body", body)
                }
            }.utf8
        )
    }
}
