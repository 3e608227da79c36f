// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Testing

@Suite("The sender's name")
struct SenderNameTests {
    /// The recipe of docs/forms.md, and one more field with a label.
    private static let rules = [
        FieldRule(name: "Name"), FieldRule(name: "Email", type: .email, isRequired: true),
        FieldRule(name: "Message", type: .textarea, isRequired: true), FieldRule(name: "hela", label: "Namn "),
    ]

    @Test(
        "it is the field name, else the only one that is called so in our languages, in any case",
        arguments: [
            ("name=Åsa", "Åsa"), ("Name=+Åsa+", "Åsa"), ("NAMN=Åsa", "Åsa"), ("hela=Åsa", "Åsa"),
            ("name=Åsa&Name=Bo", "Åsa"), ("name=+&Name=Bo", "Bo"), ("Name=&hela=Bo", "Bo"),
            // Of two nobody can tell.
            ("Name=Åsa&hela=Bo", nil), ("names=Åsa", nil), ("boat=name", nil), ("Name=+", nil),
        ] as [(String, String?)]
    )
    func name(body: String, expected: String?) async throws {
        var visit = Visit()
        var form = FormDefinition(name: .contact)
        form.fields = Self.rules
        visit.settings = FormSettings(forms: [form])
        let response = await visit.send(body + "&Email=asa%40example.se&Message=Hej")
        #expect(response.status == 200, "\(response.text)")
        let submission = try #require(visit.store.submissions.first)
        #expect(submission.name == expected && submission.email == "asa@example.se")
    }
}
