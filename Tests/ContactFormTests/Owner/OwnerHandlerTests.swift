// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactFormTesting
import JSON
import Testing

@testable import ContactForm

@Suite("The owner's API")
struct OwnerHandlerTests {
    let now = Timestamp.sample.advanced(by: .days(1))

    private func send(
        _ method: String,
        _ target: String,
        _ body: String? = nil,
        to store: InMemorySubmissionStore,
        contentType: String? = "application/json",
        language: String? = nil,
        exports: OwnerHandler.Exports = .streamed
    ) async throws -> (response: OwnerResponse, text: String, json: JSONValue?) {
        let parts = target.split(separator: "?", maxSplits: 1)
        let response = await OwnerHandler(archive: store, exports: exports).handle(
            OwnerRequest(
                method: method,
                path: String(parts[0]),
                parameters: parts.count > 1 ? OwnerRequest.parameters(query: String(parts[1])) : [],
                contentType: body == nil ? nil : contentType,
                acceptLanguage: language,
                body: Array((body ?? "").utf8),
                receivedAt: now,
                reference: "ref-1"
            )
        )
        var bytes: [UInt8] = []
        switch response.body {
        case .complete(let complete): bytes = complete
        case .stream(let stream): for try await chunk in stream { bytes += chunk }
        }
        return (response, String(decoding: bytes, as: UTF8.self), try? JSONParser.parse(bytes, maximumDepth: 8))
    }

    private func ids(_ json: JSONValue?) -> [String] {
        (json?["submissions"]?.array ?? []).compactMap { $0["id"]?.string }
    }

    @Test("a list is newest first and goes on at its cursor, each message once")
    func pages() async throws {
        let submissions = (1...7).map { Submission.sample($0) }
        let store = InMemorySubmissionStore(submissions)
        var seen: [String] = []
        var cursor = ""
        for _ in 0..<10 {
            let answer = try await send("GET", "/submissions?limit=3" + cursor, to: store)
            #expect(answer.response.status == 200)
            #expect(answer.response[header: "Cache-Control"] == "no-store")
            seen += ids(answer.json)
            guard let next = answer.json?["next"]?.string else { break }
            cursor = "&cursor=\(next)"
        }
        #expect(seen == submissions.reversed().map(\.id.description))
    }

    @Test(
        "a list shows what was asked for",
        arguments: [
            ("", [1, 2, 3, 5]), ("form=order", [3]), ("status=held", [2]), ("status=held,failed", [2, 3]),
            ("unread=true", [1, 2, 3]), ("unread=false", [1, 2, 3, 5]), ("archived=true", [4]),
            ("archived=any", [1, 2, 3, 4, 5]),
            ("q=question%202.", [2]), ("q=ASTRID", [1, 2, 3, 5]), ("q=nothing+such", []), ("q=%20", [1, 2, 3, 5]),
            ("from=2026-11-23T12:00:03Z", [3, 5]), ("until=2026-11-23T12:00:03.000Z", [1, 2]),
            ("from=2026-11-24", []), ("until=2026-11-24", [1, 2, 3, 5]), ("status=&form=", [1, 2, 3, 5]),
        ]
    )
    func filters(query: String, expected: [Int]) async throws {
        let order = try #require(FormName(rawValue: "order"))
        var submissions = [
            Submission.sample(1), .sample(2, status: .held), .sample(3, form: order, status: .failed), .sample(4),
            .sample(5),
        ]
        submissions[3].archivedAt = now
        submissions[4].readAt = now
        let answer = try await send("GET", "/submissions?\(query)", to: InMemorySubmissionStore(submissions))
        #expect(answer.response.status == 200, "\(answer.text)")
        #expect(ids(answer.json) == expected.reversed().map { submissions[$0 - 1].id.description })
    }

    @Test(
        "a parameter that is wrong is named",
        arguments: [
            ("/submissions?page=2", "page"), ("/submissions?form=a/b", "form"), ("/submissions?status=new", "status"),
            ("/submissions?status=held,", "status"), ("/submissions?from=yesterday", "from"),
            ("/submissions?until=2026-02-30", "until"), ("/submissions?from=2026-11-24&until=2026-11-23", "until"),
            ("/submissions?unread=1", "unread"), ("/submissions?archived=maybe", "archived"),
            ("/submissions?limit=0", "limit"), ("/submissions?limit=201", "limit"), ("/submissions?limit=-1", "limit"),
            ("/submissions?limit=99999999999999999999", "limit"), ("/submissions?limit=1&limit=2", "limit"),
            ("/submissions?cursor=abc", "cursor"), ("/submissions.csv?cursor=abc", "cursor"),
            ("/submissions.csv?separator=pipe", "separator"), ("/submissions.csv?limit=5", "limit"),
            ("/submissions.jsonl?separator=tab", "separator"), ("/audit?q=x", "q"), ("/audit?from=x", "from"),
            ("/submissions?q=" + String(repeating: "x", count: 201), "q"),
        ]
    )
    func parameters(target: String, name: String) async throws {
        for language in ["en", "sv"] {
            let answer = try await send("GET", target, to: InMemorySubmissionStore(), language: language)
            #expect(answer.response.status == 400)
            #expect(answer.json?["errors"]?.array?.first?["field"]?.string == name)
            #expect(answer.json?["errors"]?.array?.first?["code"]?.string == "INVALID_PARAMETER")
            #expect(answer.json?["message"]?.string?.contains(name) == true)
            #expect(answer.json?["ok"] == .bool(false))
        }
    }

    @Test("a query that can't be read is refused", arguments: ["q=%zz", "q=%ff", "q=a%00b"])
    func brokenQuery(query: String) async throws {
        let answer = try await send("GET", "/submissions?\(query)", to: InMemorySubmissionStore())
        #expect(answer.response.status == 400)
    }

    @Test("one message is shown with all that is known, whatever it holds", arguments: Submission.variety)
    func whole(_ submission: Submission) async throws {
        let answer = try await send("GET", "/submissions/\(submission.id)", to: InMemorySubmissionStore([submission]))
        let json = try #require(answer.json)
        #expect(json["id"]?.string == submission.id.description)
        #expect(json["status"]?.string == submission.status.rawValue)
        #expect(json["receivedAt"]?.string == submission.receivedAt.iso8601)
        #expect(json["message"]?.string == submission.message)
        #expect(json["fields"]?.array?.compactMap { $0["name"]?.string } == submission.fields.fields.map(\.name))
        #expect(
            json["fields"]?.array?.map { $0["values"]?.array?.compactMap(\.string) ?? [] }
                == submission.fields.fields.map(\.values)
        )
        #expect(json["delivery"]?["attempts"]?.integer == Int64(submission.delivery.attempts))
        #expect(json["history"]?.array?.isEmpty == false)
        #expect((json["preview"]?.string?.unicodeScalars.count ?? 0) <= 200)
        #expect(!answer.text.contains("<"))
    }

    @Test("a list shows the message of a form that calls it otherwise, and else what its fields say")
    func previews() async throws {
        var form = FormDefinition(name: .contact)
        form.fields = [
            FieldRule(name: "besked", label: "Besked", type: .textarea), FieldRule(name: "boat", label: "Båt"),
        ]
        for (fields, preview, message) in [
            ([Field("boat", "Eka"), Field("besked", "Hej")], "Hej", "Hej"), ([Field("boat", "Eka")], "Båt: Eka", nil),
            ([Field("message", String(repeating: "å", count: 300))], String(repeating: "å", count: 200), nil),
        ] as [(FieldList, String, String?)] {
            var submission = Submission.sample(1)
            submission.fields = fields
            let handler = OwnerHandler(
                archive: InMemorySubmissionStore([submission]),
                exports: .streamed,
                forms: [.contact: form]
            )
            for path in ["/submissions", "/submissions/\(submission.id)"] {
                let response = await handler.handle(
                    OwnerRequest(method: "GET", path: path, parameters: [], receivedAt: now, reference: "ref-1")
                )
                guard case .complete(let bytes) = response.body else { return #expect(Bool(false), "no answer") }
                let json = try JSONParser.parse(bytes, maximumDepth: 8)
                let shown = json["submissions"]?.array?.first ?? json
                #expect(shown["preview"]?.string == preview)
                if let message, json["submissions"] == nil { #expect(json["message"]?.string == message) }
            }
        }
    }

    @Test(
        "what is not there is not found",
        arguments: [
            "/submissions/01J00000000000000000000000", "/submissions/x", "/submissions/a/b", "/nothing",
            "/submissions/",
        ]
    )
    func missing(path: String) async throws {
        for method in ["GET", "DELETE", "PATCH"] {
            let answer = try await send(method, path, #"{"read":true}"#, to: InMemorySubmissionStore([.sample(1)]))
            #expect(answer.response.status == 404)
            #expect(answer.json?["ok"] == .bool(false))
        }
    }

    @Test(
        "a method that is none of the route's is named with those that are",
        arguments: [
            ("POST", "/submissions", "GET, HEAD"), ("GET", "/erasure", "POST"), ("DELETE", "/audit", "GET, HEAD"),
            ("PUT", "/submissions/01J00000000000000000000000", "GET, HEAD, PATCH, DELETE"),
            ("GET", "/resend-failed", "POST"), ("PATCH", "/submissions.csv", "GET, HEAD"),
        ]
    )
    func methods(method: String, path: String, allowed: String) async throws {
        let answer = try await send(method, path, "{}", to: InMemorySubmissionStore())
        #expect(answer.response.status == 405)
        #expect(answer.response[header: "Allow"] == allowed)
    }

    @Test("read and archived are noted and taken back, alone or together")
    func marks() async throws {
        let store = InMemorySubmissionStore([.sample(1)])
        let path = "/submissions/\(Submission.sample(1).id)"
        for (body, readAt, archivedAt) in [
            (#"{"read":true}"#, now.iso8601, nil), (#"{"archived":true}"#, now.iso8601, now.iso8601),
            (#"{"read":false,"archived":false}"#, nil, nil),
            (#"{"archived":true,"read":true}"#, now.iso8601, now.iso8601),
        ] as [(String, String?, String?)] {
            let answer = try await send("PATCH", path, body, to: store)
            #expect(answer.response.status == 200)
            #expect(answer.json?["readAt"]?.string == readAt)
            #expect(answer.json?["archivedAt"]?.string == archivedAt)
            #expect(answer.response.outcome == .marked(Submission.sample(1).key))
        }
    }

    @Test(
        "an action is taken where the status allows it, and refused with 409 where not",
        arguments: SubmissionStatus.allCases
    )
    func actions(status: SubmissionStatus) async throws {
        let allowed: [String: Set<SubmissionStatus>] = [
            "release": [.held], "resend": [.received, .failed, .bounced, .notified],
            "spam": [.received, .notified, .failed, .bounced],
        ]
        for (action, statuses) in allowed {
            let store = InMemorySubmissionStore([.sample(1, status: status)])
            let path = "/submissions/\(Submission.sample(1, status: status).id)"
            let answer = try await send("PATCH", path, #"{"action":"\#(action)"}"#, to: store)
            let after = try #require(store.submissions.first)
            guard statuses.contains(status) else {
                #expect(answer.response.status == 409)
                #expect(answer.json?["errors"]?.array?.first?["code"]?.string == "NOT_NOW")
                #expect(after.status == status)
                continue
            }
            #expect(answer.response.status == 200)
            #expect(after.status == (action == "spam" ? .held : .received))
            let due = status == .received ? after.receivedAt : now
            #expect(after.delivery.nextAttempt == (action == "spam" ? nil : due))
            #expect(answer.json?["status"]?.string == after.status.rawValue)
            #expect(after.spamReasons.contains(.owner) == (action == "spam"))
        }
    }

    @Test(
        "a body that says nothing we know is refused",
        arguments: [
            ("", 400), ("[]", 400), ("{}", 400), ("{", 400), ("null", 400), (#"{"read":1}"#, 400),
            (#"{"read":"true"}"#, 400),
            (#"{"action":"delete"}"#, 400), (#"{"action":"release","read":true}"#, 400), (#"{"status":"held"}"#, 400),
            (#"{"read":true,"read":false}"#, 400), (#"{"action":null}"#, 400),
        ]
    )
    func bodies(body: String, status: Int) async throws {
        let store = InMemorySubmissionStore([.sample(1)])
        let answer = try await send("PATCH", "/submissions/\(Submission.sample(1).id)", body, to: store)
        #expect(answer.response.status == status)
        #expect(store.submissions == [.sample(1)])
    }

    @Test(
        "only JSON is taken",
        arguments: [nil, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
    )
    func contentTypes(type: String?) async throws {
        let store = InMemorySubmissionStore([.sample(1)])
        for (method, path) in [("PATCH", "/submissions/\(Submission.sample(1).id)"), ("POST", "/erasure")] {
            let answer = try await send(method, path, #"{"read":true}"#, to: store, contentType: type)
            #expect(answer.response.status == 415)
        }
        #expect(store.submissions == [.sample(1)])
    }

    @Test("deleting erases one message")
    func delete() async throws {
        let store = InMemorySubmissionStore([.sample(1), .sample(2)])
        let path = "/submissions/\(Submission.sample(1).id)"
        let answer = try await send("DELETE", path, to: store)
        #expect(answer.response.status == 204)
        #expect(answer.text.isEmpty)
        #expect(answer.response.outcome == .erased([Submission.sample(1).id]))
        #expect(store.submissions.map(\.id) == [Submission.sample(2).id])
        let again = try await send("DELETE", path, to: store)
        #expect(again.response.status == 404)
    }

    @Test("an erasure takes all of one address, whatever its case, and gives a receipt")
    func erasure() async throws {
        var other = Submission.sample(3)
        other.email = "eva@example.com"
        other.replyTo = "eva@example.com"
        other.fields = [Field("message", "Hello from astrid@example.com")]
        let store = InMemorySubmissionStore([.sample(1), .sample(2), other])
        let answer = try await send("POST", "/erasure", #"{"email":" ASTRID@Example.com "}"#, to: store)
        #expect(answer.response.status == 200)
        #expect(answer.json?["erased"]?.integer == 2)
        #expect(answer.json?["complete"] == .bool(true))
        #expect(answer.json?["next"] == .null)
        #expect(
            Set(answer.json?["ids"]?.array?.compactMap(\.string) ?? [])
                == Set([1, 2].map { Submission.sample($0).id.description })
        )
        #expect(store.submissions.map(\.id) == [other.id])
        #expect(!answer.text.contains("astrid"))
    }

    @Test(
        "an erasure needs an address",
        arguments: [
            "{}", #"{"email":""}"#, #"{"email":"anna"}"#, #"{"email":5}"#, #"{"email":null}"#,
            #"{"email":"a@b","cursor":"x"}"#,
        ]
    )
    func noAddress(body: String) async throws {
        let store = InMemorySubmissionStore([.sample(1)])
        let answer = try await send("POST", "/erasure", body, to: store)
        #expect(answer.response.status == 400)
        #expect(store.submissions.count == 1)
    }

    @Test("all that failed or bounced is sent again, and nothing else")
    func resendFailed() async throws {
        let failed = (1...120).map { Submission.sample($0, status: $0.isMultiple(of: 2) ? .failed : .bounced) }
        let others = SubmissionStatus.allCases.enumerated().map { Submission.sample(1_000 + $0, status: $1) }
            .filter { !SubmissionStatus.undelivered.contains($0.status) }
        let store = InMemorySubmissionStore(failed + others)
        let answer = try await send("POST", "/resend-failed", to: store)
        #expect(answer.json?["resent"]?.integer == 120)
        #expect(answer.json?["complete"] == .bool(true))
        #expect(answer.response.outcome == .resent(120))
        #expect(store.submissions.count { $0.status == .received && $0.delivery.nextAttempt == now } == 120)
        #expect(others.allSatisfy { store.submissions.contains($0) })
    }

    @Test("the audit adds up, and names what is wrong")
    func audit() async throws {
        let store = InMemorySubmissionStore()
        for (number, status) in [SubmissionStatus.notified, .held, .failed, .received].enumerated() {
            _ = try await store.insert(.sample(number + 1, status: status))
        }
        let answer = try await send("GET", "/audit?from=2026-11-23&until=2026-11-25", to: store)
        #expect(answer.response.status == 200)
        let json = try #require(answer.json)
        #expect(json["accepted"]?.integer == 4)
        #expect(json["stored"]?.integer == 4)
        #expect(json["unbooked"]?.integer == 0)
        #expect(json["counts"]?["failed"]?.integer == 1)
        for (status, count) in ["held": 1, "failed": 1, "bounced": 0] as [String: Int64] {
            #expect(json["awaitingOwner"]?[status]?.integer == count, "\(status)")
        }
        #expect(json["overdue"]?.integer == 1)
        #expect(json["clean"] == .bool(false))
        #expect(json["problems"]?.array?.compactMap { $0["kind"]?.string } == ["failed", "overdue"])
        let named = json["problems"]?.array?.first?["newest"]?.array?.first
        #expect(named?["id"]?.string == Submission.sample(3, status: .failed).id.description)
        #expect(json["days"]?.array?.first?["date"]?.string == "2026-11-23")
        #expect(json["days"]?.array?.first?["accepted"]?.integer == 4)
    }

    @Test("the audit names what is missing, of which nothing but the receipt is left")
    func missing() async throws {
        let submissions = (1...12).map { Submission.sample($0, status: .notified) }
        let store = InMemorySubmissionStore(submissions)
        try await store.enter(submissions.map(\.receipt))
        for submission in submissions.dropFirst() { store.lose(submission.key) }
        let json = try #require(try await send("GET", "/audit", to: store).json)
        #expect(json["addsUp"] == .bool(false))
        #expect(json["clean"] == .bool(false))
        #expect(json["accepted"]?.integer == 12)
        #expect(json["stored"]?.integer == 1)
        let problem = json["problems"]?.array?.first
        #expect(problem?["kind"]?.string == "missing")
        #expect(problem?["count"]?.integer == 11)
        let newest = problem?["newest"]?.array ?? []
        #expect(newest.compactMap { $0["id"]?.string } == submissions.suffix(10).reversed().map(\.id.description))
        #expect(newest.first?["lastError"] == .null)
    }

    @Test("the audit counts and names what was not mailed to everybody, as the command does")
    func partial() async throws {
        let submissions = (1...12).map { number in
            var submission = Submission.sample(number, status: .notified)
            if number > 1 { submission.delivery.lastError = "1 of 2 recipients did not get the mail" }
            return submission
        }
        let json = try #require(try await send("GET", "/audit", to: InMemorySubmissionStore(submissions)).json)
        #expect(json["clean"] == .bool(false))
        #expect(json["addsUp"] == .bool(true))
        #expect(json["counts"]?["notified"]?.integer == 12)
        #expect(json["problems"]?.array?.compactMap { $0["kind"]?.string } == ["partial"])
        let problem = json["problems"]?.array?.first
        #expect(problem?["count"]?.integer == 11)
        let newest = problem?["newest"]?.array ?? []
        #expect(newest.compactMap { $0["id"]?.string } == submissions.suffix(10).reversed().map(\.id.description))
        #expect(newest.first?["lastError"]?.string == "1 of 2 recipients did not get the mail")
        #expect(newest.first?["attempts"]?.integer == Int64(submissions[11].delivery.attempts))
    }

    @Test("what can't be read is told beside everything else, and alone is an error that says so")
    func unreadable() async throws {
        let submissions = (1...3).map { Submission.sample($0, status: .failed) }
        let store = InMemorySubmissionStore(submissions)
        store.damage(submissions[1].key)
        let id = submissions[1].id.description
        let others = [submissions[2], submissions[0]].map(\.id.description)

        let list = try await send("GET", "/submissions", to: store)
        #expect(list.json?["submissions"]?.array?.compactMap { $0["id"]?.string } == others)
        #expect(list.json?["unreadable"]?.array == [.string(id)])
        let audit = try #require(try await send("GET", "/audit", to: store).json)
        #expect(audit["unreadable"]?.integer == 1)
        #expect([audit["accepted"]?.integer, audit["stored"]?.integer] == [3, 3])
        #expect(audit["problems"]?.array?.compactMap { $0["kind"]?.string } == ["unreadable", "failed"])
        #expect(audit["problems"]?.array?.first?["newest"]?.array?.first?["id"]?.string == id)

        for (method, body) in [("GET", nil), ("PATCH", #"{"read":true}"#), ("DELETE", nil)] as [(String, String?)] {
            let alone = try await send(method, "/submissions/\(id)", body, to: store)
            #expect(alone.response.status == 500)
            #expect(alone.response[header: "Retry-After"] == nil)
            #expect(alone.json?["errors"]?.array?.first?["code"]?.string == "UNREADABLE")
            #expect(alone.json?["message"]?.string?.contains("ref-1") == true)
            guard case .failed(let error) = alone.response.outcome else {
                Issue.record("the log has no cause")
                continue
            }
            #expect(error.reason.contains(id))
        }

        let resent = try await send("POST", "/resend-failed", to: store)
        #expect(resent.json?["resent"]?.integer == 2)
        #expect(resent.json?["unreadable"]?.array == [.string(id)])
        let erased = try await send("POST", "/erasure", #"{"email":"astrid@example.com"}"#, to: store)
        #expect(erased.json?["erased"]?.integer == 2)
        #expect(erased.json?["complete"] == .bool(false))
        #expect(erased.json?["next"] == .null)
        #expect(erased.json?["unreadable"]?.array == [.string(id)])
    }

    @Test(
        "an export that lacks what can't be read says so: a part in its head, a stream by breaking off",
        arguments: ["csv", "jsonl"]
    )
    func unreadableInExport(format: String) async throws {
        let submissions = (1...3).map { Submission.sample($0) }
        let store = InMemorySubmissionStore(submissions)
        func part() async throws -> OwnerResponse {
            try await send("GET", "/submissions.\(format)", to: store, exports: .parts(.lambda)).response
        }
        #expect(try await part()[header: "Brevlada-Unreadable"] == nil)
        store.damage(submissions[1].key)
        // CSV begins with a part that looks for columns; both passes meet it and only one tells.
        #expect(try await part()[header: "Brevlada-Unreadable"] == "1")
        let error = await #expect(throws: StoreError.self) {
            _ = try await send("GET", "/submissions.\(format)", to: store)
        }
        #expect(error?.code == .corrupt)
    }

    @Test("without trouble the audit is clean")
    func cleanAudit() async throws {
        let answer = try await send("GET", "/audit", to: InMemorySubmissionStore([.sample(1, status: .notified)]))
        #expect(answer.json?["clean"] == .bool(true))
        #expect(answer.json?["problems"]?.array?.isEmpty == true)
        let empty = try await send("GET", "/audit", to: InMemorySubmissionStore())
        #expect(empty.json?["accepted"]?.integer == 0)
        #expect(empty.json?["deliverySeconds"] == .null)
    }

    @Test(
        "a store that fails is 503 with a reference, never a success",
        arguments: [
            ("GET", "/submissions", nil), ("GET", "/submissions/01J00000000000000000000000", nil),
            ("PATCH", "/submissions/01J00000000000000000000000", #"{"read":true}"#), ("GET", "/audit", nil),
            ("DELETE", "/submissions/01J00000000000000000000000", nil), ("POST", "/erasure", #"{"email":"a@b.se"}"#),
            ("POST", "/resend-failed", nil),
        ] as [(String, String, String?)]
    )
    func faults(method: String, path: String, body: String?) async throws {
        let store = InMemorySubmissionStore([.sample(1)])
        store.setOutage(StoreError(.unavailable, "the disk is gone"))
        let answer = try await send(method, path, body, to: store)
        #expect(answer.response.status == 503)
        #expect(answer.response[header: "Retry-After"] == "5")
        #expect(answer.text.contains("ref-1"))
        #expect(!answer.text.contains("disk"))
        #expect(answer.response.outcome == .failed(StoreError(.unavailable, "the disk is gone")))
    }

    // MARK: - Exports

    @Test(
        "an export in parts is the export in one, whatever the size of a part",
        arguments: [300, 2_000, 50_000],
        SubmissionExport.Format.allCases
    )
    func parts(bytes: Int, format: SubmissionExport.Format) async throws {
        let store = InMemorySubmissionStore((1...25).map { Submission.sample($0) } + Submission.variety)
        let target =
            "/submissions.\(format.rawValue)?archived=any" + (format == .csv ? "&bom=true&separator=semicolon" : "")
        let whole = try await send("GET", target, to: store)
        #expect(whole.response.status == 200)
        #expect(whole.response[header: "Link"] == nil)
        var text = ""
        var next: String? = target
        var count = 0
        while let asked = next, count < 200 {
            let part = try await send("GET", asked, to: store, exports: .parts(.init(bytes: bytes, pages: 3)))
            #expect(part.response.status == 200)
            text += part.text
            next = part.response[header: "Link"].map { link in
                #expect(link.hasPrefix("</api/submissions.") && link.hasSuffix(">; rel=\"next\""))
                return String(link.dropFirst("</api".count).prefix { $0 != ">" })
            }
            count += 1
        }
        #expect(text == whole.text)
        #expect(next == nil)
    }

    @Test("a part that is full is no longer than it may be, unless one message is")
    func partSize() async throws {
        let store = InMemorySubmissionStore((1...200).map { Submission.sample($0) })
        let part = try await send(
            "GET",
            "/submissions.jsonl",
            to: store,
            exports: .parts(.init(bytes: 10_000, pages: 50))
        )
        #expect(JSONWriter.text { $0.string(part.text) }.utf8.count <= 10_002)
        #expect(part.text.utf8.count > 4_000)
    }

    @Test("an export is a file with a name, in a type that no browser runs")
    func exportHeaders() async throws {
        for (format, type) in [("csv", "text/csv; charset=utf-8"), ("jsonl", "application/x-ndjson; charset=utf-8")] {
            let answer = try await send("GET", "/submissions.\(format)", to: InMemorySubmissionStore([.sample(1)]))
            #expect(answer.response[header: "Content-Type"] == type)
            #expect(answer.response[header: "X-Content-Type-Options"] == "nosniff")
            #expect(
                answer.response[header: "Content-Disposition"]
                    == "attachment; filename=\"messages-2026-11-24.\(format)\""
            )
        }
    }
}
