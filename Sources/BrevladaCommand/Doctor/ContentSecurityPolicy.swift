// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What a Content-Security-Policy refuses, as far as a page's text tells (CSP Level 3). Where it does not, as for a hash or
/// the path of a source, nothing is called refused.
struct ContentSecurityPolicy: Sendable {
    /// The sources of each directive.
    private let directives: [String: [String]]

    init(_ policy: String) {
        // Of a repeated directive the first counts (CSP §2.2.1).
        directives = Dictionary(
            policy.split(separator: ";").map { directive in
                let words = directive.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
                return (words.first ?? "", Array(words.dropFirst()))
            },
            uniquingKeysWith: { first, _ in first }
        )
    }

    func refuses(_ content: SitePage.Content, from place: PageChecks.Place) -> Bool {
        guard let sources = sources(content.kind.directives) else { return false }
        guard content.address != nil else { return !Self.allowInline(sources) }
        return Self.refuse(place, sources)
    }

    /// Whether it keeps a form from being sent to a place. For that no other directive stands in (CSP §6.5.1).
    func refusesForm(to place: PageChecks.Place) -> Bool {
        sources(["form-action"]).map { Self.refuse(place, $0) } ?? false
    }

    /// Those of the first directive that is there: the others stand in for it (CSP §6.8.3).
    private func sources(_ names: [String]) -> [String]? {
        names.lazy.compactMap { directives[$0] }.first
    }

    private static func allowInline(_ sources: [String]) -> Bool {
        sources.contains("'unsafe-inline'") || mayNameEach(sources)
    }

    /// Hashes, nonces and what these let through can't be told here.
    private static func mayNameEach(_ sources: [String]) -> Bool {
        sources.contains { $0.hasPrefix("'sha") || $0.hasPrefix("'nonce-") || $0 == "'strict-dynamic'" }
    }

    private static func refuse(_ place: PageChecks.Place, _ sources: [String]) -> Bool {
        guard !mayNameEach(sources), !sources.contains("*") else { return false }
        let named = sources.filter { !$0.hasPrefix("'") }
        switch place {
        case .other: return false
        // The site's own address may be one of those named.
        case .path: return !sources.contains("'self'") && named.isEmpty
        case .host(let host): return !named.contains { matches($0, host) }
        }
    }

    /// Whether a source may stand for a host, whatever its path. One of `http` stands for `https` too (CSP §6.7.2.8).
    private static func matches(_ source: String, _ host: WebHost) -> Bool {
        if source.hasPrefix("https:"), host.scheme != "https" { return false }
        if source == "https:" || source == "http:" { return true }
        let parts = source.split(separator: "/", omittingEmptySubsequences: true)
        let named = WebHost(scheme: "", authority: parts.dropFirst(source.contains("://") ? 1 : 0).first ?? "")
        guard named.port == "*" || named.port == host.port else { return false }
        let name = named.name
        return name == "*" || name == host.name || (name.hasPrefix("*.") && host.name.hasSuffix(name.dropFirst()))
    }
}

extension SitePage.Content.Kind {
    /// The directive that decides, and those that do without it.
    var directives: [String] {
        switch self {
        case .script, .scriptFile: ["script-src-elem", "script-src", "default-src"]
        case .handler: ["script-src-attr", "script-src", "default-src"]
        case .styleElement, .styleFile: ["style-src-elem", "style-src", "default-src"]
        case .styleAttribute: ["style-src-attr", "style-src", "default-src"]
        case .fontFile: ["font-src", "default-src"]
        case .image: ["img-src", "default-src"]
        case .media: ["media-src", "default-src"]
        case .object: ["object-src", "default-src"]
        case .frame: ["frame-src", "child-src", "default-src"]
        case .base: ["base-uri"]
        }
    }

    var phrase: String {
        switch self {
        case .script: "a script that stands in the page"
        case .handler: "an attribute with a script (on…)"
        case .styleElement: "a style sheet that stands in the page (<style>)"
        case .styleAttribute: "a style attribute"
        case .scriptFile: "a script"
        case .styleFile: "a style sheet"
        case .fontFile: "a font"
        case .image: "a picture"
        case .media: "a film or a sound"
        case .object: "an <object> or <embed>"
        case .frame: "a frame"
        case .base: "a <base>, and relative addresses begin at the page then"
        }
    }

    /// Where to put what stands in the page.
    var remedy: String {
        switch self {
        case .script: "put it into a file of the site and name that: <script src=\"/page.js\" defer></script>"
        case .handler: "take it out, and listen to the event in a script that is a file of the site"
        case .styleElement:
            "put it into a style sheet of the site, or allow it by a content_security_policy of your own"
        case .styleAttribute: "give the element a class, and the class its style in a style sheet of the site"
        case .scriptFile, .styleFile, .fontFile, .image, .media: "put the file into the site's folder"
        case .object: "link to the file"
        case .frame: "link to the page"
        case .base: "take it out, and begin the addresses with a slash"
        }
    }

    /// The one that a policy of the owner's would name it under.
    var directive: String {
        switch self {
        case .script, .handler, .scriptFile: "script-src"
        case .styleElement, .styleAttribute, .styleFile: "style-src"
        case .fontFile: "font-src"
        case .image: "img-src"
        case .media: "media-src"
        case .object: "object-src"
        case .frame: "frame-src"
        case .base: "base-uri"
        }
    }
}
