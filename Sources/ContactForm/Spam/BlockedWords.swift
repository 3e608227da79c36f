// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The words and phrases that the owner blocked, folded once for all messages.
///
/// Whole words in any case: `cialis` must not hold a message from a specialist. A word is letters and digits with the marks
/// on them, and whatever stands between two words of a phrase is one gap. Letters that are the same to Unicode are the
/// same however they are written: "ö" in one piece or as "o" with a mark (UAX #15 §1.1).
///
/// Where words are written without spaces between them, as in Chinese or Thai, each letter is a word for itself, and those of
/// a phrase stand side by side.
///
/// A text is read once, scalar by scalar, however many words there are and whatever is in it.
struct BlockedWords: Sendable, Hashable {
    private struct Word: Sendable, Hashable {
        var text: String
        /// Whether nothing stands between it and the word before, of which one at least is a letter for itself.
        var isJoined = false
    }

    /// What may come next in a phrase, by the word that comes.
    private struct Node: Sendable, Hashable {
        var isEnd = false
        var next: [Word: Node] = [:]

        mutating func insert(_ words: ArraySlice<Word>) {
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
            longest = max(longest, 9 * (words.map(\.text.utf8.count).max() ?? 0))
        }
    }

    func isFound(in text: String) -> Bool {
        guard longest > 0 else { return false }
        let words = Self.words(of: text, longest: longest)
        for start in words.indices {
            // What a phrase begins with may follow on anything.
            guard var node = root.next[Word(text: words[start].text)] else { continue }
            if node.isEnd { return true }
            for word in words[(start + 1)...] {
                guard let next = node.next[word] else { break }
                if next.isEnd { return true }
                node = next
            }
        }
        return false
    }

    /// The words of a text in lower case. One longer than `longest` bytes comes as the empty word, which is no word of
    /// any phrase: to compare it by its marks would take far longer than to read it.
    private static func words(of text: String, longest: Int) -> [Word] {
        let text = SearchText.fold(text)
        let scalars = text.unicodeScalars
        var words: [Word] = []
        var start: String.Index?
        var isJoined = false
        func end(_ index: String.Index) {
            guard let from = start else { return }
            start = nil
            let word = text[from..<index]
            words.append(Word(text: word.utf8.count <= longest ? String(word) : "", isJoined: isJoined))
        }
        var isAfterSingle = false
        for index in scalars.indices {
            let scalar = scalars[index]
            // A mark belongs to what it stands on: to a word, or to what is none.
            if scalar.isMark { continue }
            guard scalar.isLetterOrDigit else {
                end(index)
                continue
            }
            let isSingle = scalar.isWrittenWithoutSpaces
            if start != nil, !isSingle, !isAfterSingle { continue }
            let follows = start != nil
            end(index)
            (start, isJoined, isAfterSingle) = (index, follows, isSingle)
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

    /// Of a script that puts no spaces between words: Han, kana, Thai, Lao, Burmese, Khmer (UAX #14 §5.1, classes ID and SA).
    fileprivate var isWrittenWithoutSpaces: Bool {
        switch value {
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x19E0...0x19FF, 0x2E80...0x2FDF, 0x3005...0x3007,
            0x3021...0x3029, 0x3031...0x30FF, 0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA9E0...0xA9FF,
            0xAA60...0xAA7F, 0xF900...0xFAFF, 0xFF66...0xFF9F, 0x1B000...0x1B16F, 0x20000...0x3FFFF:
            true
        default: false
        }
    }

    /// What is one character with the scalar before it (UAX #29, GB9 and GB9a).
    fileprivate var isMark: Bool {
        value >= 0x80
            && (properties.isGraphemeExtend || self == "\u{200D}" || properties.generalCategory == .spacingMark
                || properties.isEmojiModifier)
    }
}
