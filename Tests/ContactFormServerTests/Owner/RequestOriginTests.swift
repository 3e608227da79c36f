// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import ContactFormServer

@Suite("Where a request comes from")
struct RequestOriginTests {
    private func request(origin: String?, site: String?, host: String) throws -> Request {
        var head = HTTPRequest(method: .post, scheme: nil, authority: host, path: "/api/erasure")
        head.headerFields[.origin] = origin
        head.headerFields[try #require(HTTPField.Name("Sec-Fetch-Site"))] = site
        return Request(head: head, body: RequestBody(buffer: ByteBuffer()))
    }

    @Test(
        "only a page of this very origin may change something",
        arguments: [
            ("http://localhost:8080", nil, "localhost:8080", false, true),
            ("http://localhost:8080", "same-origin", "localhost:8080", false, true),
            (nil, "same-origin", "localhost:8080", false, true),
            ("https://example.se", nil, "example.se", true, true),
            ("https://EXAMPLE.se", nil, "Example.SE", true, true),
            // The public name, where a proxy sends another host.
            ("https://www.example.se", nil, "127.0.0.1:8080", true, true),
            (nil, nil, "localhost:8080", false, false),
            ("null", nil, "localhost:8080", false, false),
            ("", nil, "localhost:8080", false, false),
            ("http://localhost:8081", nil, "localhost:8080", false, false),
            ("http://evil.example", nil, "localhost:8080", false, false),
            ("http://localhost:8080", "cross-site", "localhost:8080", false, false),
            ("http://localhost:8080", "same-site", "localhost:8080", false, false),
            (nil, "none", "localhost:8080", false, false),
            (nil, "cross-site", "localhost:8080", false, false),
            // The same name without TLS is whoever sits in between.
            ("http://example.se", nil, "example.se", true, false),
            ("https://example.se.evil.example", nil, "example.se", true, false),
            ("https://example.se@evil.example", nil, "example.se", true, false),
        ] as [(String?, String?, String, Bool, Bool)]
    )
    func own(origin: String?, site: String?, host: String, isOverTLS: Bool, expected: Bool) throws {
        let request = try request(origin: origin, site: site, host: host)
        #expect(RequestOrigin.isOwn(request, isOverTLS: isOverTLS, siteURL: "https://www.example.se") == expected)
    }

    @Test(
        "names of this machine",
        arguments: [
            ("localhost", true), ("LOCALHOST:8080", true), ("127.0.0.1:8080", true), ("[::1]:8080", true),
            ("[::1]", true),
            ("127.0.0.1.evil.example", false), ("localhost.evil.example:8080", false), ("192.168.1.2", false),
            ("[::2]:80", false), ("", false), (nil, false),
            ("localhost:x", false), ("localhost:80:80", false), ("[::1]x", false), ("[::1]:٤٢", false),
        ] as [(String?, Bool)]
    )
    func loopback(authority: String?, expected: Bool) {
        #expect(RequestOrigin.isLoopback(authority) == expected)
    }

    @Test("a cookie is found among others, only by the name that fits the connection")
    func cookie() {
        let (plain, guarded) = (SecretToken(), SecretToken())
        func token(in cookies: String?, isOverTLS: Bool = false) -> String? {
            var fields = HTTPFields()
            fields[.cookie] = cookies
            return SessionCookie(isOverTLS: isOverTLS, authority: "localhost").token(in: fields)?.text
        }
        let cookies = "a=b; brevlada=\(plain.text) ;__Host-brevlada=\(guarded.text); brevlada=x"
        #expect(token(in: cookies) == plain.text)
        #expect(token(in: cookies, isOverTLS: true) == guarded.text)
        #expect(token(in: "xbrevlada=\(plain.text)") == nil)
        #expect(token(in: "brevlada=\(plain.text)f") == nil)
        #expect(token(in: nil) == nil)
    }

    @Test(
        "inboxes at several ports of a machine have a cookie each",
        arguments: [
            ("localhost:18101", "brevlada-18101"), ("127.0.0.1:8080", "brevlada-8080"), ("[::1]:8080", "brevlada-8080"),
            ("localhost", "brevlada"), ("[::1]", "brevlada"), ("", "brevlada"), (nil, "brevlada"),
            ("localhost:1; Domain=x", "brevlada"), ("localhost:123456", "brevlada"), ("localhost:٤٢", "brevlada"),
        ] as [(String?, String)]
    )
    func ports(authority: String?, expected: String) {
        #expect(SessionCookie(isOverTLS: false, authority: authority).name == expected)
        #expect(SessionCookie(isOverTLS: true, authority: authority).name == "__Host-brevlada")
    }

    @Test("a cookie has every flag it can have")
    func flags() {
        let token = SecretToken()
        #expect(
            SessionCookie(isOverTLS: true, authority: "example.se").setting(token)
                == "__Host-brevlada=\(token.text); Path=/; HttpOnly; SameSite=Strict; Secure"
        )
        let plain = SessionCookie(isOverTLS: false, authority: "localhost:8080")
        #expect(
            plain.setting(token)
                == "brevlada-8080=\(token.text); Path=/; HttpOnly; SameSite=Strict"
        )
        #expect(plain.removing.hasPrefix("brevlada-8080=; Max-Age=0; Path=/"))
    }
}
