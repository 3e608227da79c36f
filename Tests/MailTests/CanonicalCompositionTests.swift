// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Mail

@Suite("Canonical composition")
struct CanonicalCompositionTests {
    @Test(
        "a decomposed label becomes its normalisation form C",
        arguments: [
            ("ascii", "ascii"),
            ("a\u{30A}", "\u{E5}"),
            ("ra\u{308}ksmo\u{308}rga\u{30A}s", "r\u{E4}ksm\u{F6}rg\u{E5}s"),
            ("e\u{302}\u{301}", "\u{1EBF}"),
            ("e\u{323}\u{302}", "\u{1EC7}"),
            ("e\u{302}\u{323}", "\u{1EC7}"),
            ("\u{E2}\u{323}", "\u{1EAD}"),
            ("i\u{306}\u{438}\u{306}", "\u{12D}\u{439}"),
            ("\u{304B}\u{3099}", "\u{304C}"),
            ("\u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF}", "\u{D55C}\u{AE00}"),
            ("\u{1F71}", "\u{3AC}"),
            ("\u{3B1}\u{301}", "\u{3AC}"),
            ("x\u{30A}", "x\u{30A}"),
            ("a\u{316}\u{30A}", "\u{E5}\u{316}"),
            ("a\u{310}\u{30A}", "a\u{310}\u{30A}"),
            ("\u{91C}\u{93C}", "\u{91C}\u{93C}"),
            ("中文", "中文"),
        ]
    )
    func composing(text: String, composed: String) throws {
        #expect(try CanonicalComposition.compose(text.unicodeScalars) == Array(composed.unicodeScalars))
    }

    @Test(
        "a mark below a letter that has one above already is refused, for its place is not known",
        arguments: ["\u{F6}\u{323}", "\u{E5}\u{316}", "\u{F1}\u{301}\u{327}"]
    )
    func refusing(text: String) {
        #expect(throws: EmailAddressError.self) { try CanonicalComposition.compose(text.unicodeScalars) }
    }
}
