// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What a reply says, in lower case and without its punctuation, so that a phrase is found as whole words or not at all.
struct SMTPReplyWords {
    /// With a space before each word and behind the last.
    private let text: String
    /// The same up to the first colon, bracket or quotation mark: what a server quotes of a mail stands behind one.
    private let opening: String

    init(_ reply: SMTPReply) {
        let lines = reply.lines.map { line in
            // RFC 2034 §4: every line of a reply may begin with the status.
            SMTPEnhancedStatus(prefixOf: line) == nil ? line[...] : line.drop { $0 != " " }
        }
        // The address or host that it is about, which Postfix and Gmail name first, is no word of the server's own.
        let said = lines.joined(separator: " ").split(separator: " ").filter { word in
            !word.contains("@") && !word.contains("://") && word.first != "["
                && !(word.first == "<" && word.contains(">"))
        }.joined(separator: " ").drop { !$0.isLetter && !$0.isNumber }
        let marks: Set<Character> = [":", "(", "\"", "“", "„", "«"]
        let ends = [said.firstIndex(where: marks.contains), said.firstRange(of: " '")?.lowerBound]
        text = Self.words(said)
        opening = Self.words(said[..<(ends.compactMap(\.self).min() ?? said.endIndex)])
    }

    private static func words(_ said: Substring) -> String {
        let words = said.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        return " " + words.map { $0 + " " }.joined()
    }

    /// Whether one of the phrases stands anywhere in the reply.
    func say(_ phrases: [String]) -> Bool { phrases.contains { text.contains(" \($0) ") } }

    /// Whether one of them stands before anything that the reply may quote.
    func open(with phrases: [String]) -> Bool { phrases.contains { opening.contains(" \($0) ") } }

    /// Whether the reply begins with one of them, an article aside.
    func begin(with phrases: [String]) -> Bool {
        let article = [" the", " your", " this"].first { text.hasPrefix($0 + " ") } ?? ""
        return phrases.contains { text.dropFirst(article.count).hasPrefix(" \($0) ") }
    }
}
