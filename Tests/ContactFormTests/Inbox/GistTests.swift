// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactFormTesting
import Testing

@testable import ContactForm

@Suite("What stands for a message")
struct GistTests {
    private static let own = [
        FieldRule(name: "besked", label: "Besked", type: .textarea), FieldRule(name: "boat", label: "Båt"),
    ]

    @Test(
        "it is the message, else the form's only field of many lines, else what the other fields say",
        arguments: [
            ([Field("message", "Hej"), Field("besked", "Hopp")], own, "Hej"),
            ([Field("msg", "Hej"), Field("besked", "Hopp")], own, "Hej"),
            ([Field("boat", "Eka"), Field("besked", "Hopp")], own, "Hopp"),
            ([Field("message", " "), Field("boat", "Eka")], own, "Båt: Eka"),
            ([Field("boat", "Eka"), Field("besked", " ")], own, "Båt: Eka"),
            ([Field("boat", "Eka"), Field("besked", "Hopp")], nil, "boat: Eka · besked: Hopp"),
            (
                [Field("a", "Hej"), Field("b", "Hopp")],
                [FieldRule(name: "a", type: .textarea), FieldRule(name: "b", type: .textarea)], "a: Hej · b: Hopp"
            ),
            (
                [Field("mejl", " astrid@example.com "), Field("namn", "Astrid Öberg"), Field("boat", "Eka")], nil,
                "boat: Eka"
            ),
            ([Field("name", "Astrid Öberg"), Field("email", "astrid@example.com")], nil, ""),
            ([Field(name: "boat", values: ["Eka", " ", "Snipa"])], nil, "boat: Eka, Snipa"),
            ([], nil, ""),
        ] as [([Field], [FieldRule]?, String)]
    )
    func gist(fields: [Field], rules: [FieldRule]?, expected: String) {
        var submission = Submission.sample()
        submission.fields = FieldList(fields)
        var form = FormDefinition(name: .contact)
        form.fields = rules ?? []
        #expect(submission.gist(in: rules == nil ? nil : form, length: 200) == expected)
    }

    @Test("of many and long fields little more is read than is shown")
    func bounded() {
        var submission = Submission.sample()
        submission.fields = FieldList(
            (1...100).map { Field("field \($0)", String(repeating: "å", count: 20_000)) }
        )
        let gist = submission.gist(in: nil, length: 200)
        #expect((200...800).contains(gist.count))
        submission.fields = [Field("message", "a" + String(repeating: "\u{301}", count: 19_000))]
        #expect(submission.gist(in: nil, length: 200).unicodeScalars.count == 801)
    }

    @Test("of fields whose one letter has a thousand marks no more are read than are shown")
    func marks() {
        var submission = Submission.sample()
        submission.fields = FieldList(
            (1...100).map { Field("field \($0)", "a" + String(repeating: "\u{301}", count: 1_000)) }
        )
        var labels: [String] = []
        let gist = submission.gist(in: nil, length: 200) { name in
            labels.append(name)
            return name
        }
        #expect(gist.unicodeScalars.count == 801)
        #expect(labels == ["field 1"])
    }
}
