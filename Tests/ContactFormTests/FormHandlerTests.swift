// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
import ContactForm
import ContactFormTesting
import JSON
import Synchronization
import Testing

/// A handler with in-memory ports, and requests to it.
struct Visit {
    let store = InMemorySubmissionStore()
    let history = InMemoryContentHistory()
    var settings = FormSettings()
    var limiter: any SubmissionLimiter = OpenLimiter()
    var challenge: FixedChallenge?
    var now = Timestamp(milliseconds: 1_795_475_480_123)

    static let json = ["accept": "application/json", "content-type": "application/x-www-form-urlencoded"]
    static let page = [
        "accept": "text/html", "content-type": "application/x-www-form-urlencoded", "origin": "https://example.se",
    ]
    static let message = "name=Anna&email=anna%40example.se&message=Hej"

    func send(
        _ body: String = message,
        _ headers: [String: String] = json,
        form: String = "contact",
        method: String = "POST"
    ) async -> FormResponse {
        let handler = FormHandler(
            settings: settings,
            store: store,
            limiter: limiter,
            history: history,
            challenge: challenge
        )
        let headers = headers.merging(["host": "example.se"]) { own, _ in own }
        return await handler.handle(
            FormRequest(
                method: method,
                form: form,
                path: "/api/f/\(form)",
                headers: FormRequest.Headers { headers[$0] },
                body: .complete(Array(body.utf8)),
                clientAddress: 0xFFFF_C000_0201,
                receivedAt: now,
                reference: "ref-1"
            )
        )
    }
}

/// Admits everything and remembers what it was told.
private final class CountingLimiter: SubmissionLimiter {
    let attempts = Mutex(0)
    /// When what was stored came.
    let stored = Mutex<[Timestamp]>([])

    func admit(clientAddress: UInt128?, form: FormName, octets: Int, at now: Timestamp) -> Int? {
        attempts.withLock { $0 += 1 }
        return nil
    }

    func didStore(form: FormName, octets: Int, at now: Timestamp) {
        stored.withLock { $0.append(now) }
    }
}

extension FormResponse {
    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSONValue? { try? JSONParser.parse(body, maximumDepth: 8) }
    var codes: [String] { json?["errors"]?.array?.compactMap { $0["code"]?.string } ?? [] }
}

@Suite("FormHandler")
struct FormHandlerTests {
    @Test("a message is stored whole before the visitor is thanked")
    func stored() async throws {
        let visit = Visit()
        let headers = Visit.json.merging(["referer": "https://example.se/kontakt", "origin": "https://example.se"]) {
            $1
        }
        let response = await visit.send(Visit.message + "&phone=1&phone=2&_subject=Ny+b%C3%A5t&_language=sv", headers)
        let submission = try #require(visit.store.submissions.first)
        #expect(response.status == 200)
        #expect(response.outcome == .stored(submission.key))
        #expect(
            response.text == #"{"ok":true,"success":true,"next":"/thanks.html","message":"Tack! Ditt meddelande är "#
                + #"skickat.","id":"\#(submission.id)"}"#
        )
        #expect(
            submission.fields == [
                Field("name", "Anna"), Field("email", "anna@example.se"), Field("message", "Hej"),
                Field(name: "phone", values: ["1", "2"]),
            ]
        )
        #expect(submission.name == "Anna" && submission.email == "anna@example.se")
        #expect(submission.replyTo == "anna@example.se" && submission.subject == "Ny båt")
        #expect(submission.page == "https://example.se/kontakt" && submission.origin == "https://example.se")
        #expect(submission.language == .swedish && submission.status == .received)
        #expect(submission.delivery.nextAttempt == visit.now && submission.spamReasons.isEmpty)
    }

    @Test("a visitor without JavaScript is sent on with 303")
    func redirected() async {
        let response = await Visit().send(Visit.message + "&_next=/sv/tack.html", Visit.page)
        #expect(response.status == 303)
        #expect(response[header: "Location"] == "/sv/tack.html")
        #expect(response.body.isEmpty)
    }

    @Test("a double click is stored once and answered alike")
    func repeated() async {
        let visit = Visit()
        let first = await visit.send()
        let second = await visit.send()
        #expect(first.body == second.body)
        #expect(visit.store.submissions.count == 1)
        if case .repeated = second.outcome {} else { Issue.record("outcome is \(second.outcome)") }
    }

    @Test("a retry with the same Idempotency-Key is stored once, another key stores again")
    func idempotencyKey() async {
        let visit = Visit()
        for key in ["a", "a", "b"] {
            _ = await visit.send(Visit.message, Visit.json.merging(["idempotency-key": key]) { $1 })
        }
        #expect(visit.store.submissions.count == 2)
    }

    static let refusals: [(name: String, body: String, headers: [String: String], status: Int, codes: [String])] = [
        ("nothing", "", Visit.json, 422, ["EMPTY"]),
        ("blanks", "name=+&message=%0A", Visit.json, 422, ["EMPTY"]),
        ("only special fields", "_next=/a&_language=sv", Visit.json, 422, ["EMPTY"]),
        ("no message", "email=a%40b.se", Visit.json, 422, ["REQUIRED_FIELD_MISSING"]),
        ("no address", "message=Hej&email=", Visit.json, 422, ["REQUIRED_FIELD_EMPTY"]),
        ("two errors", "email=x&message=", Visit.json, 422, ["TYPE_EMAIL", "REQUIRED_FIELD_EMPTY"]),
        ("broken escape", "message=%", Visit.json, 400, ["MALFORMED"]),
        ("unknown type", "x", ["accept": "application/json", "content-type": "text/plain"], 415, ["UNSUPPORTED_TYPE"]),
        (
            "foreign origin", Visit.message, Visit.json.merging(["origin": "https://evil.example"]) { $1 }, 403,
            ["BLOCKED"]
        ),
        ("too large", String(repeating: "a", count: 262_145), Visit.json, 413, ["TOO_LONG"]),
        ("too long", "email=a%40b.se&message=" + String(repeating: "a", count: 20_001), Visit.json, 422, ["TOO_LONG"]),
    ]

    @Test("what is refused says so in its code, in both shapes, and stores nothing", arguments: refusals)
    func refused(name: String, body: String, headers: [String: String], status: Int, codes: [String]) async {
        let visit = Visit()
        let response = await visit.send(body, headers)
        #expect(response.status == status, "\(name)")
        #expect(response.codes == codes, "\(name)")
        #expect(response.json?["ok"] == .bool(false) && response.json?["error"]?.string?.isEmpty == false)
        let page = await visit.send(body, headers.merging(["accept": "text/html"]) { $1 })
        #expect(page.status == status, "\(name)")
        #expect(page.text.hasPrefix("<!doctype html>"))
        #expect(visit.store.submissions.isEmpty)
    }

    @Test("unknown and closed forms and wrong methods are told apart")
    func forms() async throws {
        var visit = Visit()
        var closed = FormDefinition(name: try #require(FormName(rawValue: "closed")))
        closed.isActive = false
        visit.settings = FormSettings(forms: [closed])
        #expect(await visit.send(form: "nope").codes == ["FORM_NOT_FOUND"])
        #expect(await visit.send(form: "../etc").status == 404)
        #expect(await visit.send(form: "closed").codes == ["INACTIVE"])
        let wrong = await visit.send(method: "GET")
        #expect(wrong.status == 405 && wrong[header: "Allow"] == "POST, OPTIONS")
        #expect(visit.store.submissions.isEmpty)
    }

    @Test(
        "a form that may have brought a file is told so when it is too large",
        arguments: ["text/html", "application/json"]
    )
    func tooLargeWithFile(accept: String) async {
        let headers = ["accept": accept, "content-type": "multipart/form-data; boundary=b"]
        let response = await Visit().send(String(repeating: "a", count: 262_145), headers)
        #expect(response.status == 413 && response.text.contains("Files can’t be sent"))
    }

    @Test("a page says of a file that it can't be sent, though it has no field for it")
    func fileOnPage() async {
        let body =
            "--b\r\nContent-Disposition: form-data; name=\"message\"\r\n\r\nHej\r\n--b\r\nContent-Disposition: form-data; "
            + "name=\"cv <1>\"; filename=\"a.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n--b--\r\n"
        let response = await Visit().send(
            body,
            ["accept": "text/html", "content-type": "multipart/form-data; boundary=b"]
        )
        #expect(response.status == 422 && response.text.contains("Hej</textarea>"))
        #expect(response.text.contains("cv &lt;1&gt;: Files can’t be sent"))
    }

    @Test("a page that has not got the text says where it may still be, but not to whoever is to send from elsewhere")
    func textInBrowser() async {
        let places = ["Go back with your browser’s Back button", "Gå tillbaka med webbläsarens bakåtknapp"]
        func isTold(_ response: FormResponse) -> Bool { places.contains { response.text.contains($0) } }
        for (name, body, headers, _, _) in Self.refusals {
            let page = await Visit().send(body, headers.merging(["accept": "text/html"]) { $1 })
            let isLost = ["broken escape", "unknown type", "too large"].contains(name)
            #expect(isTold(page) == isLost, "\(name)")
        }
        #expect(isTold(await Visit().send(Visit.message, Visit.page, form: "nope")))
        #expect(!isTold(await Visit().send(Visit.message, Visit.page, method: "GET")))
    }

    @Test("what is let in from an origin without a name may read its answer", arguments: ["POST", "OPTIONS"])
    func opaqueOrigin(method: String) async {
        let response = await Visit().send(Visit.message, Visit.json.merging(["origin": "null"]) { $1 }, method: method)
        #expect(response[header: "Access-Control-Allow-Origin"] == "null")
        #expect(await Visit().send(method: method)[header: "Access-Control-Allow-Origin"] == nil)
    }

    @Test("boxes whose name ends as a list's are met by the rule without that, and by no other")
    func listNames() async throws {
        var visit = Visit()
        var form = FormDefinition(name: .contact)
        form.fields = [
            FieldRule(name: "email", type: .email), FieldRule(name: "wishes", type: .checkbox, isRequired: true),
            FieldRule(name: "exact[]", type: .number),
        ]
        visit.settings = FormSettings(forms: [form])
        let response = await visit.send(
            "email=a%40b.se&wishes%5B%5D=oak&wishes%5B%5D=sails&exact%5B%5D=1&other%5B%5D=2"
        )
        #expect(response.status == 200, "\(response.text)")
        let stored = try #require(visit.store.submissions.first)
        #expect(stored.fields.values(of: "wishes") == ["oak", "sails"])
        #expect(stored.fields["exact[]"] == "1" && stored.fields["other[]"] == "2")
        #expect(await visit.send("email=a%40b.se&wishes=&wishes%5B%5D=oak").codes == ["REQUIRED_FIELD_EMPTY"])
        let long = "email=a%40b.se&wishes%5B%5D=" + String(repeating: "a", count: 20_001)
        #expect(await visit.send(long).json?["errors"]?.array?.first?["field"]?.string == "wishes")
    }

    @Test("a browser on an allowed origin is let through by the preflight, others are not")
    func preflight() async {
        let visit = Visit()
        let asked = await visit.send("", ["origin": "https://example.se"], method: "OPTIONS")
        #expect(asked.status == 204 && asked.outcome == .preflight)
        #expect(asked[header: "Access-Control-Allow-Origin"] == "https://example.se")
        for name in ["Formspree-Client", "Formspree-Session-Data", "Idempotency-Key", "X-Requested-With"] {
            #expect(asked[header: "Access-Control-Allow-Headers"]?.contains(name) == true)
        }
        let foreign = await visit.send("", ["origin": "https://evil.example"], method: "OPTIONS")
        #expect(foreign.status == 403 && foreign[header: "Access-Control-Allow-Origin"] == nil)
    }

    @Test(
        "a page of another origin may read that it is refused, and the log gets the origin when it is one",
        arguments: [
            ("https://Evil.example:8443", "https://evil.example:8443"), ("https://a@b.example", nil), ("file://", nil),
            ("https://åsa.example", nil), ("https://a.example\" x=1", nil), ("chrome-extension://abcdef", nil),
            ("https://" + String(repeating: "a", count: 5000), "https://" + String(repeating: "a", count: 192)),
        ] as [(String, String?)]
    )
    func foreignPage(origin: String, logged: String?) async {
        let response = await Visit().send(Visit.message, Visit.json.merging(["origin": origin]) { $1 })
        #expect(response.codes == ["BLOCKED"])
        #expect(response[header: "Access-Control-Allow-Origin"] == "*")
        #expect(response.outcome == .refused(.init(.blocked, form: .contact, origin: logged)))
    }

    @Test(
        "a refusal tells a log which form and which of its own fields it was about, and nothing else that was sent",
        arguments: [
            ("contact", "name=&email=nobody&message=", .typeEmail, .contact, ["email", "message"]),
            ("contact", "name=Anna", .requiredFieldMissing, .contact, ["email", "message"]),
            ("contact", "", .empty, .contact, []),
            ("contakt", Visit.message, .formNotFound, nil, []),
            ("Anna@example.se", Visit.message, .formNotFound, nil, []),
        ] as [(String, String, ErrorCode, FormName?, [String])]
    )
    func refusal(form: String, body: String, code: ErrorCode, named: FormName?, fields: [String]) async {
        let response = await Visit().send(body, form: form)
        #expect(response.outcome == .refused(.init(code, form: named, fields: fields)))
    }

    @Test("every answer with words says what language they are in", arguments: [Visit.json, Visit.page])
    func language(headers: [String: String]) async {
        for (body, language) in [("email=x&_language=sv", "sv"), ("email=x&_language=en", "en"), ("%", "en")] {
            #expect(await Visit().send(body, headers)[header: "Content-Language"] == language, "\(body)")
        }
        let thanks = await Visit().send(Visit.message + "&_language=sv")
        #expect(thanks[header: "Content-Language"] == "sv")
    }

    @Test("the page with errors may go on to any port of this machine while serving locally, and only then")
    func localTargets() async {
        var visit = Visit()
        for isLocal in [false, true] {
            visit.settings.origins = OriginPolicy(allowed: ["https://shop.example"], allowsLoopback: isLocal)
            let policy = await visit.send("email=x", Visit.page)[header: "Content-Security-Policy"]
            let local = isLocal ? " http://localhost:* http://127.0.0.1:*" : ""
            #expect(policy?.contains("form-action 'self' https://shop.example\(local);") == true)
        }
    }

    @Test("every answer varies by origin and is not cached")
    func headers() async {
        for body in [Visit.message, "", "%"] {
            let response = await Visit().send(body)
            #expect(response[header: "Vary"]?.hasPrefix("Origin") == true)
            #expect(response[header: "Cache-Control"] == "no-store")
        }
    }

    @Test("an error page keeps the text, the special fields and the honeypot, and escapes them")
    func errorPage() async {
        let body =
            "name=%3Cb%3E&email=fel&message=rad+1%0D%0A%22rad%22+2&extra=mer&_next=/tack&_gotcha=%22%3E&_language=sv"
        let response = await Visit().send(body, Visit.page)
        #expect(response.status == 422)
        for piece in [
            "lang=\"sv\"", "value=\"&lt;b&gt;\"", "value=\"fel\"", "rad 1\n&quot;rad&quot; 2</textarea>",
            "value=\"mer\"",
            "name=\"_next\" value=\"/tack\"", "name=\"_gotcha\" value=\"&quot;&gt;\"", "aria-invalid=\"true\"",
            "Skriv hela e-postadressen, till exempel namn@example.se.", "action=\"/api/f/contact\"",
        ] {
            #expect(response.text.contains(piece), "\(piece)")
        }
        #expect(response[header: "Content-Security-Policy"]?.contains("style-src 'sha256-") == true)
    }

    @Test("a value that is too long is given back whole, with the sentence by its field")
    func tooLongPage() async {
        let text = String(repeating: "a", count: 20_001)
        let response = await Visit().send("email=a%40b.se&message=" + text, Visit.page)
        #expect(response.status == 422)
        #expect(response.text.contains("\(text)</textarea>"))
        #expect(response.text.contains("Write at most 20,000 characters."))
    }

    @Test("a flood is asked to wait, and a page keeps the text")
    func limited() async {
        var visit = Visit()
        visit.limiter = OpenLimiter(secondsToWait: 7)
        let script = await visit.send()
        #expect(script.status == 429 && script[header: "Retry-After"] == "7" && script.codes == ["TOO_MANY_REQUESTS"])
        let page = await visit.send(Visit.message, Visit.page)
        #expect(page.status == 429 && page.text.contains("Hej</textarea>"))
        #expect(visit.store.submissions.isEmpty)
    }

    @Test("what is stored counts towards the form's limit, held or not, and nothing else does")
    func storedCounts() async {
        var visit = Visit()
        let limiter = CountingLimiter()
        visit.limiter = limiter
        visit.store.failNext(StoreError(.full, "full"), count: 1)
        let bodies: [(body: String, stored: Int)] = [
            (Visit.message, 0), (Visit.message, 1), (Visit.message, 1), (Visit.message + "&_gotcha=x&extra=1", 2),
            ("message=Hej", 2), ("", 2),
        ]
        for (number, sent) in bodies.enumerated() {
            _ = await visit.send(sent.body)
            #expect(limiter.attempts.withLock { $0 } == number + 1)
            #expect(limiter.stored.withLock { $0 } == Array(repeating: visit.now, count: sent.stored), "\(number)")
        }
    }

    @Test("a store that fails is never a success, and its reason is not shown")
    func storeFails() async {
        let visit = Visit()
        visit.store.failNext(StoreError(.full, "secret path is full"), count: 2)
        let script = await visit.send()
        #expect(script.status == 503 && script[header: "Retry-After"] == "5" && script.codes == ["UNAVAILABLE"])
        #expect(script.text.contains("ref-1") && !script.text.contains("secret"))
        #expect(script.outcome == .failed(StoreError(.full, "secret path is full")))
        let page = await visit.send(Visit.message, Visit.page)
        #expect(page.status == 503 && page.text.contains("Hej</textarea>"))
        #expect(await visit.send().status == 200)
        #expect(visit.store.submissions.count == 1)
    }

    @Test(
        "a message that the store can never hold is too large, and not to be sent again as it is",
        arguments: ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"]
    )
    func tooLargeForStore(contentType: String) async {
        let visit = Visit()
        visit.store.setOutage(StoreError(.tooLarge, "DynamoDB holds 400 KB"))
        let part = "--b\r\nContent-Disposition: form-data; name="
        let body =
            contentType.hasPrefix("multipart")
            ? "\(part)email\r\n\r\na@b.se\r\n\(part)message\r\n\r\nHej\r\n--b--\r\n" : Visit.message
        let script = await visit.send(body, ["accept": "application/json", "content-type": contentType])
        #expect(script.status == 413 && script.codes == ["TOO_LONG"] && script[header: "Retry-After"] == nil)
        #expect(script.outcome == .refused(.init(.tooLong, form: .contact)))
        #expect(script.json?["message"]?.string == "The message is too long. Shorten it and send again.")
        let page = await visit.send(body, ["accept": "text/html", "content-type": contentType])
        #expect(page.status == 413 && page.text.contains("Hej</textarea>") && !page.text.contains("Back button"))
    }

    static let shownTexts: [(name: String, body: String, page: String, reasons: [SpamReason])] = [
        ("a person", Visit.message, "https://example.se/kontakt", []),
        ("a word as a name", Visit.message + "&buy+cialis=x", "https://example.se/", [.blockedWord]),
        ("a word in a field's name that has a rule", Visit.message + "&cialis-pack=x", "https://example.se/", []),
        ("a word in the address of a site's own page", Visit.message, "https://example.se/cialis", []),
        ("a word in a strange page's address", Visit.message, "https://b.example/cialis", [.blockedWord]),
        ("a word as a strange page's host", Visit.message, "https://cialis.example", [.blockedWord]),
        (
            "links as names", Visit.message + "&http%3A%2F%2Fb.example=x&www.c.example=y&www.d.example=z",
            "https://example.se/", [.links]
        ),
        ("a link as page", Visit.message + "&see=http%3A%2F%2Fb.example", "https://www.c.example/", []),
    ]

    @Test(
        "what mail shows of a visitor's is looked at: names of fields without a rule, and the page",
        arguments: shownTexts
    )
    func shownText(name: String, body: String, page: String, reasons: [SpamReason]) async {
        var visit = Visit()
        var form = FormDefinition(name: .contact)
        form.fields.append(FieldRule(name: "cialis-pack"))
        visit.settings = FormSettings(forms: [form])
        visit.settings.spam.blockedWords = ["cialis"]
        let response = await visit.send(body, Visit.json.merging(["referer": page]) { $1 })
        #expect(response.status == 200)
        #expect(visit.store.submissions.map(\.spamReasons) == [reasons], "\(name)")
    }

    @Test("spam is thanked alike, and kept")
    func held() async throws {
        let visit = Visit()
        let good = await visit.send()
        let spam = await visit.send(Visit.message + "&_gotcha=x&extra=1")
        #expect(spam.status == good.status)
        let submission = try #require(visit.store.submissions.first { $0.status == .held })
        #expect(submission.spamReasons.contains(.honeypot))
        #expect(spam.outcome == .held(submission.key, reasons: submission.spamReasons))
        #expect(submission.delivery.nextAttempt == nil)
    }

    @Test("the honeypot may have another name, and the usual one still works")
    func honeypotName() async {
        var visit = Visit()
        var form = FormDefinition(name: .contact)
        form.honeypot = "website-url"
        visit.settings = FormSettings(forms: [form])
        _ = await visit.send(Visit.message + "&website-url=x")
        _ = await visit.send(Visit.message + "&_gotcha=x&n=2")
        _ = await visit.send(Visit.message + "&website-url=&_gotcha=&n=3")
        #expect(visit.store.submissions.filter { $0.status == .held }.count == 2)
        #expect(visit.store.submissions.allSatisfy { $0.fields["website-url"] == nil && $0.fields["_gotcha"] == nil })
    }

    @Test(
        "a honeypot is filled by what says something, and not by a box that a program sends as not ticked",
        arguments: [
            (#""x""#, true), ("true", true), (#""true""#, true), ("1", true), (#""on""#, true),
            (#""falsely""#, true),
            (#"["", "x"]"#, true), ("[false, true]", true), ("false", false), (#""false""#, false),
            (#""FALSE""#, false),
            ("0", false), (#""off""#, false), ("null", false), (#""""#, false), (#"" \n""#, false),
            ("[false, 0]", false),
        ]
    )
    func honeypotValues(value: String, isHeld: Bool) async {
        for name in ["_gotcha", "botcheck"] {
            var visit = Visit()
            var form = FormDefinition(name: .contact)
            form.honeypot = "botcheck"
            visit.settings = FormSettings(forms: [form])
            let body = #"{"email":"anna@example.se","message":"Hej","\#(name)":\#(value)}"#
            let response = await visit.send(body, ["content-type": "application/json"])
            #expect(response.status == 200)
            #expect(visit.store.submissions.map { $0.status == .held } == [isHeld], "\(name): \(value)")
        }
    }

    @Test(
        "a box that a script sends as not ticked is asked for, and is not ticked on the page",
        arguments: ["false", "0"]
    )
    func untickedBox(value: String) async {
        var visit = Visit()
        var form = FormDefinition(name: .contact)
        form.fields.append(FieldRule(name: "agree", type: .checkbox, isRequired: true))
        visit.settings = FormSettings(forms: [form])
        let json = #"{"email":"anna@example.se","message":"Hej","agree":\#(value)}"#
        let script = await visit.send(json, ["content-type": "application/json"])
        #expect(script.status == 422 && script.codes == ["REQUIRED_FIELD_EMPTY"])
        let page = await visit.send("\(Visit.message)&agree=\(value)", Visit.page)
        #expect(page.status == 422 && page.text.contains("name=\"agree\"") && !page.text.contains(" checked"))
        #expect(page.text.contains("<input type=\"checkbox\" value=\"on\""))
        #expect(await visit.send("\(Visit.message)&agree=yes").status == 200)
    }

    @Test("Formspree's session tells how long the form was shown and who drives the browser")
    func formspreeSession() async {
        let visit = Visit()
        // {"loadedAt":1795475480000,"webdriver":true}
        let data = "eyJsb2FkZWRBdCI6MTc5NTQ3NTQ4MDAwMCwid2ViZHJpdmVyIjp0cnVlfQ=="
        _ = await visit.send(Visit.message, Visit.json.merging(["formspree-session-data": data]) { $1 })
        #expect(visit.store.submissions.first?.spamReasons.starts(with: [.webdriver, .tooFast]) == true)
    }

    @Test(
        "`_started` tells how long the form was shown, a clock that is ahead tells nothing, and the session's time comes after it",
        arguments: [
            (-2_999, nil, [.tooFast]), (-3_000, nil, []), (0, nil, [.tooFast]), (1, nil, []),
            (nil, -2_999, [.tooFast]), (nil, -3_000, []), (-2_999, -60_000, [.tooFast]), (-3_000, -1, []),
            (nil, nil, []),
        ] as [(Int64?, Int64?, [SpamReason])]
    )
    func fillTime(started: Int64?, loaded: Int64?, reasons: [SpamReason]) async {
        let visit = Visit()
        func moment(_ offset: Int64) -> Int64 { visit.now.milliseconds + offset }
        var headers = Visit.json.merging(["origin": "https://example.se"]) { $1 }
        if let loaded {
            headers["formspree-session-data"] = Base64.text(Array(#"{"loadedAt":\#(moment(loaded))}"#.utf8))
        }
        _ = await visit.send(Visit.message + (started.map { "&_started=\(moment($0))" } ?? ""), headers)
        #expect(visit.store.submissions.map(\.spamReasons) == [reasons])
    }

    static let repeats: [(texts: [String], isSign: Bool)] = [
        (["Buy my backlinks today!!!", "BUY MY BACKLINKS TODAY!!!", " buy My Backlinks Today!!!\n"], true),
        (["Buy my backlinks today!!!", "BUY MY BACKLINKS TODAY!!!"], false),
        (["Buy my backlinks today!!!", "Buy my backlinks today!!?", "Buy my backlinks today!!."], false),
        (Array(repeating: "hello", count: 5), false),
        (Array(repeating: "exactly 19 bytes...", count: 5), false),
        (Array(repeating: "exactly 19 bytes... ", count: 5), false),
        (Array(repeating: "exactly twenty bytes", count: 3), true),
        // Bytes are counted, and letters beyond ASCII keep their case.
        (Array(repeating: "åååååååååå", count: 3), true),
        (["åååååååååå", "ÅÅÅÅÅÅÅÅÅÅ", "åååååååååå"], false),
    ]

    @Test(
        "a text of twenty bytes or more that comes three times is a sign, whatever its case in ASCII",
        arguments: repeats
    )
    func repeatedContent(texts: [String], isSign: Bool) async {
        let visit = Visit()
        let headers = Visit.json.merging(["origin": "https://example.se", "content-type": "application/json"]) { $1 }
        for (number, text) in texts.enumerated() {
            let body = JSONWriter.text { writer in
                writer.object { object in
                    for (name, value) in [("email", "a@b.se"), ("message", text), ("_id", "\(number)")] {
                        object.member(name, value)
                    }
                }
            }
            #expect(await visit.send(body, headers).status == 200)
        }
        let reasons = visit.store.submissions.map(\.spamReasons)
        #expect(reasons.count == texts.count)
        #expect(reasons.count { $0 == [.repeatedContent] } == (isSign ? texts.count - 2 : 0))
    }

    @Test("a message that is sent again is no repeated text, be it for a store that failed or a double click")
    func sentAgain() async {
        let visit = Visit()
        let headers = Visit.json.merging(["origin": "https://example.se"]) { $1 }
        let text = "&message=Can+you+mend+my+boat+before+spring"
        visit.store.failNext(StoreError(.unavailable, "down"), count: 4)
        for status in [503, 503, 503, 503, 200, 200, 200] {
            #expect(await visit.send("email=a%40b.se&_id=1" + text, headers).status == status)
        }
        // Two others with the same text are.
        for number in 2...3 { _ = await visit.send("email=a%40b.se&_id=\(number)" + text, headers) }
        #expect(visit.store.submissions.map(\.spamReasons.count).sorted() == [0, 0, 1])
        #expect(visit.store.submissions.contains { $0.spamReasons == [.repeatedContent] })
    }

    @Test("of a page's address 2,000 characters are stored, of an origin 500", arguments: [-1, 0, 1])
    func longHeaders(extra: Int) async throws {
        func long(_ start: String, _ count: Int) -> String {
            start + String(repeating: "ö", count: count - start.count)
        }
        var visit = Visit()
        let origin = "https://" + String(repeating: "a", count: 492 + extra)
        visit.settings.origins.allowed = [origin]
        let referer = long("https://example.se/", 2_000 + extra)
        _ = await visit.send(Visit.message, Visit.json.merging(["origin": origin, "referer": referer]) { $1 })
        let submission = try #require(visit.store.submissions.first)
        #expect(submission.page == String(referer.prefix(2_000)))
        #expect(submission.origin == String(origin.prefix(500)))
    }

    @Test(
        "an error page leads back to where the visitor came from on the site, and from elsewhere to the site",
        arguments: [
            ("https://example.se/kontakt?a=1", nil, "https://example.se/kontakt?a=1"),
            ("https://evil.example/x", nil, "/"),
            ("https://evil.example/x", "https://example.se", "https://example.se"),
            ("https://example.se.evil.example/x", nil, "/"), ("https://evil.example@example.se/", nil, "/"),
            ("https://evil.example/https://example.se/", nil, "/"), ("javascript:evil//example.se/", nil, "/"),
            ("//example.se/evil", nil, "/"), (nil, nil, "/"),
        ] as [(String?, String?, String)]
    )
    func backLink(referer: String?, site: String?, href: String) async {
        var visit = Visit()
        visit.settings.siteURL = site
        var headers = Visit.page
        headers["referer"] = referer
        let response = await visit.send("email=fel&message=Hej", headers)
        #expect(response.status == 422)
        #expect(response.text.contains("<p><a href=\"\(href)\">"), "\(response.text)")
        #expect(!response.text.contains("evil"))
    }

    @Test("the visitor's own reply address wins when it is one, also when it names a field")
    func replyTo() async {
        for (wanted, expected) in [("b%40c.se", "b@c.se"), ("email", "anna@example.se"), ("x", "anna@example.se")] {
            let visit = Visit()
            _ = await visit.send(Visit.message + "&_replyto=" + wanted)
            #expect(visit.store.submissions.first?.replyTo == expected)
        }
    }

    @Test("what stands in place of a reply address is kept for the owner when it is none")
    func unusableReplyTo() async {
        let visit = Visit()
        _ = await visit.send(Visit.message + "&_replyto=anna+at+x.se")
        #expect(visit.store.submissions.first?.fields["_replyto"] == "anna at x.se")
    }

    @Test("messages that differ only in the reply address or the subject are two", arguments: ["_replyto", "_subject"])
    func specialContent(name: String) async {
        let visit = Visit()
        for value in ["anna@x.se", "bertil@y.se", "bertil@y.se"] {
            _ = await visit.send("\(Visit.message)&\(name)=\(value)")
        }
        #expect(visit.store.submissions.count == 2)
    }

    @Test("an error page keeps what a browser would drop, and asks for no field that the form does not have")
    func keptByBrowser() async {
        var visit = Visit()
        var form = FormDefinition(name: .contact)
        form.fields += [
            FieldRule(name: "length", type: .number), FieldRule(name: "day", type: .date),
            FieldRule(name: "boat", type: .select, options: ["Snipa"]), FieldRule(name: "size", type: .number),
        ]
        visit.settings = FormSettings(forms: [form])
        let response = await visit.send("email=fel&message=Hej&length=3,5&day=23/11&boat=Eka", Visit.page)
        for piece in [
            "type=\"text\" value=\"3,5\"", "type=\"text\" value=\"23/11\"",
        ] {
            #expect(response.text.contains(piece), "\(piece)")
        }
        #expect(!response.text.contains("name=\"size\""))
        #expect(!response.text.contains("name=\"name\""))
    }

    @Test("a choice that is none of the options is not offered again, and nothing is chosen in its place")
    func refusedChoice() async {
        var visit = Visit()
        var form = FormDefinition(name: .contact)
        form.fields.append(FieldRule(name: "boat", type: .select, options: ["Snipa", "Kutter"]))
        visit.settings = FormSettings(forms: [form])
        let refused = await visit.send("\(Visit.message)&boat=Eka&_language=sv", Visit.page)
        #expect(refused.text.contains("value=\"Kutter\"") && refused.text.contains("Välj ett av alternativen."))
        #expect(!refused.text.contains("Eka") && !refused.text.contains(" selected"))
        #expect(
            await visit.send("email=fel&message=x&boat=Kutter", Visit.page).text.contains("value=\"Kutter\" selected>")
        )
    }

    @Test("where nothing came, the page asks for what the form's rules name", arguments: ["", "&_next=/tack"])
    func emptyPage(body: String) async {
        let page = await Visit().send("_language=sv" + body, Visit.page)
        #expect(page.status == 422 && page.text.contains("Formuläret var tomt. Fyll i det och skicka igen.</p>"))
        for name in ["name", "email", "message"] { #expect(page.text.contains(" name=\"\(name)\"")) }
        #expect(!page.text.contains("aria-invalid=\"true\""))
    }

    @Test(
        "where nothing came and no rule names a field, the page has no form to send again, and says what to do",
        arguments: [
            ("sv", "Om du fyllde i något skickar formuläret inte med det: kontakta webbplatsens ägare på annat sätt."),
            ("en", "If you did fill it in, the form sends nothing of it: contact the site’s owner in another way."),
        ]
    )
    func emptyPageWithoutRules(language: String, said: String) async {
        var visit = Visit()
        var form = FormDefinition(name: .contact)
        form.fields = []
        visit.settings = FormSettings(forms: [form])
        let page = await visit.send("_language=\(language)", Visit.page)
        #expect(page.status == 422 && page.text.contains(said) && !page.text.contains("<form"))
        #expect(await visit.send("text=", Visit.page).text.contains("name=\"text\""))
    }

    @Test("an error page shows each text in the direction it is written in")
    func directions() async throws {
        var visit = Visit()
        var form = FormDefinition(name: .contact)
        form.fields += [
            FieldRule(name: "boat", type: .select, options: ["סירה"]),
            FieldRule(name: "wishes", type: .checkbox, options: ["مرسى"]),
        ]
        visit.settings = FormSettings(forms: [form])
        let response = await visit.send("name=דנה&email=fel&message=שלום%0Aלך&boat=סירה&wishes=مرسى", Visit.page)
        for tag in ["<label", "<legend", "<textarea", "<option dir=\"auto\" value=\"ס"] {
            let count = response.text.split(separator: tag).count
            #expect(
                count > 1
                    && count == response.text.split(separator: tag.contains(" ") ? tag : tag + " dir=\"auto\"").count
            )
        }
        #expect(response.text.contains("<input dir=\"auto\" type=\"text\" value=\"דנה\""))
    }
}

@Suite("FormHandler with a challenge")
struct FormHandlerChallengeTests {
    static let token = "&cf-turnstile-response=t"

    @Test(
        "the checker's verdict decides, and a checker that is down holds the message instead of losing it",
        arguments: [
            (.passed, 200, nil, .received), (.refused, 422, "CHALLENGE_FAILED", nil),
            (.expired, 422, "CHALLENGE_EXPIRED", nil), (.unavailable, 200, nil, .held),
        ] as [(ChallengeVerdict, Int, String?, SubmissionStatus?)]
    )
    func verdicts(verdict: ChallengeVerdict, status: Int, code: String?, stored: SubmissionStatus?) async {
        var visit = Visit()
        visit.challenge = FixedChallenge(verdict)
        let response = await visit.send(Visit.message + Self.token)
        #expect(response.status == status)
        #expect(response.codes.first == code)
        #expect(visit.store.submissions.first?.status == stored)
        #expect(visit.store.submissions.allSatisfy { $0.fields["cf-turnstile-response"] == nil })
    }

    @Test("the token is asked for, and not used up by a typing error")
    func order() async throws {
        var visit = Visit()
        let challenge = FixedChallenge(.passed)
        visit.challenge = challenge
        #expect(await visit.send("email=fel&message=x" + Self.token).codes == ["TYPE_EMAIL"])
        #expect(challenge.tokens.isEmpty)
        #expect(await visit.send().codes == ["CHALLENGE_MISSING"])
        #expect(await visit.send(Visit.message + Self.token).status == 200)
        #expect(challenge.tokens == ["t"])
    }

    @Test(
        "the tokens of widgets are never a field, and no repeat is another message for them",
        arguments: [true, false]
    )
    func foreignTokens(isChallenged: Bool) async {
        var visit = Visit()
        if isChallenged { visit.challenge = FixedChallenge(.passed) }
        for number in 1...2 {
            let tokens = "&g-recaptcha-response=\(number)&h-captcha-response=\(number)&cf-turnstile-response=\(number)"
            #expect(await visit.send(Visit.message + tokens).status == 200)
        }
        #expect(visit.store.submissions.count == 1)
        #expect(visit.store.submissions.first?.fields.fields.map(\.name) == ["name", "email", "message"])
        let page = await visit.send("email=fel&message=x&g-recaptcha-response=secret", Visit.page)
        #expect(!page.text.contains("secret"))
    }

    @Test("a retry whose token is used up already finds its message stored")
    func retried() async {
        var visit = Visit()
        let challenge = FixedChallenge(.passed)
        visit.challenge = challenge
        let first = await visit.send(Visit.message + Self.token)
        challenge.setVerdict(.expired)
        let second = await visit.send(Visit.message + Self.token)
        #expect(second.status == 200 && second.body == first.body)
        #expect(visit.store.submissions.count == 1)
    }
}
