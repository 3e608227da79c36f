// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import FormConfiguration
import Testing

@testable import BrevladaCommand

@Suite("Suggestions")
struct SuggestionTests {
    @Test(
        "letters added, left out, changed and swapped are counted",
        arguments: [
            ("", "", 0), ("abc", "", 3), ("", "abc", 3), ("smtp", "smtp", 0), ("smpt", "smtp", 1), ("stmp", "smtp", 1),
            ("from", "form", 1), ("kitten", "sitting", 3), ("site", "sites", 1),
        ]
    )
    func distance(_ source: String, _ target: String, _ expected: Int) {
        #expect(Suggestion.distance(from: source, to: target) == expected)
        #expect(Suggestion.distance(from: target, to: source) == expected)
    }

    @Test("only what is near is suggested")
    func nearest() {
        #expect(Suggestion.nearest(to: "Langauge", among: ["language", "listen"]) == "language")
        #expect(Suggestion.nearest(to: "colour", among: ["level", "format"]) == nil)
        #expect(Suggestion.nearest(to: "x", among: []) == nil)
    }
}
