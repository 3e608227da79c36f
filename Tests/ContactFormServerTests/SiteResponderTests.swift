// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import HTTPTypes
import Hummingbird
import Logging
import Mail
import NIOCore
import Testing

@testable import ContactFormServer

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

private struct SampleMailbox: MailboxSource {
    let raw: [UInt8]

    func mails() async -> [MailboxItem] {
        [MailboxItem(name: "one.eml", date: .sample, mail: ParsedMail(raw))]
    }

    func mail(named name: String) async -> [UInt8]? { name == "one.eml" ? raw : nil }
}

@Suite("SiteResponder")
struct SiteResponderTests {
    let store = InMemorySubmissionStore()

    /// The whole site over HTTP, with in-memory ports.
    func withSite(
        mailbox: (any MailboxSource)? = nil,
        isWritable: Bool = true,
        _ test: @Sendable (PatientClient) async throws -> Void
    ) async throws {
        try await withPort(mailbox: mailbox, isWritable: isWritable) { port in
            try await PatientClient.run(port: port, test)
        }
    }

    private func withPort(
        mailbox: (any MailboxSource)? = nil,
        isWritable: Bool = true,
        _ test: @Sendable (Int) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "brevlada-\(UInt64.random(in: 0...UInt64.max))"
        )
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("<!doctype html><title>Home</title>".utf8).write(to: folder.appending(path: "index.html"))
        let forms = FormHandler(
            settings: FormSettings(),
            store: store,
            limiter: OpenLimiter(),
            history: InMemoryContentHistory()
        )
        let responder = SiteResponder(
            site: try StaticSite(root: folder.path, logger: LiveServer.logger),
            mailbox: mailbox.map { MailboxPages(source: $0) },
            owner: nil,
            health: HealthCheck(isStoreWritable: { isWritable })
        )
        let secured = SecuredResponder(responder, isOverTLS: { _, _ in false })
        try await LiveServer.run(secured, forms: .sample(forms)) { port, _ in
            try await test(port)
        }
    }

    static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded", .accept: "application/json"]
    static let message = ByteBuffer(string: "email=anna%40example.se&message=Hej")

    @Test(
        "a form is found by each of its addresses",
        arguments: ["/api/contact", "/api/AddContactInfo", "/api/f/contact", "/f/contact", "/api/contact?utm=x"]
    )
    func formAddresses(path: String) async throws {
        try await withSite { client in
            let response = try await client.execute(
                uri: path,
                method: .post,
                headers: Self.form,
                body: Self.message
            )
            #expect(response.status == .ok)
        }
        #expect(store.submissions.count == 1)
    }

    @Test("what is sent as to a proxy, with the whole address, is for the path in it")
    func absoluteForm() async throws {
        try await withPort { port in
            let raw = RawClient(port: port)
            for (target, text) in [
                ("http://a.example/?x", "Home"), ("http://a.example", "Home"), ("http://a.example/health?x", "ok\n"),
            ] {
                let answer = try await raw.get(target)
                #expect(answer.hasPrefix("HTTP/1.1 200 ") && answer.contains(text), "\(target)")
            }
            let body = String(buffer: Self.message)
            let answer = try await raw.exchange(
                "POST http://a.example/api/contact?x HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n"
                    + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            )
            #expect(answer.hasPrefix("HTTP/1.1 303 "))
        }
        #expect(store.submissions.count == 1)
    }

    @Test("every answer has the security headers, the form's too")
    func securityHeaders() async throws {
        try await withSite { client in
            for uri in ["/", "/nothing", "/health", "/api/contact"] {
                let response = try await client.execute(uri: uri, method: .get)
                #expect(response.headers[.xContentTypeOptions] == "nosniff", "\(uri)")
                #expect(response.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true, "\(uri)")
                #expect(response.headers[.strictTransportSecurity] == nil)
            }
        }
    }

    @Test("a body above the limit is refused and not stored, announced or not")
    func tooLarge() async throws {
        try await withSite { client in
            let body = ByteBuffer(string: "message=" + String(repeating: "a", count: 300_000))
            let response = try await client.execute(uri: "/api/contact", method: .post, headers: Self.form, body: body)
            #expect(response.status == .contentTooLarge)
        }
        #expect(store.submissions.isEmpty)
    }

    @Test("health says whether a submission could be stored", arguments: [true, false])
    func health(isWritable: Bool) async throws {
        try await withSite(isWritable: isWritable) { client in
            let response = try await client.execute(uri: "/health", method: .get)
            #expect(response.status == (isWritable ? .ok : .serviceUnavailable))
        }
    }

    @Test("without a mailbox there is no page of captured mail")
    func noMailbox() async throws {
        try await withSite { client in
            let response = try await client.execute(uri: "/_mail/", method: .get)
            #expect(response.status == .notFound)
        }
    }

    @Test("captured mail is shown as text and in a frame in which nothing runs")
    func mailbox() async throws {
        let mail = MailMessage(
            from: try Mailbox(parsing: "form@example.se"),
            to: [try Mailbox(parsing: "owner@example.se")],
            subject: "<script>alert(1)</script>",
            date: UTCDateTime(unixSeconds: 0),
            messageID: MessageID(name: "one", sender: try EmailAddress(parsing: "form@example.se")),
            text: "Hej <b>",
            html: "<p>Hej</p>"
        )
        try await withSite(mailbox: SampleMailbox(raw: mail.serialized())) { client in
            let list = try await client.execute(uri: "/_mail/", method: .get)
            #expect(String(buffer: list.body).contains("&lt;script&gt;"))
            let page = try await client.execute(uri: "/_mail/one.eml", method: .get)
            #expect(String(buffer: page.body).contains("Hej &lt;b&gt;"))
            #expect(String(buffer: page.body).contains("<iframe sandbox"))
            let html = try await client.execute(uri: "/_mail/one.eml/html", method: .get)
            #expect(html.headers[.contentSecurityPolicy]?.hasPrefix("sandbox; default-src 'none'") == true)
            let raw = try await client.execute(uri: "/_mail/one.eml/raw", method: .get)
            #expect(Array(buffer: raw.body) == mail.serialized())
            for uri in ["/_mail/two.eml", "/_mail/one.eml/x", "/_mail/one.eml/html/x"] {
                let missing = try await client.execute(uri: uri, method: .get)
                #expect(missing.status == .notFound)
            }
        }
    }

    private func mailbox(authority: String?, _ fields: HTTPFields = [:]) async -> HTTPResponse.Status {
        let head = HTTPRequest(
            method: .get,
            scheme: nil,
            authority: authority,
            path: "/_mail/",
            headerFields: fields
        )
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer()))
        return await MailboxPages(source: SampleMailbox(raw: [])).respond(to: request, path: "/_mail/").status
    }

    @Test(
        "captured mail is read under the names of this machine alone, so that no page elsewhere points its own here",
        arguments: [
            ("localhost", true), ("LOCALHOST:8080", true), ("127.0.0.1", true), ("127.0.0.1:8080", true),
            ("[::1]", true), ("[::1]:8080", true), ("evil.example", false), ("localhost.evil.example", false),
            ("localhost.evil.example:8080", false), ("127.0.0.1.nip.io", false), ("[::2]", false), (nil, false),
        ]
    )
    func rebinding(authority: String?, isShown: Bool) async {
        #expect(await mailbox(authority: authority) == (isShown ? .ok : .notFound))
    }

    @Test(
        "what came through a proxy or a tunnel does not reach captured mail, whatever host it names",
        arguments: [
            "X-Forwarded-For", "x-forwarded-proto", "X-Forwarded-Host", "X-Forwarded-Server", "Forwarded", "Via",
            "X-Real-IP",
        ]
    )
    func proxied(name: String) async throws {
        let field = HTTPField(name: try #require(HTTPField.Name(name)), value: "x")
        #expect(await mailbox(authority: "localhost", HTTPFields([field])) == .notFound)
    }
}
