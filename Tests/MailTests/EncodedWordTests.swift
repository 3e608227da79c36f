// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import Mail

@Suite("Encoded-words")
struct EncodedWordTests {
    @Test(
        "encoded-words are decoded and all else is left alone",
        arguments: [
            ("plain", "plain"),
            ("=?utf-8?Q?a?=", "a"),
            ("=?UTF-8?q?a_b=20c?=", "a b c"),
            ("=?utf-8?B?w6U=?=", "å"),
            ("=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"),
            ("=?utf-8?Q?a?=  \t =?utf-8?Q?b?=", "ab"),
            ("=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c"),
            ("=?utf-8?Q?=C3?= =?utf-8?Q?=A5?=", "å"),
            ("x=?utf-8?Q?a?=", "x=?utf-8?Q?a?="),
            ("=?utf-8?Q?a", "=?utf-8?Q?a"),
            ("=?utf-8?Q?=?=", "=?utf-8?Q?=?="),
            ("=?utf-8?Q?=4?=", "=?utf-8?Q?=4?="),
            ("=?utf-8?B?a?=", "=?utf-8?B?a?="),
            ("=?utf-8?X?a?=", "=?utf-8?X?a?="),
            ("=?koi8-r?Q?a?=", "=?koi8-r?Q?a?="),
            ("=?=?=?=?=?=", "=?=?=?=?=?="),
            ("=?utf-8?Q?=FF?=", "\u{FFFD}"),
            ("<a@example.com>, =?utf-8?Q?b?= <c@d.e>", "<a@example.com>, b <c@d.e>"),
        ]
    )
    func decoding(header: String, text: String) {
        #expect(EncodedWord.decode(header.utf8) == text)
    }

    @Test(
        "each text takes the shorter of the two encodings",
        arguments: [("Hej på dig", "Q"), ("åäö", "B"), ("中文", "B"), ("aå", "B"), ("abcdeå", "Q"), ("a=?", "B")]
    )
    func choice(text: String, encoding: String) {
        #expect(EncodedWord.encode(text).allSatisfy { $0.hasPrefix("=?utf-8?\(encoding)?") })
    }

    @Test("no character is split between two encoded-words", arguments: ["å", "中", "😀", "aå", "e\u{301}"])
    func wholeCharacters(character: String) {
        let words = EncodedWord.encode(String(repeating: character, count: 100))
        #expect(words.count > 1)
        for word in words {
            #expect(!EncodedWord.decode(word.utf8).contains("\u{FFFD}"))
        }
    }

    @Test("no octets crash the decoder")
    func fuzz() async {
        var random = SplitMix64(seed: 8)
        for round in 0..<5_000 {
            if round.isMultiple(of: 250) { await Task.yield() }
            var header = Array("=?utf-8?Q?a=C3=A5_b?= =?utf-8?B?w6XDpA==?= x".utf8)
            for _ in 0..<4 {
                header[.random(in: header.indices, using: &random)] = .random(in: .min ... .max, using: &random)
            }
            let text = EncodedWord.decode(header)
            #expect(text.utf8.count <= header.count * 3)
        }
    }
}
