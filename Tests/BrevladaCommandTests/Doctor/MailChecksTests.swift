// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import JSON
import Mail
import Synchronization
import Testing

@testable import BrevladaCommand
@testable import SMTP

@Suite("The doctor looks at the mail server")
struct MailChecksTests {
    private static func checks(_ language: String = "en", smtp: String) throws -> MailChecks {
        let configuration = try read(
            "language: \(language)\nmail: {smtp: '\(smtp)', from: Sajt <form@räksmörgås.se>, to: eva@example.com}"
        )
        return MailChecks(
            endpoint: try #require(configuration.smtp),
            notifications: configuration.notifications,
            testRecipient: nil,
            now: .sample
        )
    }

    @Test("a server that nobody runs is a fault with a remedy")
    func nobodyThere() async throws {
        // Port 1 of loopback: nothing listens there.
        let found = Findings()
        await (try Self.checks(smtp: "smtp://127.0.0.1:1?tls=none")).run { found.add($0) }
        let findings = found.all
        #expect(findings.count == 1)
        #expect(findings.first?.outcome == .failed)
        #expect(findings.first?.text == "mail server, connection: 127.0.0.1:1 refused the connection")
        #expect(findings.first?.remedy?.isEmpty == false)
    }

    @Test(
        "the test mail is in the owner's language and has an identity of its own",
        arguments: [
            ("en", "Test mail from Brevlåda"), ("sv", "Testmejl från Brevlåda"),
        ]
    )
    func testMail(_ language: String, _ subject: String) throws {
        let recipient = try Mailbox(parsing: "eva@example.com")
        let message = try Self.checks(language, smtp: "smtp://127.0.0.1:1?tls=none").testMessage(to: recipient)
        #expect(message.subject == subject)
        #expect(message.envelopeSender == "form@xn--rksmrgs-5wao1o.se")
        #expect(message.envelopeRecipients == ["eva@example.com"])
        #expect(message.messageID.description == "<test-1795435200000@xn--rksmrgs-5wao1o.se>")
        #expect(message.text.contains("brevlada doctor"))
    }

    @Test("a recipient who is refused for now is a warning")
    func postponed() {
        let step = SMTPProbeStep(
            stage: .rcpt,
            outcome: .postponed(remedy: "wait"),
            detail: "eva@example.com not now",
            duration: .zero
        )
        let text = "mail server, recipient: eva@example.com not now"
        #expect(MailChecks.finding(step) == .warning(.mail, text, remedy: "wait"))
    }

    @Test("a finding is a line with its remedy below, and safe for a terminal")
    func lines() {
        let failed = DoctorFinding.failed(.mail, "greeting: \u{1B}[2J", remedy: "look")
        #expect(failed.line(style: .plain) == "✗ greeting: \\x1b[2J\n    → look")
        #expect(DoctorFinding.passed(.site, "fine").line(style: .plain) == "✓ fine")
        #expect(DoctorFinding.warning(.data, "odd", remedy: "see").line(style: .plain) == "! odd\n    → see")
        #expect(
            JSONWriter.text(failed.write(to:))
                == #"{"area":"mail","outcome":"failed","text":"greeting: \u001b[2J","remedy":"look"}"#
        )
    }
}

private final class Findings: Sendable {
    private let gathered = Mutex<[DoctorFinding]>([])

    var all: [DoctorFinding] { gathered.withLock { $0 } }

    func add(_ finding: DoctorFinding) {
        gathered.withLock { $0.append(finding) }
    }
}
