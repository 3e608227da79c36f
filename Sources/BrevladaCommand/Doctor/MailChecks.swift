// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Logging
import Mail
import NIOPosix
import SMTP

/// Talks to the mail server step by step, and sends a test mail when asked to.
struct MailChecks {
    let endpoint: SMTPEndpoint
    let notifications: NotificationSettings
    /// Nil sends nothing.
    let testRecipient: Mailbox?
    let now: Timestamp

    func run(_ report: @escaping @Sendable (DoctorFinding) -> Void) async {
        for finding in senderFindings() { report(finding) }
        let logger = Logger(label: "brevlada.doctor") { _ in SwiftLogNoOpLogHandler() }
        let client = SMTPClient(
            endpoint: endpoint,
            eventLoopGroup: .singletonMultiThreadedEventLoopGroup,
            logger: logger
        )
        do throws(SMTPError) {
            try await client.probe(
                sender: notifications.sender.address.transportAddress,
                recipients: recipients
            ) { step in report(Self.finding(step)) }
            if let testRecipient { try await sendTest(to: testRecipient, with: client, report) }
        } catch {
            // The failed step told of it.
        }
        await client.shutDown()
    }

    /// What other servers make of mail.from, and what becomes of a mail that comes back, whatever this server says.
    func senderFindings() -> [DoctorFinding] {
        let sender = notifications.sender.address
        var findings: [DoctorFinding] = []
        // A server beside us may write another sender into the mail, or be a provider's own program.
        let isRelay = Self.isLocal(endpoint.host)
        // Mail for this machine or network alone need not leave it.
        if Self.isLocal(sender.asciiDomain), !mailboxes.allSatisfy({ Self.isLocal($0.address.asciiDomain) }) {
            let text =
                "mail.from is \(sender), and nobody elsewhere knows \(sender.domain): other servers refuse such mail"
            let remedy = "set mail.from to a mailbox at a domain of yours"
            findings.append(
                isRelay
                    ? .warning(
                        .mail,
                        text + ", unless \(endpoint.host) puts another sender in its place",
                        remedy: remedy
                    )
                    : .failed(.mail, text, remedy: remedy)
            )
        } else if !isRelay, let provider = MailboxProvider(of: sender.asciiDomain), !provider.runs(endpoint.host) {
            findings.append(
                .warning(
                    .mail,
                    "mail.from is at \(sender.domain), whose own servers alone may send for it, and mail goes through "
                        + "\(endpoint.host): other servers refuse such mail or take it for spam",
                    remedy:
                        "set mail.from to a mailbox at a domain of yours, or send through a server of \(sender.domain)"
                )
            )
        }
        if !mailboxes.isEmpty, mailboxes.allSatisfy({ $0.address == sender }) {
            findings.append(
                .warning(
                    .mail,
                    "mail.from is the only address that gets mail: what can't be delivered there would come back there",
                    remedy: "set mail.from to another mailbox that somebody reads, or add an address to mail.to"
                )
            )
        }
        return findings
    }

    /// Whether the name means nothing to strangers.
    private static func isLocal(_ domain: String) -> Bool { SMTPMachineName.qualified(domain) == nil }

    /// Who gets mail, of all forms.
    private var mailboxes: [Mailbox] {
        let forms = notifications.forms.keys.sorted()
        return notifications.recipients + forms.flatMap { notifications.recipients(of: $0) }
    }

    /// Each once.
    private var recipients: [String] {
        var told: Set<String> = []
        return mailboxes.map { $0.address.transportAddress }.filter { told.insert($0).inserted }
    }

    static func finding(_ step: SMTPProbeStep) -> DoctorFinding {
        let detail = step.detail.isEmpty ? "" : ": \(step.detail)"
        switch step.outcome {
        case .passed: return .passed(.mail, "mail server, \(step.name)\(detail) (\(milliseconds(step.duration)) ms)")
        case .warned(let remedy): return .warning(.mail, "mail server, \(step.name)\(detail)", remedy: remedy)
        case .failed(let remedy): return .failed(.mail, "mail server, \(step.name)\(detail)", remedy: remedy)
        }
    }

    private static func milliseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    }

    private func sendTest(
        to recipient: Mailbox,
        with client: SMTPClient,
        _ report: (DoctorFinding) -> Void
    ) async throws(SMTPError) {
        let message = testMessage(to: recipient)
        let envelope: SMTPEnvelope
        do throws(SMTPEnvelopeError) {
            envelope = try SMTPEnvelope(sender: message.envelopeSender, recipients: message.envelopeRecipients)
        } catch {
            report(.failed(.mail, "the test mail was not sent", remedy: "\(error)"))
            return
        }
        do throws(SMTPError) {
            let receipt = try await client.send(message.serialized(), envelope: envelope)
            report(.passed(.mail, "the test mail to \(recipient.address) was taken: \(receipt.reply)"))
        } catch {
            report(.failed(.mail, "the test mail was not taken: \(error)", remedy: error.remedy))
            throw error
        }
    }

    func testMessage(to recipient: Mailbox) -> MailMessage {
        let isSwedish = notifications.language == .swedish
        return MailMessage(
            from: notifications.sender,
            to: [recipient],
            subject: isSwedish ? "Testmejl från Brevlåda" : "Test mail from Brevlåda",
            date: now.utc,
            messageID: MessageID(name: "test-\(now.milliseconds)", sender: notifications.sender.address),
            text: isSwedish
                ? "Det här testmejlet skickades med ”brevlada doctor”. Att det kom fram visar att mejl från din "
                    + "webbplats når hit.\n"
                : "This test mail was sent with \"brevlada doctor\". That it arrived shows that mail from your "
                    + "site gets here.\n",
            language: notifications.language.rawValue
        )
    }
}
