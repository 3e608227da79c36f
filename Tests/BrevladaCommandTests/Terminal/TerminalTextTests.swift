// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import JSON
import TestSupport
import Testing

@testable import BrevladaCommand

@Suite("Strangers' text on a terminal")
struct TerminalTextTests {
    @Test(
        "control and direction characters are written out",
        arguments: [
            ("plain åäö 你好 👩🏽‍🚒", "plain åäö 你好 👩🏽‍🚒"),
            ("\u{1B}]0;title\u{07}", "\\x1b]0;title\\x07"),
            ("\u{1B}[2J", "\\x1b[2J"), ("\u{9B}31m", "\\x9b31m"), ("\u{7F}", "\\x7f"), ("\u{0}", "\\x00"),
            ("a\u{202E}b\u{2066}c", "a\\u{202e}b\\u{2066}c"), ("a\nb\r\nc\rd\u{2028}e", "a b c d e"), ("a\tb", "a b"),
            ("e\u{301}\u{1B}", "e\u{301}\\x1b"), ("x\u{E0041}", "x\\u{e0041}"),
        ]
    )
    func oneLine(_ text: String, _ expected: String) {
        #expect(TerminalText.escaped(text) == expected)
    }

    @Test("lines may be kept")
    func lines() {
        #expect(TerminalText.escaped("a\r\nb\n\tc\u{1B}", keepsLines: true) == "a\nb\n    c\\x1b")
    }

    @Test("no text at all gets a control character through", arguments: 0..<20)
    func fuzzed(_ seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<200 {
            var text = ""
            for _ in 0..<Int.random(in: 0...40, using: &generator) {
                let limit: UInt32 = Bool.random(using: &generator) ? 0x100 : 0x11_0000
                guard let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &generator)) else { continue }
                text.unicodeScalars.append(scalar)
            }
            let escaped = TerminalText.escaped(text)
            #expect(!escaped.unicodeScalars.contains { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) })
            #expect(TerminalText.escaped(escaped) == escaped)
            let columns = Int.random(in: 0...20, using: &generator)
            #expect(TerminalText.width(TerminalText.cut(escaped, to: columns)) <= columns)
        }
    }

    @Test("JSON stays the same JSON")
    func json() throws {
        let text = "a\u{7F}b\u{9B}c\u{202E}d\u{E0041}"
        let json = TerminalText.escapedJSON(JSONWriter.text { $0.string(text) })
        #expect(json == #""a\u007fb\u009bc\u202ed\udb40\udc41""#)
        #expect(try JSONParser.parse(Array(json.utf8), maximumDepth: 1) == .string(text))
    }

    @Test(
        "width counts columns, not characters",
        arguments: [
            ("abc", 3), ("åäö", 3), ("e\u{301}", 1), ("你好", 4), ("👩🏽‍🚒", 2), ("🇸🇪", 2), ("한글", 4), ("ｱ", 1),
            ("❤\u{FE0F}", 2),
            ("", 0),
        ]
    )
    func width(_ text: String, _ expected: Int) {
        #expect(TerminalText.width(text) == expected)
    }

    @Test(
        "what is cut ends with an ellipsis and never in half a letter",
        arguments: [
            ("abcdef", 4, "abc…"), ("abcd", 4, "abcd"), ("你好你好", 5, "你好…"), ("你好你好", 4, "你…"), ("abc", 1, "…"),
            ("abc", 0, ""),
        ]
    )
    func cut(_ text: String, _ columns: Int, _ expected: String) {
        #expect(TerminalText.cut(text, to: columns) == expected)
    }
}
