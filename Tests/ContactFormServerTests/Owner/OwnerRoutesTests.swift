// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import EmbeddedFiles
import HTTPTypes
import Hummingbird
import JSON
import Logging
import NIOCore
import Synchronization
import Testing

@testable import ContactFormServer

@Suite("The owner's routes")
struct OwnerRoutesTests {
    private static let password = "correct horse battery"
    private let store = InMemorySubmissionStore([.sample(1, status: .held), .sample(2)])

    /// What the routes did besides answering.
    private final class Effects: Sendable {
        let moves = Mutex(0)
        let erased = Mutex<[SubmissionID]>([])
    }

    private struct Server: HTTPResponder {
        let routes: OwnerRoutes

        func respond(to request: Request, context: SiteRequestContext) async throws -> Response {
            let path = request.head.path?.prefix { $0 != "?" } ?? "/"
            guard OwnerRoutes.handles(path) else { return Response(status: .notImplemented) }
            return await routes.respond(to: request, path: path, context: context)
        }
    }

    private func withServer(
        password: String? = password,
        isOverTLS: Bool = false,
        effects: Effects = Effects(),
        clock: ManualTime = ManualTime(),
        capturedMail: String? = nil,
        _ test: @Sendable (PatientClient, OwnerSignIn) async throws -> Void
    ) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var settings = OwnerSignIn.Settings()
        settings.cost = .cheap
        let signIn = OwnerSignIn(
            source: try InMemoryPassword(password),
            settings: settings,
            logger: logger,
            now: { clock.now }
        )
        let routes = OwnerRoutes(
            inbox: OwnerInbox(
                handler: OwnerHandler(archive: store, exports: .streamed),
                signIn: signIn,
                files: [
                    EmbeddedFile("index.html", text: "<!doctype html><title>Inbox</title>"),
                    EmbeddedFile("inbox.js", text: "export {}"),
                ],
                language: .swedish,
                forms: [.sampleOrder, .contact],
                didErase: { ids in effects.erased.withLock { $0 += ids } }
            ),
            capturedMail: capturedMail,
            proxies: .none,
            siteURL: nil,
            isOverTLS: { _, _ in isOverTLS },
            now: { Timestamp.sample.advanced(by: .days(1)) },
            didMove: { effects.moves.withLock { $0 += 1 } }
        )
        let responder = SecuredResponder(Server(routes: routes), isOverTLS: { _, _ in false })
        try await LiveServer.run(responder) { port, _ in
            try await PatientClient.run(port: port) { try await test($0, signIn) }
        }
    }

    private static let json: HTTPFields = [.contentType: "application/json", .secFetchSite: "same-origin"]

    private static func body(_ password: String) -> ByteBuffer { ByteBuffer(string: #"{"password":"\#(password)"}"#) }

    /// Signs in and gives the fields of a signed-in request.
    private static func signedIn(_ client: PatientClient) async throws -> HTTPFields {
        let answer = try await client.execute(uri: "/api/session", method: .post, headers: json, body: body(password))
        #expect(answer.status == .ok)
        let cookie = try #require(answer.headers[.setCookie])
        var fields = json
        fields[.cookie] = String(cookie.prefix { $0 != ";" })
        return fields
    }

    private static let routes: [(HTTPRequest.Method, String)] = [
        (.get, "/api/submissions"), (.get, "/api/submissions?status=nonsense"), (.get, "/api/submissions.csv"),
        (.get, "/api/submissions.jsonl"), (.get, "/api/submissions/\(Submission.sample(2).id)"), (.get, "/api/audit"),
        (.patch, "/api/submissions/\(Submission.sample(2).id)"),
        (.delete, "/api/submissions/\(Submission.sample(2).id)"),
        (.post, "/api/erasure"), (.post, "/api/resend-failed"), (.put, "/api/submissions"), (.get, "/api/erasure"),
    ]

    @Test("without a session there is nothing but 401, whatever is asked for")
    func noSession() async throws {
        try await withServer { client, _ in
            for cookie in [
                nil, "brevlada=", "brevlada=\(SecretToken().text)", "__Host-brevlada=\(SecretToken().text)",
                "brevlada=../../x",
            ] {
                var bodies: Set<String> = []
                for (method, uri) in Self.routes {
                    var fields = Self.json
                    fields[.cookie] = cookie
                    let answer = try await client.execute(
                        uri: uri,
                        method: method,
                        headers: fields,
                        body: ByteBuffer(string: "{}")
                    )
                    #expect(answer.status == .unauthorized, "\(method) \(uri)")
                    #expect(answer.headers[.cacheControl] == "no-store")
                    bodies.insert(String(buffer: answer.body))
                }
                #expect(bodies.count == 1)
            }
        }
        #expect(store.submissions.count == 2)
    }

    @Test("who signs in is answered, and not any more after signing out")
    func session() async throws {
        try await withServer { client, _ in
            let before = try await client.execute(uri: "/api/session", method: .get)
            #expect(before.status == .unauthorized)
            let fields = try await Self.signedIn(client)
            let state = try await client.execute(uri: "/api/session", method: .get, headers: fields)
            #expect(String(buffer: state.body) == #"{"signedIn":true}"#)
            let list = try await client.execute(uri: "/api/submissions", method: .get, headers: fields)
            #expect(list.status == .ok)
            #expect(String(buffer: list.body).contains(Submission.sample(2).id.description))
            let out = try await client.execute(uri: "/api/session", method: .delete, headers: fields)
            #expect(out.status == .noContent)
            #expect(out.headers[.setCookie]?.contains("Max-Age=0") == true)
            let after = try await client.execute(uri: "/api/submissions", method: .get, headers: fields)
            #expect(after.status == .unauthorized)
        }
    }

    @Test("a session that ran out is answered 401 at every route, and does nothing any more", arguments: [false, true])
    func expired(isInUse: Bool) async throws {
        let effects = Effects()
        let clock = ManualTime()
        let limits = SessionTable.Limits()
        let almostIdle = Interval(milliseconds: limits.idle.milliseconds - 1)
        try await withServer(effects: effects, clock: clock) { client, _ in
            func list(_ fields: HTTPFields) async throws -> HTTPResponse.Status {
                try await client.execute(uri: "/api/submissions", method: .get, headers: fields).status
            }
            // One for each route: whoever comes too late once is forgotten.
            let routes = Self.routes + [(.get, "/api/session")]
            var sessions: [HTTPFields] = []
            for _ in routes { sessions.append(try await Self.signedIn(client)) }
            // One that is used all the time ends by its age, any other by standing still.
            let uses = isInUse ? (limits.absolute.milliseconds - 1) / almostIdle.milliseconds : 1
            for _ in 0..<uses {
                clock.advance(by: almostIdle)
                for fields in sessions { #expect(try await list(fields) == .ok) }
            }
            clock.advance(by: isInUse ? almostIdle : limits.idle)
            var bodies: Set<String> = []
            for ((method, uri), fields) in zip(routes, sessions) {
                let answer = try await client.execute(
                    uri: uri,
                    method: method,
                    headers: fields,
                    body: ByteBuffer(string: "{}")
                )
                #expect(answer.status == .unauthorized, "\(method) \(uri)")
                #expect(answer.headers[.setCookie] == nil)
                if uri != "/api/session" { bodies.insert(String(buffer: answer.body)) }
            }
            #expect(bodies.count == 1)
            // Who signs in again is in, and the old sessions still are not.
            #expect(try await list(try await Self.signedIn(client)) == .ok)
            for fields in sessions { #expect(try await list(fields) == .unauthorized) }
        }
        #expect(effects.moves.withLock { $0 } == 0)
        #expect(effects.erased.withLock { $0 }.isEmpty)
        #expect(store.submissions.map(\.status).sorted { $0.rawValue < $1.rawValue } == [.held, .received])
    }

    @Test("a tampered cookie is none")
    func tampered() async throws {
        try await withServer { client, _ in
            let fields = try await Self.signedIn(client)
            let cookie = try #require(fields[.cookie])
            let last = cookie.last == "0" ? "1" : "0"
            for changed in [String(cookie.dropLast()), cookie + "0", cookie.dropLast() + last, cookie.uppercased()] {
                var others = fields
                others[.cookie] = changed
                let answer = try await client.execute(uri: "/api/submissions", method: .get, headers: others)
                #expect(answer.status == .unauthorized, "\(changed)")
            }
        }
    }

    @Test("what another site makes the owner's browser send is refused, and changes nothing")
    func foreignOrigin() async throws {
        try await withServer { client, _ in
            let signedIn = try await Self.signedIn(client)
            for (origin, site) in [("https://evil.example", nil), ("null", nil), (nil, "cross-site"), (nil, nil)]
                as [(String?, String?)]
            {
                var fields = signedIn
                fields[.origin] = origin
                fields[.secFetchSite] = site
                for (method, uri) in Self.routes where method != .get {
                    let answer = try await client.execute(
                        uri: uri,
                        method: method,
                        headers: fields,
                        body: ByteBuffer(string: "{}")
                    )
                    #expect(answer.status == .forbidden, "\(method) \(uri)")
                }
                let session = try await client.execute(
                    uri: "/api/session",
                    method: .post,
                    headers: fields,
                    body: Self.body(Self.password)
                )
                #expect(session.status == .forbidden)
                let out = try await client.execute(uri: "/api/session", method: .delete, headers: fields)
                #expect(out.status == .forbidden)
            }
            let still = try await client.execute(uri: "/api/submissions", method: .get, headers: signedIn)
            #expect(still.status == .ok)
        }
        #expect(store.submissions.count == 2)
    }

    @Test("a wrong password and no password get the same bytes")
    func wrongPassword() async throws {
        let answers = Mutex<[PatientClient.Answer]>([])
        for kept in [Self.password, nil] {
            try await withServer(password: kept) { client, _ in
                let answer = try await client.execute(
                    uri: "/api/session",
                    method: .post,
                    headers: Self.json,
                    body: Self.body("wrong password")
                )
                #expect(answer.status == .unauthorized)
                #expect(answer.headers[.setCookie] == nil)
                #expect(String(buffer: answer.body).contains("WRONG_PASSWORD"))
                answers.withLock { $0.append(answer) }
            }
        }
        let (first, second) = answers.withLock { ($0[0], $0[1]) }
        #expect(first.status == second.status && first.body == second.body)
        func fields(_ answer: PatientClient.Answer) -> [String] {
            // Two answers may come in two seconds.
            answer.headers.filter { $0.name != .date }.map { "\($0.name): \($0.value)" }
        }
        #expect(fields(first) == fields(second))
    }

    @Test("too many passwords are sent away with the seconds to wait")
    func throttled() async throws {
        try await withServer { client, _ in
            var statuses: [Int] = []
            for _ in 0..<7 {
                let answer = try await client.execute(
                    uri: "/api/session",
                    method: .post,
                    headers: Self.json,
                    body: Self.body("wrong")
                )
                statuses.append(answer.status.code)
                if answer.status == .tooManyRequests {
                    #expect(answer.headers[.retryAfter].flatMap { Int($0) } ?? 0 > 0)
                }
            }
            #expect(statuses == [401, 401, 401, 401, 401, 429, 429])
        }
    }

    @Test(
        "a body that is no password is refused before anything is computed",
        arguments: [
            "", "{}", "[]", #"{"password":""}"#, #"{"password":5}"#, #"{"password":null}"#,
            String(repeating: "x", count: 5_000),
        ]
    )
    func noPassword(body: String) async throws {
        try await withServer { client, _ in
            for _ in 0..<7 {
                let answer = try await client.execute(
                    uri: "/api/session",
                    method: .post,
                    headers: Self.json,
                    body: ByteBuffer(string: body)
                )
                #expect(answer.status == .badRequest)
            }
        }
    }

    @Test("a body of more than 16 KB is refused")
    func largeBody() async throws {
        try await withServer { client, _ in
            let body = Self.body(String(repeating: "x", count: 20_000))
            let answer = try await client.execute(uri: "/api/session", method: .post, headers: Self.json, body: body)
            #expect(answer.status == .contentTooLarge)
        }
    }

    @Test("only JSON signs in: a form of another site can't say that it is any")
    func formPost() async throws {
        try await withServer { client, _ in
            for type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""] {
                var fields = Self.json
                fields[.contentType] = type
                let answer = try await client.execute(
                    uri: "/api/session",
                    method: .post,
                    headers: fields,
                    body: Self.body(Self.password)
                )
                #expect(answer.status == .unsupportedMediaType)
            }
        }
    }

    @Test(
        "whether there is a password is told on this machine alone, and the first link works from anywhere",
        arguments: [
            ["X-Forwarded-For": "192.0.2.1"], ["X-Forwarded-Proto": "https"], ["X-Forwarded-Host": "www.example.se"],
            ["Forwarded": "for=192.0.2.1"], ["Via": "1.1 proxy"], ["X-Real-IP": "192.0.2.1"],
        ]
    )
    func throughProxy(_ fields: [String: String]) async throws {
        for password in [nil, Self.password] {
            try await withServer(password: password, isOverTLS: true) { client, signIn in
                var headers = Self.json
                for (name, value) in fields { headers[try #require(HTTPField.Name(name))] = value }
                let state = try await client.execute(uri: "/api/session", method: .get, headers: headers)
                #expect(state.status == .unauthorized)
                #expect(!String(buffer: state.body).contains("needsPassword"))
                guard let token = signIn.makeFirstRunToken() else { return }
                let answer = try await client.execute(
                    uri: "/api/session/password",
                    method: .post,
                    headers: headers,
                    body: ByteBuffer(string: #"{"token":"\#(token.text)","password":"\#(Self.password)"}"#)
                )
                #expect(answer.status == .ok)
            }
        }
    }

    @Test("the first link sets the password once")
    func firstRun() async throws {
        try await withServer(password: nil) { client, signIn in
            let state = try await client.execute(uri: "/api/session", method: .get)
            #expect(String(buffer: state.body) == #"{"signedIn":false,"needsPassword":true}"#)
            let token = try #require(signIn.makeFirstRunToken())
            func set(_ token: String, _ password: String) async throws -> PatientClient.Answer {
                try await client.execute(
                    uri: "/api/session/password",
                    method: .post,
                    headers: Self.json,
                    body: ByteBuffer(string: #"{"token":"\#(token)","password":"\#(password)"}"#)
                )
            }
            #expect(try await set(token.text, "too short").status == .badRequest)
            #expect(try await set(SecretToken().text, Self.password).status == .unauthorized)
            let answer = try await set(token.text, Self.password)
            #expect(answer.status == .ok)
            #expect(answer.headers[.setCookie]?.hasPrefix("brevlada") == true)
            #expect(try await set(token.text, "another password").status == .unauthorized)
            _ = try await Self.signedIn(client)
        }
    }

    @Test("behind TLS the cookie is guarded, and the page is what it was")
    func overTLS() async throws {
        try await withServer(isOverTLS: true) { client, _ in
            let answer = try await client.execute(
                uri: "/api/session",
                method: .post,
                headers: Self.json,
                body: Self.body(Self.password)
            )
            #expect(answer.headers[.setCookie]?.hasPrefix("__Host-brevlada=") == true)
            #expect(answer.headers[.setCookie]?.hasSuffix("; Path=/; HttpOnly; SameSite=Strict; Secure") == true)
        }
    }

    @Test("what the owner does reaches the worker, and captured mail of what is erased")
    func effects() async throws {
        let effects = Effects()
        try await withServer(effects: effects) { client, _ in
            let fields = try await Self.signedIn(client)
            let held = "/api/submissions/\(Submission.sample(1, status: .held).id)"
            let release = try await client.execute(
                uri: held,
                method: .patch,
                headers: fields,
                body: ByteBuffer(string: #"{"action":"release"}"#)
            )
            #expect(release.status == .ok)
            let again = try await client.execute(
                uri: held,
                method: .patch,
                headers: fields,
                body: ByteBuffer(string: #"{"action":"release"}"#)
            )
            #expect(again.status == .conflict)
            let delete = try await client.execute(
                uri: "/api/submissions/\(Submission.sample(2).id)",
                method: .delete,
                headers: fields
            )
            #expect(delete.status == .noContent)
        }
        #expect(effects.moves.withLock { $0 } == 1)
        #expect(effects.erased.withLock { $0 } == [Submission.sample(2).id])
        #expect(store.submissions.map(\.status) == [.received])
    }

    @Test("an export is streamed whole")
    func export() async throws {
        try await withServer { client, _ in
            let fields = try await Self.signedIn(client)
            let csv = try await client.execute(uri: "/api/submissions.csv?bom=true", method: .get, headers: fields)
            #expect(String(buffer: csv.body).hasPrefix("\u{FEFF}id,form,"))
            #expect(String(buffer: csv.body).split(separator: "\r\n").count == 3)
        }
    }

    @Test("the page is served to anybody, with a policy under which nothing of a message runs")
    func page() async throws {
        try await withServer { client, _ in
            let moved = try await client.execute(uri: "/inbox", method: .get)
            #expect(moved.status == .permanentRedirect)
            let page = try await client.execute(uri: "/inbox/", method: .get)
            #expect(page.headers[.contentType] == "text/html; charset=utf-8")
            let policy = try #require(page.headers[.contentSecurityPolicy])
            #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self';"))
            #expect(!policy.contains("unsafe"))
            let tag = try #require(page.headers[.eTag])
            let again = try await client.execute(uri: "/inbox/", method: .get, headers: [.ifNoneMatch: tag])
            #expect(again.status == .notModified)
            let script = try await client.execute(uri: "/inbox/inbox.js", method: .get)
            #expect(script.headers[.contentType]?.hasPrefix("text/javascript") == true)
            #expect(script.headers[.eTag] != tag)
            let configuration = try await client.execute(uri: "/inbox/config.json", method: .get)
            let shown = String(buffer: configuration.body)
            #expect(shown.hasPrefix(#"{"signIn":{"kind":"password"},"languages":["sv","en"],"forms":["#))
            #expect(shown.hasSuffix(#"["contact","\#(FormName.sampleOrder)"]}"#))
            #expect(configuration.headers[.cacheControl] == "no-store")
            for uri in ["/inbox/nothing", "/inbox/../brevlada.yaml", "/inbox/%2e%2e/x", "/inbox//"] {
                let missing = try await client.execute(uri: uri, method: .get)
                #expect(missing.status == .notFound || missing.status == .notImplemented, "\(uri)")
            }
            let post = try await client.execute(uri: "/inbox/", method: .post)
            #expect(post.status == .methodNotAllowed)
        }
    }

    @Test("the page learns where captured mail is read, where that is shown", arguments: [nil, "/_mail/"])
    func capturedMail(address: String?) async throws {
        try await withServer(capturedMail: address) { client, _ in
            let configuration = try await client.execute(uri: "/inbox/config.json", method: .get)
            let value = try JSONParser.parse(Array(buffer: configuration.body), maximumDepth: 4)
            #expect(value["capturedMail"]?.string == address)
        }
    }

    @Test(
        "only the owner's paths are the owner's",
        arguments: [
            ("/inbox", true), ("/inbox/", true), ("/inboxes", false), ("/api/contact", false), ("/api/session", true),
            ("/api/sessions", false), ("/api/submissions", true), ("/api/submissions/", true),
            ("/api/f/submissions", false),
            ("/api/AddContactInfo", false), ("/", false),
        ]
    )
    func paths(path: String, expected: Bool) {
        #expect(OwnerRoutes.handles(path[...]) == expected)
    }
}

extension HTTPField.Name {
    fileprivate static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
}
