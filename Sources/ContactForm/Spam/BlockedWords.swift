// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The words and phrases that the owner blocked, folded once for all messages.
///
/// Whole words in any case: `cialis` must not hold a message from a specialist. A word is letters and digits with the marks
/// on them, and whatever stands between two words of a phrase is one gap. Letters that are the same to Unicode are the
/// same however they are written: "ö" in one piece or as "o" with a mark (UAX #15 §1.1).
///
/// A text is read once, scalar by scalar, however many words there are and whatever is in it.
struct BlockedWords: Sendable, Hashable {
    /// What may come next in a phrase, by the word that comes.
    private struct Node: Sendable, Hashable {
        var isEnd = false
        var next: [String: Node] = [:]

        mutating func insert(_ words: ArraySlice<String>) {
            guard let first = words.first else {
                isEnd = true
                return
            }
            next[first, default: Node()].insert(words.dropFirst())
        }
    }

    private var root = Node()
    /// No longer word of a text, in bytes, is one of these.
    private var longest = 0

    init(_ phrases: [String]) {
        for phrase in phrases {
            let words = Self.words(of: phrase, longest: .max)
            // What has no letter and no digit blocks nothing.
            guard !words.isEmpty else { continue }
            root.insert(words[...])
            // Equal words are of different lengths when one is composed. In UTF-8 decomposing makes a text at most three
            // times as long (https://www.unicode.org/faq/normalization.html) and at most three times as short.
            longest = max(longest, 9 * (words.map(\.utf8.count).max() ?? 0))
        }
    }

    func isFound(in text: String) -> Bool {
        guard longest > 0 else { return false }
        let words = Self.words(of: text, longest: longest)
        for start in words.indices {
            var node = root
            for word in words[start...] {
                guard let next = node.next[word] else { break }
                if next.isEnd { return true }
                node = next
            }
        }
        return false
    }

    /// The words of a text in lower case. One longer than `longest` bytes comes as the empty word, which is no word of
    /// any phrase: to compare it by its marks would take far longer than to read it.
    private static func words(of text: String, longest: Int) -> [String] {
        let text = SearchText.fold(text)
        let scalars = text.unicodeScalars
        var words: [String] = []
        var start: String.Index?
        func end(_ index: String.Index) {
            guard let from = start else { return }
            start = nil
            let word = text[from..<index]
            words.append(word.utf8.count <= longest ? String(word) : "")
        }
        for index in scalars.indices {
            let scalar = scalars[index]
            // A mark belongs to what it stands on: to a word, or to what is none.
            if scalar.isMark { continue }
            if scalar.isLetterOrDigit { start = start ?? index } else { end(index) }
        }
        end(text.endIndex)
        return words
    }
}

extension Unicode.Scalar {
    fileprivate var isLetterOrDigit: Bool {
        guard value >= 0x80 else {
            return ("a"..."z").contains(self) || ("0"..."9").contains(self) || ("A"..."Z").contains(self)
        }
        return properties.isAlphabetic || properties.numericType != nil
    }

    /// What is one character with the scalar before it (UAX #29, GB9 and GB9a).
    fileprivate var isMark: Bool {
        value >= 0x80
            && (properties.isGraphemeExtend || self == "\u{200D}" || properties.generalCategory == .spacingMark
                || properties.isEmojiModifier)
    }
}
