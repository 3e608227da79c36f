// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What a reply says, in lower case and without its punctuation, so that a phrase is found as whole words or not at all.
struct SMTPReplyWords {
    /// With a space before each word and behind the last.
    private let text: String

    init(_ reply: SMTPReply) {
        let lines = reply.lines.map { line in
            // RFC 2034 §4: every line of a reply may begin with the status.
            SMTPEnhancedStatus(prefixOf: line) == nil ? line[...] : line.drop { $0 != " " }
        }
        var said = lines.joined(separator: " ").drop { $0 == " " }
        // Postfix names first what it is about: "<anna@example.com>: Sender address rejected".
        if said.first == "<", let end = said.firstIndex(of: ">") { said = said[end...] }
        let words = said.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        text = " " + words.map { $0 + " " }.joined()
    }

    /// Whether one of the phrases stands anywhere in the reply.
    func say(_ phrases: [String]) -> Bool { phrases.contains { text.contains(" \($0) ") } }

    /// Whether the reply begins with one of them, an article aside.
    func begin(with phrases: [String]) -> Bool {
        let article = [" the", " your", " this"].first { text.hasPrefix($0 + " ") } ?? ""
        return phrases.contains { text.dropFirst(article.count).hasPrefix(" \($0) ") }
    }
}
