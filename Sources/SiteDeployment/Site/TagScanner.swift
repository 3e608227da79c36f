// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Finds a page's tags and their attributes in the manner of the HTML Standard's tokenizer (13.2.5), as far as it takes to
/// know what is an attribute and what is not.
package struct TagScanner {
    package enum Part {
        /// A tag begins; its attributes follow. The element's name in lower case.
        case tag(String)
        case attribute(Attribute)
        /// The tag that ends an element. Of its attributes nothing is told: they mean nothing.
        case end(String)
        /// What stands between tags, or in an element in which a "<" begins none, such as a script. May come in pieces.
        case text(Range<Int>)
    }

    package struct Attribute {
        /// In lower case.
        package var name: String
        /// Where the value stands, without its quotation marks; empty for an attribute that has none.
        package var value: Range<Int>
    }

    private let page: [UInt8]
    /// Where the next part is looked for: the last one stands before it.
    package private(set) var position = 0
    private var isInTag = false
    private var element = ""
    /// How many `svg` and `math` are open.
    private var foreign = 0

    package init(_ page: [UInt8]) {
        self.page = page
    }

    package mutating func next() -> Part? {
        while position < page.count {
            if isInTag {
                if let attribute = attribute() { return .attribute(attribute) }
            } else if let text = text() {
                return .text(text)
            } else if let part = tag() {
                return part
            }
        }
        return nil
    }

    /// The next attribute, or nil at the end of the tag.
    private mutating func attribute() -> Attribute? {
        let end = position
        skip { Self.isSpace($0) || $0 == UInt8(ascii: "/") }
        guard position < page.count else { return nil }
        if page[position] == UInt8(ascii: ">") {
            open(isSelfClosing: position > end && page[position - 1] == UInt8(ascii: "/"))
            position += 1
            isInTag = false
            return nil
        }
        let start = position
        // A "=" in the first place belongs to the name.
        position += 1
        skip { !Self.isSpace($0) && $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: "/") }
        let name = String(decoding: page[start..<position], as: UTF8.self).lowercased()
        skip(Self.isSpace)
        guard position < page.count, page[position] == UInt8(ascii: "=") else {
            return Attribute(name: name, value: position..<position)
        }
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

    /// In SVG and MathML a tag may close itself, and a `title` or `textarea` holds tags as any element (HTML §13.2.6.5).
    private mutating func open(isSelfClosing: Bool) {
        if Self.isForeign(element), !isSelfClosing { foreign += 1 }
        if foreign > 0, isSelfClosing || !["script", "style"].contains(element) { element = "" }
    }

    private static func isForeign(_ element: String) -> Bool { ["svg", "math"].contains(element) }

    /// The text up to the next "<" that may begin a tag, or nil when there is none.
    private mutating func text() -> Range<Int>? {
        let start = position
        if ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"].contains(element) {
            skipText(of: element)
        } else {
            skip { $0 != UInt8(ascii: "<") }
        }
        element = ""
        return start < position ? start..<position : nil
    }

    /// The tag that begins here; nil for a comment and the like.
    private mutating func tag() -> Part? {
        guard position < page.count else { return nil }
        if page[position...].starts(with: "<!--".utf8) {
            position += 4
            skipComment()
            return nil
        }
        position += 1
        guard position < page.count, Self.isLetter(page[position]) || "/!?".utf8.contains(page[position]) else {
            return .text(position - 1..<position)
        }
        let isEnd = page[position] == UInt8(ascii: "/")
        if isEnd { position += 1 }
        let start = position
        guard position < page.count, Self.isLetter(page[position]) else { return nil }
        skip { Self.isLetter($0) || $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) }
        let name = String(decoding: page[start..<position], as: UTF8.self).lowercased()
        guard !isEnd else {
            if Self.isForeign(name) { foreign = max(0, foreign - 1) }
            return .end(name)
        }
        element = name
        isInTag = true
        return .tag(name)
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

    /// Past the end of a comment, which may be right behind its beginning (HTML §13.2.5.43 and those that follow).
    private mutating func skipComment() {
        for end in [">", "->"] where page[position...].starts(with: end.utf8) {
            position += end.utf8.count
            return
        }
        while position < page.count {
            for end in ["-->", "--!>"] where page[position...].starts(with: end.utf8) {
                position += end.utf8.count
                return
            }
            position += 1
        }
    }

    private mutating func skip(_ belongs: (UInt8) -> Bool) {
        while position < page.count, belongs(page[position]) { position += 1 }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0C, 0x0D].contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
}
