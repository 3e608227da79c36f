// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import JSON
import Testing

@Suite("The sender's address")
struct SenderAddressTests {
    private struct Expected: Sendable {
        var email: String?
        var replyTo: String?
        var fields: FieldList
    }

    /// One whose rule for `email` is the usual, another one without rules.
    private static func visit(hasRules: Bool) throws -> Visit {
        var visit = Visit()
        var form = FormDefinition(name: try #require(FormName(rawValue: "free")))
        form.fields = []
        visit.settings = FormSettings(forms: hasRules ? [] : [form])
        return visit
    }

    private static let taken: [(body: String, hasRules: Bool, expected: Expected)] = [
        // Formspree's own example of a form.
        (
            "name=Åsa&_replyto=asa%40example.se&message=Hej", true,
            Expected(
                email: "asa@example.se",
                replyTo: "asa@example.se",
                fields: [Field("name", "Åsa"), Field("email", "asa@example.se"), Field("message", "Hej")]
            )
        ),
        (
            "email=+&_replyto=+asa%40example.se+&message=Hej", true,
            Expected(
                email: "asa@example.se",
                replyTo: "asa@example.se",
                fields: [Field("email", " asa@example.se "), Field("message", "Hej")]
            )
        ),
        // A field that is named holds it and keeps its name.
        (
            "_replyto=mejl&mejl=asa%40example.se&message=Hej", true,
            Expected(
                email: "asa@example.se",
                replyTo: "asa@example.se",
                fields: [Field("mejl", "asa@example.se"), Field("message", "Hej")]
            )
        ),
        // Whoever runs the site's machine is nobody to answer.
        (
            "email=asa%40example.se&_replyto=root%40localhost&message=Hej", true,
            Expected(
                email: "asa@example.se",
                replyTo: "asa@example.se",
                fields: [
                    Field("email", "asa@example.se"), Field("message", "Hej"), Field("_replyto", "root@localhost"),
                ]
            )
        ),
        // Beside an address in `email`, it is only where the answer goes.
        (
            "email=a%40example.se&_replyto=b%40example.se&message=Hej", true,
            Expected(
                email: "a@example.se",
                replyTo: "b@example.se",
                fields: [Field("email", "a@example.se"), Field("message", "Hej")]
            )
        ),
        (
            "_replyto=asa%40example.se&text=Hej", false,
            Expected(
                email: "asa@example.se",
                replyTo: "asa@example.se",
                fields: [Field("email", "asa@example.se"), Field("text", "Hej")]
            )
        ),
        // Nothing asks for an address: what is none tells the owner all the same, and what is blank does not.
        (
            "_replyto=ring+mig&text=Hej", false,
            Expected(fields: [Field("_replyto", "ring mig"), Field("text", "Hej")])
        ),
        ("_replyto=+&text=Hej", false, Expected(fields: [Field("text", "Hej")])),
        (
            "_replyto=mejl&mejl=ring&text=Hej", false,
            Expected(fields: [Field("mejl", "ring"), Field("text", "Hej"), Field("_replyto", "ring")])
        ),
        // Marks of direction come along when an address is pasted.
        (
            "email=%E2%80%AAasa%40example.se%E2%80%AC&message=Hej", true,
            Expected(
                email: "asa@example.se",
                replyTo: "asa@example.se",
                fields: [Field("email", "\u{202A}asa@example.se\u{202C}"), Field("message", "Hej")]
            )
        ),
    ]

    @Test("_replyto is the sender's address where email holds none, and is stored under that name", arguments: taken)
    private func isTaken(body: String, hasRules: Bool, expected: Expected) async throws {
        let visit = try Self.visit(hasRules: hasRules)
        for _ in 0..<2 {
            let response = await visit.send(body, form: hasRules ? "contact" : "free")
            #expect(response.status == 200, "\(body)")
        }
        let submission = try #require(visit.store.submissions.first)
        #expect(visit.store.submissions.count == 1)
        #expect(submission.email == expected.email && submission.replyTo == expected.replyTo, "\(body)")
        #expect(submission.fields == expected.fields, "\(body)")
    }

    @Test(
        "an address that is wrong is told by the field that the page has",
        arguments: [
            ("_replyto=fel&message=Hej", "TYPE_EMAIL", "_replyto"),
            ("_replyto=&message=Hej", "REQUIRED_FIELD_EMPTY", "_replyto"),
            ("email=&_replyto=fel&message=Hej", "TYPE_EMAIL", "_replyto"),
            ("email=&_replyto=&message=Hej", "REQUIRED_FIELD_EMPTY", "email"),
            ("email=fel&_replyto=a%40b.se&message=Hej", "TYPE_EMAIL", "email"),
            ("_replyto=a%40b.se&_replyto=c%40d.se&message=Hej", "TYPE_EMAIL", "_replyto"),
            ("_replyto=email&message=Hej", "REQUIRED_FIELD_MISSING", "email"),
            ("_replyto=email&email=&message=Hej", "REQUIRED_FIELD_EMPTY", "email"),
            ("_replyto=mejl&mejl=fel&message=Hej", "TYPE_EMAIL", "mejl"),
            ("message=Hej", "REQUIRED_FIELD_MISSING", "email"),
        ]
    )
    func isRefused(body: String, code: String, field: String) async {
        let visit = Visit()
        let response = await visit.send(body)
        #expect(response.status == 422)
        #expect(response.codes == [code], "\(body)")
        #expect(response.json?["errors"]?.array?.first?["field"]?.string == field, "\(body)")
        #expect(visit.store.submissions.isEmpty)
    }

    @Test("a field that holds the address and has a rule of its own has one error")
    func ownRule() async {
        var visit = Visit()
        var form = FormDefinition(name: .contact)
        form.fields.append(FieldRule(name: "mejl", type: .email, isRequired: true))
        visit.settings = FormSettings(forms: [form])
        #expect(await visit.send("_replyto=mejl&mejl=fel&message=Hej").codes == ["TYPE_EMAIL"])
        // A rule of another name is no address: what a hidden field names was not sent.
        #expect(
            await visit.send("_replyto=mejl&message=Hej").codes == ["REQUIRED_FIELD_MISSING", "REQUIRED_FIELD_MISSING"]
        )
    }

    /// A form of its own field names. `mejl` is the only one that takes an address, unless `fields` says otherwise.
    private static func visitOfOwnForm(_ fields: [FieldRule]? = nil) throws -> Visit {
        var visit = Visit()
        var form = FormDefinition(name: try #require(FormName(rawValue: "free")))
        form.fields =
            fields ?? [
                FieldRule(name: "mejl", type: .email, isRequired: true), FieldRule(name: "besked", type: .textarea),
            ]
        visit.settings = FormSettings(forms: [form])
        return visit
    }

    @Test(
        "in a form without email its only field for an address is the sender's, and keeps its name",
        arguments: [
            ("mejl=asa%40example.se&besked=Hej", "asa@example.se", "asa@example.se"),
            ("mejl=%E2%80%AA+asa%40example.se&besked=Hej", "asa@example.se", "asa@example.se"),
            ("mejl=asa%40example.se&besked=Hej&email=+&_replyto=", "asa@example.se", "asa@example.se"),
            // What is given goes before what is guessed.
            ("mejl=asa%40example.se&besked=Hej&email=b%40example.se", "b@example.se", "b@example.se"),
            ("mejl=asa%40example.se&besked=Hej&_replyto=b%40example.se", "b@example.se", "b@example.se"),
            ("mejl=asa%40example.se&besked=Hej&_replyto=mejl", "asa@example.se", "asa@example.se"),
        ]
    )
    func ownField(body: String, email: String, replyTo: String) async throws {
        let visit = try Self.visitOfOwnForm()
        #expect(await visit.send(body, form: "free").status == 200)
        let submission = try #require(visit.store.submissions.first)
        #expect(submission.email == email && submission.replyTo == replyTo, "\(body)")
        #expect(submission.fields["mejl"] != nil)
        #expect(submission.isFrom(address: "ASA@example.se"))
    }

    @Test(
        "which of two fields for addresses is the sender's nobody can tell, nor is one that was left blank",
        arguments: [
            (
                [FieldRule(name: "mine", type: .email), FieldRule(name: "yours", type: .email)],
                "mine=a%40b.se&yours=c%40d.se"
            ),
            ([FieldRule(name: "email"), FieldRule(name: "yours", type: .email)], "yours=c%40d.se"),
            ([FieldRule(name: "yours", type: .email)], "yours=+&text=Hej"),
            ([FieldRule(name: "yours", type: .email)], "text=Hej"),
            ([FieldRule(name: "yours")], "yours=c%40d.se"),
        ]
    )
    func noOwnField(fields: [FieldRule], body: String) async throws {
        let visit = try Self.visitOfOwnForm(fields)
        #expect(await visit.send(body, form: "free").status == 200)
        let submission = try #require(visit.store.submissions.first)
        #expect(submission.email == nil && submission.replyTo == nil, "\(body)")
    }

    @Test("an address that is wrong in a form's own field is told there, once")
    func ownFieldRefused() async throws {
        let visit = try Self.visitOfOwnForm()
        for (body, code) in [
            ("mejl=fel&besked=Hej", "TYPE_EMAIL"), ("mejl=&besked=Hej&_replyto=", "REQUIRED_FIELD_EMPTY"),
            ("besked=Hej", "REQUIRED_FIELD_MISSING"),
        ] {
            let response = await visit.send(body, form: "free")
            #expect(response.codes == [code], "\(body)")
            #expect(response.json?["errors"]?.array?.first?["field"]?.string == "mejl")
        }
    }

    @Test("the error page lets a visitor put right an address that came in _replyto")
    func errorPage() async {
        let response = await Visit().send("name=Anna&_replyto=fel&message=Hej&_language=sv", Visit.page)
        #expect(response.status == 422)
        #expect(response.text.contains("value=\"fel\" id=\"field-3\" name=\"_replyto\" aria-invalid=\"true\""))
        #expect(response.text.contains(">E-post</label>"))
        #expect(!response.text.contains("type=\"hidden\" name=\"_replyto\""))
        #expect(!response.text.contains("name=\"email\""))
    }

    @Test("two addresses in _replyto make two messages, and an owner's block on one holds")
    func identity() async {
        var visit = Visit()
        visit.settings.spam.blockedAddresses = ["bad.example"]
        for address in ["a%40example.se", "b%40bad.example", "b%40bad.example"] {
            _ = await visit.send("_replyto=\(address)&message=Hej")
        }
        #expect(visit.store.submissions.count == 2)
        #expect(visit.store.submissions.filter { $0.spamReasons.contains(.blockedAddress) }.count == 1)
    }

    private static let sought: [(typed: String, address: String?)] = [
        ("asa@example.se", "asa@example.se"),
        (" Asa@Example.se\n", "Asa@Example.se"),
        ("Åsa Öberg <asa@example.se>", "asa@example.se"),
        ("\"Öberg, Åsa\" <asa@example.se>", "asa@example.se"),
        ("<asa@example.se>", "asa@example.se"),
        ("MAILTO:asa@example.se?subject=Hej", "asa@example.se"),
        ("mailto:asa%2Bbutik@example.se", "asa+butik@example.se"),
        ("mailto:asa%zz@example.se", nil),
        ("\"a b\"@example.se", "\"a b\"@example.se"),
        // What a visitor may have typed in a field without a rule.
        ("asa@gmail", "asa@gmail"),
        ("åsa@räksmörgås.se", "åsa@räksmörgås.se"),
        ("", nil),
        ("asa", nil),
        ("asa@", nil),
        ("@example.se", nil),
        ("Åsa asa@example.se", nil),
        ("Åsa <asa>", nil),
        ("Åsa <asa@example.se", nil),
        ("asa@example.se, bo@example.se", nil),
        ("asa@example.se;bo@example.se", nil),
        (String(repeating: "a", count: 320) + "@example.se", nil),
    ]

    @Test("an owner may paste an address with what stood around it, and is told when it is none", arguments: sought)
    func pasted(typed: String, address: String?) {
        #expect(Submission.soughtAddress(in: typed) == address)
    }
}
