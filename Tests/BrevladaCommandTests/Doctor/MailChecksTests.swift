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
    private static func checks(
        _ language: String = "en",
        smtp: String,
        from sender: String = "Sajt <form@räksmörgås.se>",
        to recipients: String = "eva@example.com",
        forms: String = "{}"
    ) throws -> MailChecks {
        let configuration = try read(
            "language: \(language)\nmail: {smtp: '\(smtp)', from: \(sender), to: \(recipients)}\nforms: \(forms)"
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
        "a sender whom nobody elsewhere knows is a fault, unless mail stays where it is",
        arguments: [
            ("form@localhost", "eva@example.com", true), ("form@server.local", "eva@example.com", true),
            ("form@nas.home.arpa", "eva@example.com", true),
            ("form@server.LAN", "[root@localhost, eva@example.com]", true),
            ("form@localhost", "root@localhost", false), ("form@local.example.com", "eva@example.com", false),
            ("form@example.com", "root@localhost", false),
        ]
    )
    func localSender(_ sender: String, _ recipients: String, _ isFault: Bool) throws {
        // A server beside us may put another sender in its place.
        for (host, outcome) in [
            ("mail.example.com", DoctorFinding.Outcome.failed), ("127.0.0.1", .warning), ("nas", .warning),
        ] {
            let findings = try Self.checks(smtp: "smtp://\(host):1?tls=none", from: sender, to: recipients)
                .senderFindings()
            #expect(findings.map(\.outcome) == (isFault ? [outcome] : []))
            #expect(findings.allSatisfy { $0.text.hasPrefix("mail.from is form@") && $0.remedy != nil })
        }
    }

    @Test(
        "a sender at a provider of mailboxes is warned of, unless that provider's own server sends",
        arguments: [
            ("anna@gmail.com", "mail.example.com", true), ("anna@gmail.com", "smtp.gmail.com", false),
            ("anna@googlemail.com", "smtp-relay.gmail.com", false), ("anna@hotmail.se", "smtp.office365.com", false),
            ("anna@live.com", "smtp-mail.outlook.com", false), ("anna@outlook.com", "smtp.gmail.com", true),
            ("anna@yahoo.co.uk", "smtp.mail.yahoo.com", false), ("anna@yahoo.com", "localhost", false),
            ("anna@live.studio", "mail.example.com", false),
            ("anna@live.nl", "mail.example.com", true), ("anna@gmx.net", "mail.example.com", true),
            ("anna@aol.com", "smtp.aol.com", false), ("anna@icloud.com", "smtp.mail.me.com", false),
            ("anna@me.com", "mail.notme.com", true), ("anna@gmx.de", "mail.gmx.net", false),
            ("anna@gmx.net", "gmx.example.com", true), ("anna@proton.me", "127.0.0.1", false),
            ("anna@protonmail.com", "mail.example.com", true), ("anna@example.com", "mail.example.com", false),
            ("anna@yahoo.example.com", "mail.example.com", false), ("anna@notgmail.com", "mail.example.com", false),
        ]
    )
    func freeMailbox(_ sender: String, _ host: String, _ isWarned: Bool) throws {
        let findings = try Self.checks(smtp: "smtp://\(host):587?tls=none", from: sender).senderFindings()
        #expect(findings.map(\.outcome) == (isWarned ? [.warning] : []))
        #expect(findings.allSatisfy { $0.text.contains(host) && $0.remedy?.contains("a domain of yours") == true })
    }

    @Test(
        "a sender who alone gets the mail is warned of",
        arguments: [
            ("eva@example.com", "{}", true), ("[eva@example.com, bo@example.com]", "{}", false),
            ("eva@example.com", "{order: {to: [bo@example.com]}}", false), ("bo@example.com", "{}", false),
        ]
    )
    func onlyRecipient(_ recipients: String, _ forms: String, _ isWarned: Bool) throws {
        let findings = try Self.checks(
            smtp: "smtp://127.0.0.1:1?tls=none",
            from: "eva@example.com",
            to: recipients,
            forms: forms
        ).senderFindings()
        #expect(findings.map(\.outcome) == (isWarned ? [.warning] : []))
        #expect(findings.allSatisfy { $0.text.contains("come back there") })
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
            outcome: .warned(remedy: "wait"),
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
