// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BrevladaCommand

@Suite("The doctor tells what is good to know of the configuration")
struct ConfigurationChecksTests {
    private static func notes(_ yaml: String) throws -> [DoctorFinding] {
        ConfigurationChecks(configuration: try read(yaml)).findings()
    }

    @Test("each open form that keeps its messages for ever is noted, and nothing is a warning")
    func retention() throws {
        let notes = try Self.notes(
            "forms: {contact: {}, order: {retention_days: 365}, news: {}, old: {active: false}}"
        )
        #expect(
            notes
                == ["contact", "news"].map { name in
                    .note(
                        .configuration,
                        "the form \"\(name)\" keeps its messages for ever",
                        remedy: "forms.\(name).retention_days ends that for those that come from then on"
                    )
                }
        )
        #expect(notes[0].line(style: .plain).hasPrefix("· the form \"contact\" keeps"))
    }

    @Test(
        "an open form that keeps its messages no longer than mail is tried is warned of",
        arguments: [(1, 3, true), (3, 3, true), (4, 3, false), (30, 30, true), (31, 30, false)]
    )
    func shortRetention(days: Int, patience: Int, isWarned: Bool) throws {
        let findings = try Self.notes(
            """
            mail: {give_up_after_days: \(patience)}
            forms: {contact: {retention_days: \(days)}, old: {active: false, retention_days: 1}}
            """
        )
        let warning = DoctorFinding.warning(
            .configuration,
            "the form \"contact\" keeps its messages no longer than mail is tried: what can't be mailed is deleted as soon as "
                + "it is given up",
            remedy: "set forms.contact.retention_days to more than mail.give_up_after_days, \(patience)"
        )
        #expect(findings == (isWarned ? [warning] : []))
    }

    @Test(
        "one domain for the site and all mail is noted",
        arguments: [
            ("https://www.example.com", "form@example.com", "you@example.com", "", true),
            ("https://example.com", "form@mail.example.com", "you@EXAMPLE.com", "", true),
            ("https://forms.example.com", "form@example.com", "you@example.com", "{to: [b@example.com]}", true),
            ("https://example.com", "form@example.com", "you@example.com", "{to: [b@other.net]}", false),
            ("https://example.com", "form@example.com", "you@other.net", "", false),
            ("https://example.com", "form@other.net", "you@example.com", "", false),
            ("https://example.com", "form@notexample.com", "you@notexample.com", "", false),
            ("http://localhost:8080", "form@localhost", "you@localhost", "", false),
        ]
    )
    func domain(_ url: String, _ sender: String, _ recipient: String, _ order: String, _ isNoted: Bool) throws {
        let forms = order.isEmpty ? "{}" : "{order: \(order)}"
        let notes = try Self.notes(
            "site_url: \(url)\nmail: {smtp: 'smtp://127.0.0.1:1?tls=none', from: \(sender), to: \(recipient)}\nforms: \(forms)"
        )
        let told = notes.filter { $0.text.contains("one domain") }
        #expect(told.map(\.outcome) == (isNoted ? [.note] : []))
    }
}
