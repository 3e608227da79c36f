// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import ContactFormServer

@Suite("The static site")
struct StaticSiteTests {
    private let folder: TemporarySite
    private let exchange: SiteExchange

    init() throws {
        folder = try TemporarySite()
        try folder.write("index.html", "home")
        try folder.write("about.html", "about")
        try folder.write("404.html", "not here")
        try folder.write("sv/index.html", "hem")
        try folder.write("sv/404.html", "finns inte")
        try folder.write("sv/bilder/a.png", "png")
        try folder.write("style.css", String(repeating: "p { color: red }\n", count: 200))
        try folder.write("app.3f9c2b1a.js", "1")
        try folder.write("empty.txt", "")
        exchange = try SiteExchange(folder)
    }

    @Test(
        "a path stands for a file",
        arguments: [
            ("/", "home"), ("/index.html", "home"), ("/about", "about"), ("/about.html", "about"), ("/sv/", "hem"),
            ("/?a=b", "home"), ("/about?x=/../y", "about"), ("/%61bout", "about"), ("/empty.txt", ""),
        ]
    )
    func files(_ target: String, _ body: String) async throws {
        for _ in 0..<2 {  // from the disk, then from memory
            let answer = try await exchange.get(target)
            #expect(answer.status == 200)
            #expect(answer.text == body)
            #expect(answer[.contentLength] == "\(body.utf8.count)")
        }
    }

    @Test("names that differ only in how a letter is composed are two, as they are for Linux")
    func composition() async throws {
        try folder.write("\u{E5}.txt", "composed")
        try folder.write("o\u{308}.txt", "decomposed")
        for _ in 0..<2 {
            #expect(try await exchange.get("/%C3%A5.txt").text == "composed")
            #expect(try await exchange.get("/a%CC%8A.txt").status == 404)
            #expect(try await exchange.get("/o%CC%88.txt").text == "decomposed")
            #expect(try await exchange.get("/%C3%B6.txt").status == 404)
        }
        try folder.write("a\u{30A}.txt", "another")
        exchange.advance(by: .seconds(2))
        #expect(try await exchange.get("/a%CC%8A.txt").text == "another")
        #expect(try await exchange.get("/%C3%A5.txt").text == "composed")
    }

    @Test(
        "what is not there is answered with the nearest 404 page",
        arguments: [
            ("/nope", "not here"), ("/sv/nope", "finns inte"), ("/sv/bilder/nope.png", "finns inte"),
            ("/sv/a/b/c/", "finns inte"), ("/about/", "not here"), ("/sv/bilder/", "finns inte"),
            ("/sv/bilder", "finns inte"), ("/.env", "not here"), ("/%2e%2e/x", "not here"),
            ("/about.html/", "not here"),
            ("/a%2562out", "not here"), ("*", "not here"),
        ]
    )
    func absence(_ target: String, _ body: String) async throws {
        let answer = try await exchange.get(target)
        #expect(answer.status == 404)
        #expect(answer.text == body)
        #expect(answer[.cacheControl] == "no-cache")
        #expect(answer[.eTag] == nil)
    }

    @Test("a site without a 404 page says so in a line of text")
    func plainAbsence() async throws {
        try folder.remove("404.html")
        let answer = try await exchange.get("/nope")
        #expect(answer.status == 404)
        #expect(answer.text == "Not found.\n")
        #expect(answer[.contentType] == "text/plain; charset=utf-8")
    }

    @Test("an escape is not decoded twice, even when a file of that name is in memory")
    func doubleEscape() async throws {
        try folder.write("a%62.html", "literally")
        #expect(try await exchange.get("/a%2562.html").text == "literally")
        #expect(try await exchange.get("/a%62.html").status == 404)
    }

    @Test("a path that is not text is a bad request", arguments: ["/%", "/%00", "/%ff"])
    func malformed(_ target: String) async throws {
        #expect(try await exchange.get(target).status == 400)
    }

    @Test(
        "a folder without its slash is redirected to itself, query and all",
        arguments: [("/sv", "/sv/"), ("/sv?a=b&c=/", "/sv/?a=b&c=/"), ("/%73v", "/sv/")]
    )
    func redirects(_ target: String, _ location: String) async throws {
        let answer = try await exchange.get(target)
        #expect(answer.status == 308)
        #expect(answer[.location] == location)
    }

    @Test(
        "a method other than GET and HEAD is refused",
        arguments: [HTTPRequest.Method.post, .put, .delete, .options, .trace]
    )
    func methods(_ method: HTTPRequest.Method) async throws {
        let answer = try await exchange.send(method, "/")
        #expect(answer.status == 405)
        #expect(answer[.allow] == "GET, HEAD")
    }

    @Test(
        "a form that is posted to a page is answered in the visitor's language, and a program with a line",
        arguments: [
            ("text/html", "sv-SE,sv", "Inte skickat än"), ("text/html,*/*", "en", "Not sent yet"),
            ("text/html", "", "Not sent yet"), ("application/json", "sv", "Method not allowed."),
        ]
    )
    func strayForm(_ accept: String, _ language: String, _ words: String) async throws {
        let fields: HTTPFields = [
            .accept: accept, .acceptLanguage: language, .contentType: "application/x-www-form-urlencoded",
        ]
        let answer = try await exchange.send(.post, "/", fields)
        #expect(answer.status == 405)
        #expect(answer[.allow] == "GET, HEAD")
        #expect(answer[.cacheControl] == "no-store")
        #expect(answer.text.contains(words))
        #expect(answer.text.hasPrefix("<!doctype html>") == (accept != "application/json"))
    }

    @Test("HEAD has the fields of GET and no body", arguments: ["/", "/style.css", "/nope", "/sv", "/%", "/.env"])
    func head(_ target: String) async throws {
        let got = try await exchange.get(target, [.acceptEncoding: "gzip"])
        let head = try await exchange.send(.head, target, [.acceptEncoding: "gzip"])
        #expect(head.response.status == got.response.status)
        #expect(head.response.headers == got.response.headers)
        #expect(head.body.readableBytes == 0)
    }

    @Test("a range is ignored for HEAD")
    func rangeOfHead() async throws {
        #expect(try await exchange.send(.head, "/", [.range: "bytes=0-1"]).status == 200)
    }

    @Test("the fields say how the file may be kept")
    func caching() async throws {
        let page = try await exchange.get("/")
        #expect(page[.cacheControl] == "no-cache")
        #expect(page[.contentType] == "text/html; charset=utf-8")
        #expect(page[.acceptRanges] == "bytes")
        #expect(page[.vary] == "Accept-Encoding")
        let script = try await exchange.get("/app.3f9c2b1a.js")
        #expect(script[.cacheControl] == "public, max-age=31536000, immutable")
        let style = try await exchange.get("/style.css")
        #expect(style[.cacheControl] == "public, max-age=300, must-revalidate")
        #expect(try await exchange.get("/sv/bilder/a.png")[.vary] == nil)
    }

    // MARK: - Conditions and ranges

    @Test("what the client has already is not sent again")
    func notModified() async throws {
        let first = try await exchange.get("/style.css")
        let tag = try #require(first[.eTag])
        let date = try #require(first[.lastModified])
        for fields: HTTPFields in [[.ifNoneMatch: tag], [.ifNoneMatch: "W/\(tag), \"x\""], [.ifModifiedSince: date]] {
            let answer = try await exchange.get("/style.css", fields)
            #expect(answer.status == 304)
            #expect(answer.body.readableBytes == 0)
            #expect(answer[.contentLength] == nil)
            #expect(answer[.eTag] == tag)
            #expect(answer[.vary] == "Accept-Encoding")
            #expect(answer[.cacheControl] == first[.cacheControl])
        }
        #expect(try await exchange.get("/style.css", [.ifMatch: "\"x\""]).status == 412)
        #expect(try await exchange.get("/nope", [.ifNoneMatch: "*"]).status == 404)
    }

    @Test("a part is sent with its place in the whole")
    func ranges() async throws {
        let answer = try await exchange.get("/about.html", [.range: "bytes=1-3"])
        #expect(answer.status == 206)
        #expect(answer.text == "bou")
        #expect(answer[.contentRange] == "bytes 1-3/5")
        #expect(answer[.contentLength] == "3")
        #expect(try await exchange.get("/about.html", [.range: "bytes=-2"]).text == "ut")
        let outside = try await exchange.get("/about.html", [.range: "bytes=5-"])
        #expect(outside.status == 416)
        #expect(outside[.contentRange] == "bytes */5")
        #expect(try await exchange.get("/about.html", [.range: "bytes=0-0,2-2"]).text == "about")
        #expect(try await exchange.get("/about.html", [.range: "bytes=0-1", .ifRange: "\"x\""]).status == 200)
        let tag = try #require(answer[.eTag])
        #expect(try await exchange.get("/about.html", [.range: "bytes=0-1", .ifRange: tag]).status == 206)
        #expect(try await exchange.get("/about.html", [.range: "bytes=0-1", .ifNoneMatch: tag]).status == 304)
    }

    // MARK: - Content codings

    @Test("text is compressed for those who take it, under its own tag")
    func gzip() async throws {
        let plain = try await exchange.get("/style.css")
        let compressed = try await exchange.get("/style.css", [.acceptEncoding: "gzip, br"])
        #expect(plain[.contentEncoding] == nil)
        #expect(compressed[.contentEncoding] == "gzip")
        #expect(compressed[.eTag] != plain[.eTag])
        #expect(compressed[.contentType] == "text/css; charset=utf-8")
        #expect(compressed.body.readableBytes < plain.body.readableBytes / 10)
        #expect(compressed[.contentLength] == "\(compressed.body.readableBytes)")
        #expect(try await exchange.get("/style.css", [.acceptEncoding: "gzip;q=0"])[.contentEncoding] == nil)
        #expect(
            try await exchange.get("/about", [.acceptEncoding: "gzip"])[.contentEncoding] == nil,
            "too short to pay"
        )
    }

    @Test("precompressed siblings are sent as they are")
    func siblings() async throws {
        try folder.write("app.js", String(repeating: "x", count: 5_000))
        try folder.write("app.js.br", "brotli")
        try folder.write("app.js.gz", "gzipped")
        let brotli = try await exchange.get("/app.js", [.acceptEncoding: "gzip, br"])
        #expect(brotli[.contentEncoding] == "br")
        #expect(brotli.text == "brotli")
        #expect(brotli[.contentType] == "text/javascript; charset=utf-8")
        let gzip = try await exchange.get("/app.js", [.acceptEncoding: "gzip"])
        #expect(gzip.text == "gzipped")
        let plain = try await exchange.get("/app.js")
        #expect(plain.body.readableBytes == 5_000)
        #expect(Set([brotli[.eTag], gzip[.eTag], plain[.eTag]]).count == 3)
        let download = try await exchange.get("/app.js.gz", [.acceptEncoding: "gzip"])
        #expect(download[.contentEncoding] == nil)
        #expect(download[.contentType] == "application/gzip")
    }

    @Test("a sibling that is older than its file is passed over")
    func staleSibling() async throws {
        try folder.write("app.js", "new")
        try folder.write("app.js.br", "old")
        try folder.date("app.js.br", 1_000_000_000)
        let answer = try await exchange.get("/app.js", [.acceptEncoding: "br"])
        #expect(answer.text == "new")
        #expect(answer[.contentEncoding] == nil)
    }

    // MARK: - Changes on disk

    @Test("a change is seen at the next look, and not before")
    func change() async throws {
        let first = try await exchange.get("/about")
        try folder.write("about.html", "other")
        exchange.advance(by: .milliseconds(999))
        #expect(try await exchange.get("/about").text == "about")
        exchange.advance(by: .milliseconds(1))
        let second = try await exchange.get("/about")
        #expect(second.text == "other")
        #expect(second[.eTag] != first[.eTag])
    }

    @Test("a change of content with the same length and time is seen")
    func reproducibleBuild() async throws {
        try folder.date("about.html", 1)
        #expect(try await exchange.get("/about").text == "about")
        try folder.write("about.html", "ABOUT")
        try folder.date("about.html", 1)
        exchange.advance(by: .seconds(1))
        #expect(try await exchange.get("/about").text == "ABOUT")
    }

    @Test("a file that is removed is gone, and one that comes is there")
    func removal() async throws {
        #expect(try await exchange.get("/about").status == 200)
        try folder.remove("about.html")
        exchange.advance(by: .seconds(1))
        #expect(try await exchange.get("/about").status == 404)
        try folder.write("about/index.html", "folder")
        #expect(try await exchange.get("/about").status == 308)
        #expect(try await exchange.get("/about/").text == "folder")
    }

    @Test("the same content has the same tag wherever and whenever it was written")
    func stableTag() async throws {
        let other = try TemporarySite()
        try other.write("about.html", "about")
        try other.date("about.html", 1_000_000_000)
        let tags = [try await exchange.get("/about")[.eTag], try await SiteExchange(other).get("/about")[.eTag]]
        #expect(tags[0] != nil && tags[0] == tags[1])
    }

    @Test("a date in the future is not sent, but the present", arguments: [-1, 0, 1, 2_304_969_320])
    func futureDate(_ ahead: Int) async throws {
        let now = Timestamp(milliseconds: 1_795_475_480_123)
        try folder.date("about.html", 1_795_475_480 + ahead)
        let answer = try await SiteExchange(folder, now: now).get("/about")
        #expect(answer[.lastModified] == "Mon, 23 Nov 2026 23:11:\(ahead < 0 ? "19" : "20") GMT")
    }

    @Test("files in memory outlive a folder that cannot be read for a while")
    func outage() async throws {
        #expect(try await exchange.get("/about").text == "about")
        try folder.remove("")
        exchange.advance(by: .seconds(1))
        #expect(try await exchange.get("/about").text == "about")
        let other = try await exchange.get("/")
        #expect(other.status == 503)
        #expect(other[.retryAfter] == "5")
    }

    @Test("a folder that is not there is an error at once")
    func missingRoot() throws {
        try folder.remove("")
        #expect(throws: SiteFolderError.self) { try SiteExchange(folder) }
    }
}
