// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import TestSupport
import Testing

@testable import ContactFormServer

@Suite("A form sent to an address that takes none")
struct StrayFormWarningTests {
    private static let form: HTTPFields = [
        .secFetchSite: "same-origin", .contentType: "application/x-www-form-urlencoded;charset=UTF-8",
    ]

    @Test("is told of once for each page, and once for all that is none")
    func once() {
        let (logger, lines) = LogRecorder.make()
        let warning = StrayFormWarning()
        for page in ["/", "/kontakt/", nil, "/", nil] { warning.tell(of: page, logger) }
        #expect(
            lines.all.map { $0.split(separator: " ").last } == [
                "request.path=/", "request.path=/kontakt/", "request.path=other",
            ]
        )
        #expect(lines.all.allSatisfy { $0.hasPrefix("warning ") })
    }

    @Test(
        "is told of only where a page of the site sent it",
        arguments: [
            (.post, form, true),
            (.post, [.secFetchSite: "same-origin", .contentType: "Multipart/form-data; boundary=b"], true),
            (.post, [.secFetchSite: "same-origin", .contentType: "application/json"], false),
            (.post, [.secFetchSite: "cross-site", .contentType: "multipart/form-data; boundary=b"], false),
            (.post, [.contentType: "multipart/form-data; boundary=b"], false),
            (.post, [.secFetchSite: "same-origin"], false),
            (.put, form, false),
        ] as [(HTTPRequest.Method, HTTPFields, Bool)]
    )
    func believed(method: HTTPRequest.Method, fields: HTTPFields, isCalledFor: Bool) {
        let head = HTTPRequest(method: method, scheme: "http", authority: "test", path: "/", headerFields: fields)
        #expect(StrayFormWarning.isCalledFor(by: head) == isCalledFor)
    }

    @Test("is refused by the site, which names the page and of no other address what it says")
    func site() async throws {
        let (logger, lines) = LogRecorder.make()
        let folder = try TemporarySite()
        try folder.write("about.html", "about")
        let exchange = try SiteExchange(folder, logger: logger)
        for target in ["/about?a=b", "/Anna%40example.se", "/%", "/about"] {
            #expect(try await exchange.send(.post, target, Self.form).status == 405)
        }
        #expect(try await exchange.send(.post, "/", [.contentType: "multipart/form-data"]).status == 405)
        #expect(
            lines.all.map { $0.split(separator: " ").last } == ["request.path=/about", "request.path=other"]
        )
    }

    @Test("fills no log, however many pages there are")
    func bounded() {
        let (logger, lines) = LogRecorder.make()
        let warning = StrayFormWarning()
        for number in 0..<1_000 { warning.tell(of: "/\(number)", logger) }
        #expect(lines.all.count == 20)
    }
}
