// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import SiteDeployment

/// What a page has that the doctor judges.
struct SitePage: Sendable {
    /// Something that a Content-Security-Policy decides about.
    struct Content: Sendable {
        enum Kind: Sendable, Hashable {
            case script, handler, styleElement, styleAttribute
            case scriptFile, styleFile, fontFile, image, media, object, frame, base
        }

        var kind: Kind
        /// Where it is loaded from; nil for what stands in the page itself.
        var address: String?
        var line: Int

        /// Whether it is Google's script, which is of no use here.
        var isCaptcha: Bool { kind == .scriptFile && address?.contains("/recaptcha/") ?? false }
    }

    /// In the page's order. What stands in scripts and comments is none.
    private(set) var forms: [PageForm] = []
    private(set) var contents: [Content] = []
    /// Where relative addresses begin, when the page says it.
    private(set) var base: String?
    /// What the page calls its own address.
    private(set) var canonical: String?
    /// The line of Google's widget, or of its script.
    private(set) var captchaLine: Int?
    /// The line of a script that posts to the home page, as Netlify has it.
    private(set) var netlifyPostLine: Int?

    init(_ page: String) {
        let bytes = Array(page.utf8)
        var scanner = TagScanner(bytes)
        var reader = PageFormReader()
        var line = 1
        var counted = 0
        var tag: PageTag?
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        while let part = scanner.next() {
            switch part {
            case .tag(let element):
                finish(&tag, in: &reader)
                line += bytes[counted..<scanner.position].count { $0 == UInt8(ascii: "\n") }
                counted = scanner.position
                tag = PageTag(element: element, line: line)
            case .attribute(let attribute): tag?.add(attribute.name, text(attribute.value))
            case .text(let range):
                if let element = tag?.element, ["option", "script", "style"].contains(element) {
                    tag?.text += text(range)
                }
            case .end(let element):
                finish(&tag, in: &reader)
                reader.end(element)
            }
        }
        finish(&tag, in: &reader)
        forms = reader.forms()
    }

    private mutating func finish(_ tag: inout PageTag?, in reader: inout PageFormReader) {
        guard let finished = tag else { return }
        tag = nil
        reader.add(finished)
        // Where scripts run, nothing of it is (HTML §4.12.2).
        guard !reader.isInNoscript else { return }
        look(at: finished)
    }

    private mutating func look(at tag: PageTag) {
        func add(_ kind: Content.Kind, _ address: String? = nil) {
            contents.append(Content(kind: kind, address: address?.trimmedSpaces, line: tag.line))
        }
        if tag.hasHandler { add(.handler) }
        if let style = tag["style"], !style.isBlank { add(.styleAttribute) }
        if tag.hasClass("g-recaptcha") { captchaLine = captchaLine ?? tag.line }
        switch tag.element {
        case "script":
            // Nothing fetches data.
            guard tag.isRunAsScript else { break }
            // A browser that knows modules runs none of the others.
            guard tag["src"] != nil || tag["nomodule"] == nil else { break }
            if let source = tag["src"] {
                add(.scriptFile, source)
                if contents.last?.isCaptcha ?? false { captchaLine = captchaLine ?? tag.line }
            } else if !tag.text.isBlank {
                add(.script)
                if tag.text.postsToHomePage { netlifyPostLine = netlifyPostLine ?? tag.line }
            }
        case "style": if !tag.text.isBlank, tag.isStyleSheet { add(.styleElement) }
        case "link":
            guard let address = tag["href"] else { break }
            let relations = tag.words(of: "rel")
            if relations.contains("canonical") { canonical = canonical ?? address.trimmedSpaces }
            if relations.contains("stylesheet") { add(.styleFile, address) }
            if relations.contains("preload"), tag["as"]?.lowercased() == "font" { add(.fontFile, address) }
        case "meta": if tag["property"] == "og:url" { canonical = canonical ?? tag["content"]?.trimmedSpaces }
        case "base":
            guard base == nil, let address = tag["href"] else { break }
            base = address.trimmedSpaces
            add(.base, address)
        case "img", "source":
            // Of a film a source has one address, of a picture a list.
            if let source = tag["src"] { add(tag.element == "img" ? .image : .media, source) }
            for source in tag.pictures { add(.image, source) }
        case "input": if tag.type == "image", let source = tag["src"] { add(.image, source) }
        case "video", "audio", "track":
            if let source = tag["src"] { add(.media, source) }
            if let poster = tag["poster"] { add(.image, poster) }
        case "object": if let source = tag["data"] { add(.object, source) }
        case "embed": if let source = tag["src"] { add(.object, source) }
        case "iframe": if let source = tag["src"] { add(.frame, source) }
        default: break
        }
    }
}

extension PageTag {
    /// What has another type is data, which nothing runs or refuses (HTML §4.12.1.1).
    fileprivate var isRunAsScript: Bool {
        guard let type = self["type"]?.trimmedSpaces.lowercased(), !type.isEmpty else { return true }
        return type == "module" || type == "importmap" || type.hasSuffix("javascript") || type.hasSuffix("ecmascript")
    }
}

extension PageTag {
    fileprivate var isStyleSheet: Bool {
        guard let type = self["type"]?.trimmedSpaces.lowercased(), !type.isEmpty else { return true }
        return type == "text/css"
    }

    /// The addresses of `srcset`, each with how large a picture it has (HTML §4.8.4.2.1).
    fileprivate var pictures: [String] {
        let candidates = self["srcset"]?.split(whereSeparator: \.isWhitespace) ?? []
        return candidates.filter { $0.contains("/") }.map { String($0.hasSuffix(",") ? $0.dropLast() : $0) }
    }
}

extension String {
    /// `fetch('/', {method: 'POST'` as Netlify's manual has it, in any spacing and quotation marks.
    fileprivate var postsToHomePage: Bool {
        guard contains("fetch") else { return false }
        let code = lowercased().filter { !$0.isWhitespace }
        let quotes = ["\"", "'", "`"]
        return quotes.contains { code.contains("fetch(\($0)/\($0),") }
            && quotes.contains { code.contains("method:\($0)post\($0)") }
    }
}
