// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SiteFiles

@Suite("What a file's name says")
struct FileNameTests {
    @Test(
        "the media type comes from the name",
        arguments: [
            ("index.html", "text/html; charset=utf-8"), ("A.HTM", "text/html; charset=utf-8"),
            ("a.css", "text/css; charset=utf-8"), ("a.mjs", "text/javascript; charset=utf-8"),
            ("site.webmanifest", "application/manifest+json; charset=utf-8"), ("a.woff2", "font/woff2"),
            ("a.avif", "image/avif"), ("a.webp", "image/webp"), ("a.svg", "image/svg+xml; charset=utf-8"),
            ("a.wasm", "application/wasm"), ("a.txt", "text/plain; charset=utf-8"),
            ("a.md", "text/markdown; charset=utf-8"), ("a.xml", "application/xml; charset=utf-8"),
            ("a.json", "application/json; charset=utf-8"), ("a.tar.gz", "application/gzip"),
            ("favicon.ico", "image/vnd.microsoft.icon"), ("LICENSE", "application/octet-stream"),
            ("a.exe", "application/octet-stream"), ("a.", "application/octet-stream"),
        ]
    )
    func mediaTypes(_ name: String, _ expected: String) {
        #expect(MediaType(fileName: name[...]).fieldValue == expected)
    }

    @Test("what is compressed already is not compressed again")
    func compressibility() {
        #expect(["a.html", "a.svg", "a.wasm", "a.ttf"].allSatisfy { MediaType(fileName: $0).isCompressible })
        #expect(!["a.png", "a.woff2", "a.gz", "a.bin", "a.mp4"].contains { MediaType(fileName: $0).isCompressible })
    }

    @Test(
        "a hash in the name makes a file immutable",
        arguments: [
            "app.3f9c2b1a.js", "app-3f9c2b1a.js", "a.3f9c2b1a0d.min.css", "photo.3f9c2b1a.webp", "IMG-0a1b2c3d4e5f.png",
            "app-5XHYTW2J.js", "index-BjK3x9Qa.css", "chunk-vendors.3f9c2b1a.js.map", "inter-3f9c2b1a.woff2",
        ]
    )
    func immutable(_ name: String) {
        #expect(CachePolicy(fileName: name[...]) == .immutable)
    }

    @Test(
        "a date, a word and an article number are no hash",
        arguments: [
            "report-20261123.pdf", "app.js", "style.css", "facade-deadbeef.jpg", "3f9c2b1a.pdf", "app.3f9c2b1.js",
            "photo-iphone15pro.jpg", "photo-iPhone15.jpg", "notes-WINDOWS7.txt", "jquery-3.7.1.min.js",
            "font-awesome.css", "bootstrap.bundle.min.js", "robots.txt", "app-ABCDEFGH.js", "a.3f9c2b1a", "",
            "three-examples.js", "app-3f9c2b1a_.js",
        ]
    )
    func brief(_ name: String) {
        #expect(CachePolicy(fileName: name[...]) == .brief)
    }

    @Test("a page is always asked for anew", arguments: ["index.html", "a.3f9c2b1a.html", "old.HTM"])
    func pages(_ name: String) {
        #expect(CachePolicy(fileName: name[...]) == .revalidate)
    }
}
