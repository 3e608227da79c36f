// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Puts the API's own address before the addresses of forms in a page, for a site on another origin than its API.
///
/// The source keeps its `/api/contact`, which works on one machine and behind CloudFront. Changed are the values of
/// `action`, `formaction` and `data-…` attributes that are routes of the contract; scripts, styles, comments and all other
/// text stay as they are, byte for byte.
package struct FormAddresses: Sendable {
    /// Such as `https://abc.execute-api.eu-north-1.amazonaws.com/api`, without a final slash.
    package var api: String

    /// - Parameter contactURL: The stack's output. Nil is made of one that begins with a slash: nothing needs changing.
    package init?(contactURL: String) {
        guard contactURL.hasPrefix("https://") || contactURL.hasPrefix("http://"), contactURL.hasSuffix("/contact")
        else {
            return nil
        }
        api = String(contactURL.dropLast("/contact".count))
    }

    /// The whole address for a route on the site; nil when the value is none.
    func address(of value: String) -> String? {
        let path = value.prefix { $0 != "?" && $0 != "#" }
        let rest = value.dropFirst(path.count)
        if path == "/api/contact" || path == "/api/AddContactInfo" || path.hasPrefix("/api/f/") {
            return api + path.dropFirst("/api".count) + rest
        }
        return path.hasPrefix("/f/") ? api + path + rest : nil
    }

    /// The page with its forms' addresses changed; nil when there is none to change.
    package func rewritten(_ page: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        var copied = 0
        var scanner = TagScanner(page)
        while let attribute = scanner.next() {
            guard Self.isAddress(attribute.name),
                let address = address(of: String(decoding: page[attribute.value], as: UTF8.self))
            else { continue }
            result.append(contentsOf: page[copied..<attribute.value.lowerBound])
            result.append(contentsOf: address.utf8)
            copied = attribute.value.upperBound
        }
        guard copied > 0 else { return nil }
        result.append(contentsOf: page[copied...])
        return result
    }

    private static func isAddress(_ name: String) -> Bool {
        name == "action" || name == "formaction" || name.hasPrefix("data-")
    }
}

/// Finds the attributes of a page's tags in the manner of the HTML Standard's tokenizer (13.2.5), as far as it takes to
/// know what is an attribute and what is not.
private struct TagScanner {
    struct Attribute {
        /// In lower case.
        var name: String
        /// Where the value stands, without its quotation marks.
        var value: Range<Int>
    }

    private let page: [UInt8]
    private var position = 0
    private var isInTag = false
    private var element = ""

    init(_ page: [UInt8]) {
        self.page = page
    }

    mutating func next() -> Attribute? {
        while position < page.count {
            if isInTag {
                if let attribute = attribute() { return attribute }
            } else {
                skipToTag()
            }
        }
        return nil
    }

    /// The next attribute with a value, or nil at the end of the tag.
    private mutating func attribute() -> Attribute? {
        skip { Self.isSpace($0) || $0 == UInt8(ascii: "/") }
        guard position < page.count else { return nil }
        if page[position] == UInt8(ascii: ">") {
            position += 1
            isInTag = false
            if ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"].contains(element) {
                skipText(of: element)
            }
            return nil
        }
        let start = position
        // A "=" in the first place belongs to the name.
        position += 1
        skip { !Self.isSpace($0) && $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: "/") }
        let name = String(decoding: page[start..<position], as: UTF8.self).lowercased()
        skip(Self.isSpace)
        guard position < page.count, page[position] == UInt8(ascii: "=") else { return nil }
        position += 1
        skip(Self.isSpace)
        guard position < page.count else { return nil }
        let quote = page[position]
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            position += 1
            let begin = position
            skip { $0 != quote }
            let value = begin..<position
            position = min(position + 1, page.count)
            return Attribute(name: name, value: value)
        }
        let begin = position
        skip { !Self.isSpace($0) && $0 != UInt8(ascii: ">") }
        return Attribute(name: name, value: begin..<position)
    }

    private mutating func skipToTag() {
        skip { $0 != UInt8(ascii: "<") }
        guard position < page.count else { return }
        if page[position...].starts(with: "<!--".utf8) {
            position += 4
            skip(to: "-->")
            return
        }
        position += 1
        let start = position
        guard position < page.count, Self.isLetter(page[position]) else { return }
        skip { Self.isLetter($0) || $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) }
        element = String(decoding: page[start..<position], as: UTF8.self).lowercased()
        isInTag = true
    }

    /// Past the text of an element in which a "<" begins no tag.
    private mutating func skipText(of element: String) {
        let end = Array("</\(element)".utf8)
        while position < page.count {
            skip { $0 != UInt8(ascii: "<") }
            let found = page[position...].prefix(end.count).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
            if found == end { return }
            position = min(position + 1, page.count)
        }
    }

    private mutating func skip(to text: String) {
        let text = Array(text.utf8)
        while position < page.count, !page[position...].starts(with: text) { position += 1 }
        position = min(position + text.count, page.count)
    }

    private mutating func skip(_ belongs: (UInt8) -> Bool) {
        while position < page.count, belongs(page[position]) { position += 1 }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0C, 0x0D].contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
}
