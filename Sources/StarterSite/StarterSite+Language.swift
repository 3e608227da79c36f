// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import EmbeddedFiles

extension StarterSite {
    /// A language that the site is written in.
    package enum Language: String, Sendable, CaseIterable {
        case english = "en"
        case swedish = "sv"
    }

    /// The files with the pages of one language at the root, and those of the other in a folder that is called after it. Either
    /// way `/thanks.html` is where a form leads that names no other page.
    package static func files(in language: Language) -> [EmbeddedFile] {
        switch language {
        case .english: files
        case .swedish: files.map(inSwedish).sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        }
    }

    private static let newPaths = [
        "index.html": "en/index.html", "thanks.html": "en/thanks.html", "sv/index.html": "index.html",
        "sv/tack.html": "thanks.html",
    ]

    private static func inSwedish(_ file: EmbeddedFile) -> EmbeddedFile {
        guard file.path.hasSuffix(".html") else { return file }
        var text = String(decoding: file.bytes, as: UTF8.self)
        let isForAll = file.path == "404.html"
        for (old, new) in isForAll ? swedishFirst : swedishAtRoot { text = text.replacing(old, with: new) }
        return EmbeddedFile(newPaths[file.path] ?? file.path, text: text)
    }

    /// Addresses, those of English pages first: afterwards Swedish ones look the same.
    private static let swedishAtRoot = [
        (#"="/""#, #"="/en/""#), (#"="/thanks.html""#, #"="/en/thanks.html""#),
        (#"="/sv/tack.html""#, #"="/thanks.html""#), (#"="/sv/""#, #"="/""#),
    ]

    /// The page for addresses that lead nowhere, which speaks to everybody.
    private static let swedishFirst = [
        (#"<html lang="en">"#, #"<html lang="sv">"#), ("Page not found", "Sidan finns inte"),
        ("This page has capsized", "Den här sidan har kantrat"),
        (
            #"<p class="lede">There is nothing at this address. <a href="/">Back to dry land</a>.</p>"#,
            #"<p class="lede">Här finns ingenting. <a href="/">Ta dig i land</a>.</p>"#
        ),
        (
            #"<p class="lede" lang="sv">Den här sidan har kantrat: här finns ingenting. <a href="/sv/">Ta dig i land</a>.</p>"#,
            #"<p class="lede" lang="en">This page has capsized. <a href="/en/">Back to dry land</a>.</p>"#
        ),
    ]
}
