// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ContactFormServer

@Suite("Site paths")
struct SitePathTests {
    @Test(
        "a path is decoded once",
        arguments: [
            ("/", "", true), ("/about", "about", false), ("/sv/", "sv", true), ("/a/b.html", "a/b.html", false),
            ("/%61bout", "about", false), ("/%C3%A5.html", "å.html", false), ("/a%20b", "a b", false),
            ("/a%2541", "a%41", false), ("/.well-known/security.txt", ".well-known/security.txt", false),
            ("/a..b", "a..b", false), ("/a.", "a.", false),
        ]
    )
    func decoding(_ requested: String, _ relative: String, _ isFolder: Bool) throws {
        let path = try SitePath(requestPath: requested)
        #expect(path.relative == relative)
        #expect(path.isFolder == isFolder)
    }

    @Test(
        "a path that could leave the folder, or names what is hidden, is not served",
        arguments: [
            "", "about", "*", "//", "//evil.example/", "/a//b", "/a//", "/.", "/..", "/../x", "/a/../b", "/a/./b",
            "/%2e%2e/x",
            "/%2E%2E%2Fx", "/.%2e/x", "/a%2fb", "/%2f", "/a%2Fb/%2e%2e", "/a\\b", "/a%5cb", "/..%5cx", "/.git/config",
            "/.env", "/a/.htaccess", "/%2egit/config", "/.well-known/.secret", "/.well-knowns/x",
            "/" + String(repeating: "a/", count: 33), "/" + String(repeating: "a", count: 256),
            "/" + String(repeating: "ab/", count: 700),
        ]
    )
    func notServed(_ requested: String) {
        #expect(throws: SitePath.Failure.notServed) { try SitePath(requestPath: requested) }
    }

    @Test(
        "a path that is not text is malformed",
        arguments: [
            "/%", "/%4", "/%zz", "/%4g", "/%00", "/a%00.html", "/%0a", "/%7f", "/%ff", "/%c0%ae%c0%ae/x", "/%c0%af",
            "/%ed%a0%80", "/%f5%80%80%80", "/a\u{1}b", "/%e5",
        ]
    )
    func malformed(_ requested: String) {
        #expect(throws: SitePath.Failure.malformed) { try SitePath(requestPath: requested) }
    }

    @Test("every spelling of a path has the same key")
    func keys() throws {
        #expect(try SitePath(requestPath: "/%61/%62/").key == "/a/b/")
        #expect(try SitePath(requestPath: "/a/b").key == "/a/b")
        #expect(try SitePath(requestPath: "/").key == "/")
    }

    @Test("a folder is named with its escapes, and never as another host")
    func encoding() throws {
        #expect(try SitePath(requestPath: "/a%20b/%C3%A5%25").encodedAsFolder == "/a%20b/%C3%A5%25/")
        #expect(try SitePath(requestPath: "/a").encodedAsFolder == "/a/")
        #expect(try SitePath(requestPath: "/%3F%23x").encodedAsFolder == "/%3F%23x/")
    }

    @Test("no path that is accepted has a segment that could leave the folder")
    func fuzz() async throws {
        var random = SplitMix64(seed: 20_261_123)
        let pieces = [
            "/", "/", "/", ".", "..", "%2e", "%2E%2e", "%2f", "%5c", "\\", "%00", "%", "%25", "a", "b.html", "index",
            ".well-known", "%c0%ae", "å", "%C3%A5", " ", "//", "%ed%a0%80", "~", ":", ";", "?", "#",
        ]
        var accepted = 0
        for round in 0..<20_000 {
            if round.isMultiple(of: 250) { await Task.yield() }
            let text = "/" + random.text(of: pieces, upTo: 8)
            guard let path = try? SitePath(requestPath: text) else { continue }
            accepted += 1
            let segments = path.relative.split(separator: "/", omittingEmptySubsequences: false)
            for segment in segments where !path.relative.isEmpty {
                #expect(!segment.isEmpty && (segment.first != "." || segment == ".well-known"), "\(text)")
                #expect(!segment.utf8.contains { $0 < 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "\\") }, "\(text)")
            }
            // The encoded name of a folder is read as the same folder.
            let folder = path.relative.isEmpty ? "/" : path.encodedAsFolder
            // Escapes may make it longer than a path may be.
            if folder.utf8.count <= SitePath.maximumLength {
                #expect(try SitePath(requestPath: folder).relative == path.relative, "\(text)")
            }
        }
        #expect(accepted > 1_000)
    }
}
