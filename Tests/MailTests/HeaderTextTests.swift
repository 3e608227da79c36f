// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import Mail

@Suite("Header text")
struct HeaderTextTests {
    @Test(
        "controls and line separators become spaces and the ends are trimmed",
        arguments: [
            ("Hello", "Hello"),
            ("Hello\r\nBcc: x@example.com", "Hello  Bcc: x@example.com"),
            ("a\u{0}b\tc\u{7F}d\u{85}e\u{2028}f\u{2029}g", "a b c d e f g"),
            (" \r\n a \n", "a"),
            ("\r\n", ""),
            ("", ""),
            ("e\u{301}\u{200D}👩‍👧", "e\u{301}\u{200D}👩‍👧"),
            // What turns the direction goes, to both ends of the ranges, and marks that turn nothing stay.
            ("a\u{202A}b\u{2066}c\u{2069}d\u{202C}e\u{202E}", "abcde"),
            ("\u{200E}a\u{200F}", "\u{200E}a\u{200F}"),
        ]
    )
    func construction(source: String, text: String) {
        #expect(Array(HeaderText(source).text.utf8) == Array(text.utf8))
    }

    @Test(
        "plain text stays plain where that is exact and is encoded where it is not",
        arguments: [
            ("Hello world", ["Hello", "world"]),
            ("", []),
            ("1 + 1 = 2?", ["1", "+", "1", "=", "2?"]),
            ("Two  spaces", ["=?utf-8?Q?Two__spaces?="]),
            ("=?utf-8?Q?x?=", ["=?utf-8?B?PT91dGYtOD9RP3g/PQ==?="]),
            ("Hej på dig", ["=?utf-8?Q?Hej_p=C3=A5_dig?="]),
            ("👋", ["=?utf-8?B?8J+Riw==?="]),
        ]
    )
    func unstructured(text: String, tokens: [String]) {
        #expect(HeaderText(text).unstructuredTokens == tokens)
    }

    @Test("a word of 68 octets stays plain and one of 69 is encoded")
    func longWord() {
        let word = String(repeating: "x", count: 68)
        #expect(HeaderText(word).unstructuredTokens == [word])
        #expect(HeaderText(word + "y").unstructuredTokens.allSatisfy { $0.hasPrefix("=?utf-8?Q?") })
    }

    @Test("any text is read back from its pieces, none of which is too long or unsafe")
    func roundTrip() {
        var random = SplitMix64(seed: 7)
        for _ in 0..<400 {
            let text = HeaderText(random.hostileText(upTo: 40))
            for tokens in [text.unstructuredTokens, EncodedWord.encode(text.text)] {
                #expect(tokens.allSatisfy { $0.utf8.count <= 68 && $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } })
                #expect(EncodedWord.decode(tokens.joined(separator: " ").utf8) == text.text)
            }
            let phrase = text.phraseTokens
            #expect(phrase.allSatisfy { $0.utf8.count <= 68 && $0.utf8.allSatisfy { (0x20...0x7E).contains($0) } })
        }
    }
}
