// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import NIOCore
import TestSupport
import Testing

@testable import ContactFormServer

@Suite("The folder of a site")
struct SiteFolderTests {
    private let site: TemporarySite

    init() throws {
        site = try TemporarySite()
        try site.write("page.html", "page")
        try site.write("sub/deep.txt", "deep")
        try site.write(".hidden/key", "key")
    }

    private func text(_ name: String) throws -> String? {
        guard case .file(let found) = try SiteFolder(path: site.root).open().item(at: name),
            let bytes = try found.open()?.readAll()
        else { return nil }
        return String(buffer: bytes)
    }

    @Test("a file inside is read, through links that stay inside too")
    func inside() throws {
        try site.link("same.html", to: "page.html")
        try site.link("sub/up.html", to: "../page.html")
        try site.link("absolute.html", to: site.path("page.html"))
        try site.link("folder", to: "sub")
        for name in ["page.html", "same.html", "sub/up.html", "absolute.html"] {
            #expect(try text(name) == "page", "\(name)")
        }
        #expect(try text("folder/deep.txt") == "deep")
    }

    @Test("a link that leads out of the folder leads nowhere")
    func outside() throws {
        try site.link("secret.txt", to: "../secret.txt")
        try site.link("passwd", to: "/etc/passwd")
        try site.link("parent", to: "..")
        try site.link("chain", to: "passwd")
        try site.link("roundabout.html", to: "../site/page.html")
        for name in ["secret.txt", "passwd", "chain", "parent/secret.txt"] {
            #expect(try text(name) == nil, "\(name)")
        }
        // Goes out and comes back: what is read is inside.
        #expect(try text("roundabout.html") == "page")
    }

    @Test("a folder whose name begins with that of the site is not inside of it")
    func neighbour() throws {
        try FileManager.default.createDirectory(atPath: site.root + "-old", withIntermediateDirectories: false)
        try "old".write(toFile: site.root + "-old/page.html", atomically: false, encoding: .utf8)
        try site.link("old.html", to: "../site-old/page.html")
        #expect(try text("old.html") == nil)
    }

    @Test("a link does not show what is hidden")
    func hidden() throws {
        try site.link("key.txt", to: ".hidden/key")
        #expect(try text("key.txt") == nil)
        try site.write(".well-known/security.txt", "contact")
        #expect(try text(".well-known/security.txt") == "contact")
    }

    @Test("nothing but regular files is a file, and a FIFO is not waited for")
    func specialFiles() throws {
        #expect(mkfifo(site.path("fifo"), 0o644) == 0)
        try site.link("null", to: "/dev/null")
        try site.link("loop", to: "loop")
        for name in ["fifo", "null", "loop", "sub", "absent", "page.html/x", String(repeating: "a", count: 300)] {
            #expect(try text(name) == nil, "\(name)")
        }
    }

    @Test("the folder may be a link, and the link may be changed while it is served")
    func replacedRoot() throws {
        try site.write("releases/1/index.html", "one")
        try site.write("releases/2/index.html", "two")
        try site.link("current", to: "releases/1")
        let folder = SiteFolder(path: site.path("current"))
        func index() throws -> String? {
            guard case .file(let found) = try folder.open().item(at: "index.html") else { return nil }
            return try found.open()?.readAll().map { String(buffer: $0) }
        }
        #expect(try index() == "one")
        try site.remove("current")
        #expect(throws: SiteFolderError.self) { try folder.open() }
        try site.link("current", to: "releases/2")
        #expect(try index() == "two")
    }

    @Test("no request path reads a file that is not the site's")
    func fuzz() async throws {
        try site.link("escape", to: "..")
        try site.link("etc", to: "/etc")
        try site.link("secret.html", to: "../secret.txt")
        let reader = SiteFileReader(folder: SiteFolder(path: site.root), limits: StaticSite.Limits())
        var random = SplitMix64(seed: 404)
        let pieces = [
            "/", "/", "..", ".", "%2e%2e", "%2f", "%5c", "escape", "secret.txt", "secret", "etc", "passwd", "sub",
            "deep.txt",
            "page", "page.html", ".hidden", "%2ehidden", "key", "site", "%00", "\\", "%c0%ae", "..;", "…",
        ]
        var found = 0
        for round in 0..<20_000 {
            if round.isMultiple(of: 250) { await Task.yield() }
            let text = "/" + random.text(of: pieces, upTo: 7)
            guard let path = try? SitePath(requestPath: text),
                case .file(let file) = try reader.find(path, at: .now()),
                case .memory(let bytes) = file.representation(accepting: nil).content
            else { continue }
            found += 1
            #expect(["page", "deep"].contains(String(buffer: bytes)), "\(text)")
        }
        #expect(found > 100)
    }
}
