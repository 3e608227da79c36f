// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Testing

@Suite("Texts to search for")
struct SearchTextTests {
    @Test(
        "case and white space around it don't matter, marks on letters do",
        arguments: [
            ("sunday", true), ("  SUNDAY? ", true), ("astrid öberg", true), ("ÖBERG", true), ("oberg", false),
            ("astrid@EXAMPLE.com", true), ("question 1", true), ("question  1", false), ("contact.html", false),
        ]
    )
    func matching(text: String, isFound: Bool) throws {
        #expect(try #require(SearchText(text)).isFound(in: .sample()) == isFound)
    }

    @Test("nothing but white space is no text to search for", arguments: ["", " ", "\n\t\u{A0}"])
    func blank(text: String) {
        #expect(SearchText(text) == nil)
        #expect(SubmissionQuery(text: text).text == nil)
    }

    @Test("a search for a very long text is for its beginning")
    func long() throws {
        let text = try #require(SearchText(String(repeating: "a", count: 10_000)))
        #expect(text.folded.count == 200)
    }
}
