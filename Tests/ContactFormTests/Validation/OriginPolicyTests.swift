// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Testing

@Suite("OriginPolicy")
struct OriginPolicyTests {
    static let policy = OriginPolicy(allowed: ["https://shop.example", "http://shop.example:8000"])

    @Test(
        "own and allowed origins may post, foreign ones may not, none is only a sign",
        arguments: [
            ("https://example.se", "example.se", .allowed("https://example.se")),
            ("http://EXAMPLE.se:8080", "example.se:8080", .allowed("http://EXAMPLE.se:8080")),
            ("https://shop.example", "example.se", .allowed("https://shop.example")),
            ("http://shop.example:8000", nil, .allowed("http://shop.example:8000")),
            ("http://shop.example", "example.se", .foreign),
            ("https://shop.example:8000", "example.se", .foreign),
            ("https://evil.example", "example.se", .foreign),
            ("https://example.se.evil.example", "example.se", .foreign),
            ("https://example.se@evil.example", "example.se", .foreign),
            ("https://evil.example/example.se", "example.se", .foreign),
            ("file://", "example.se", .foreign),
            ("ftp://example.se", "example.se", .foreign),
            ("https://", "", .foreign),
            ("http://localhost:3000", "example.se", .foreign),
            ("null", "example.se", .absent),
            ("", "example.se", .absent),
            (nil, "example.se", .absent),
        ] as [(String?, String?, OriginPolicy.Verdict)]
    )
    func verdicts(origin: String?, host: String?, verdict: OriginPolicy.Verdict) {
        #expect(Self.policy.verdict(origin: origin, host: host) == verdict)
    }

    @Test("while serving locally any port of this machine may post, and nothing that looks like it")
    func loopback() {
        let local = OriginPolicy(allowsLoopback: true)
        for origin in ["http://localhost", "http://LOCALHOST:3000", "https://127.0.0.1:1", "http://[::1]:9"] {
            #expect(local.verdict(origin: origin, host: nil) == .allowed(origin))
        }
        for origin in ["http://localhost.evil.example", "http://localhost:x", "http://127.0.0.11", "http://localhostx"]
        {
            #expect(local.verdict(origin: origin, host: nil) == .foreign)
        }
    }

    @Test(
        "a visitor is sent only to the site or an allowed origin",
        arguments: [
            ("/thanks.html", "/thanks.html"), ("/sv/tack.html?a=1#b", "/sv/tack.html?a=1#b"), ("/", "/"),
            ("https://shop.example/x", "https://shop.example/x"), ("https://example.se", "https://example.se"),
            ("http://example.se?x", "http://example.se?x"),
            ("https://evil.example", nil), ("//evil.example", nil), ("/\\evil.example", nil), ("\\\\evil.example", nil),
            ("/\t/evil.example", nil), ("https:evil.example", nil), ("https:/evil.example", nil),
            ("https:///evil.example", nil), ("javascript:alert(1)", nil), ("https://shop.example@evil.example", nil),
            ("https://shop.example.evil.example", nil), ("https://shop.example\\@evil.example", nil),
            ("thanks.html", nil),
            ("", nil), (" /a", nil), ("/a\r\nSet-Cookie: x", nil), ("/tack-så", "/tack-s%C3%A5"), ("//å.se", nil),
            ("data:text/html,x", nil), (nil, nil),
        ] as [(String?, String?)]
    )
    func next(wanted: String?, expected: String?) {
        let next = NextLocation.resolve(
            wanted,
            fallback: "/default",
            origins: Self.policy,
            host: "example.se",
            siteURL: nil
        )
        #expect(next == expected ?? "/default")
    }

    @Test("where the API has another address than the site, paths lead to the site")
    func siteURL() {
        func next(_ wanted: String, host: String) -> String {
            NextLocation.resolve(
                wanted,
                fallback: "/",
                origins: Self.policy,
                host: host,
                siteURL: "https://shop.example"
            )
        }
        #expect(next("/thanks.html", host: "api.example") == "https://shop.example/thanks.html")
        #expect(next("/thanks.html", host: "shop.example") == "/thanks.html")
        #expect(next("//evil", host: "api.example") == "https://shop.example/")
    }
}
