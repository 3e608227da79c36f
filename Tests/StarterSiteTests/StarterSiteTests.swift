// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import EmbeddedFiles
import Foundation
import Testing

@testable import StarterSite

@Suite("The starter site in the binary")
struct StarterSiteTests {
    private static let site = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Site", directoryHint: .isDirectory)

    /// What lies in `Site/`, by path, without dotfiles.
    private static func filesOnDisk() throws -> [String: [UInt8]] {
        // Resolved first: the enumerator gives resolved paths, and the folder's own is cut off them.
        let root = site.resolvingSymlinksInPath()
        let prefix = root.path(percentEncoded: false)
        let enumerator = try #require(
            FileManager.default.enumerator(
                at: root,
                includingPropertiesForKeys: [.isRegularFileKey],
                options: .skipsHiddenFiles
            )
        )
        var files: [String: [UInt8]] = [:]
        for case let url as URL in enumerator {
            guard try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { continue }
            let path = url.path(percentEncoded: false).dropFirst(prefix.count).drop { $0 == "/" }
            files[String(path)] = Array(try Data(contentsOf: url))
        }
        return files
    }

    @Test("it is Site/ byte for byte; if not, run scripts/embed-pages")
    func sameAsOnDisk() throws {
        let onDisk = try Self.filesOnDisk()
        let embedded = Dictionary(uniqueKeysWithValues: StarterSite.files.map { ($0.path, $0.bytes) })
        #expect(embedded.keys.sorted() == onDisk.keys.sorted())
        for (path, bytes) in onDisk {
            // Not within the expectation, which would print both.
            let isSame = embedded[path] == bytes
            #expect(isSame, "\(path) differs")
        }
    }

    @Test("it has a home page and is sorted by path")
    func order() {
        let paths = StarterSite.files.map(\.path)
        #expect(paths.contains("index.html"))
        #expect(paths == paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }

    @Test("in either language every address leads somewhere, and the home page is in that language")
    func languages() throws {
        for language in StarterSite.Language.allCases {
            let texts = StarterSite.files(in: language).map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) }
            let pages = Dictionary(uniqueKeysWithValues: texts)
            let places = Set(pages.keys.map { "/" + $0.replacing(/(^|\/)index\.html$/) { $0.1 } })
            #expect(pages.count == StarterSite.files.count)
            for (path, page) in pages where path.hasSuffix(".html") {
                for match in page.matches(of: /="(\/[^"]*)"/) where match.1 != "/api/contact" {
                    #expect(places.contains(String(match.1)), "\(match.1) in \(path)")
                }
            }
            let folder = language == .english ? "sv/" : "en/"
            let other = StarterSite.Language.allCases.filter { $0 != language }[0]
            for (path, own) in [
                ("index.html", language), ("thanks.html", language), ("404.html", language),
                (folder + "index.html", other),
            ] {
                let page = try #require(pages[path], "\(path)")
                #expect(page.contains("<html lang=\"\(own.rawValue)\">"), "\(path)")
            }
            for path in ["index.html", folder + "index.html"] {
                let page = try #require(pages[path])
                #expect(page.contains("hreflang=\"\(language.rawValue)\" href=\"/\""), "\(path)")
                #expect(page.contains("hreflang=\"\(other.rawValue)\" href=\"/\(folder)\""), "\(path)")
            }
            #expect(pages["index.html"]?.contains(#"name="_next" value="/thanks.html""#) == true)
        }
    }

    @Test("the page for what is not there speaks Swedish first where the home page does")
    func notFound() throws {
        let file = try #require(StarterSite.files(in: .swedish).first { $0.path == "404.html" })
        let page = String(decoding: file.bytes, as: UTF8.self)
        #expect(page.contains("<title>Sidan finns inte"))
        #expect(page.contains(#"<a class="mark" href="/">"#))
        #expect(page.contains(#"<p class="lede" lang="en">This page has capsized. <a href="/en/">"#))
        #expect(!page.contains("There is nothing") && !page.contains(#"lang="sv">Den"#))
    }

    @Test("a file that is no text is decoded from base 64")
    func binary() {
        let file = EmbeddedFile("icon.png", base64: "iVBORw0KGgo=")
        #expect(file.bytes == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    }
}
