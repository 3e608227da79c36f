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

    /// Of all forms, each once.
    private var recipients: [String] {
        let forms = notifications.forms.keys.sorted { $0.rawValue < $1.rawValue }
        let all = notifications.recipients + forms.flatMap { notifications.recipients(of: $0) }
        var told: Set<String> = []
        return all.map { $0.address.transportAddress }.filter { told.insert($0).inserted }
    }

    static func finding(_ step: SMTPProbeStep) -> DoctorFinding {
        let detail = step.detail.isEmpty ? "" : ": \(step.detail)"
        switch step.outcome {
        case .passed: return .passed(.mail, "mail server, \(step.name)\(detail) (\(milliseconds(step.duration)) ms)")
        case .postponed(let remedy): return .warning(.mail, "mail server, \(step.name)\(detail)", remedy: remedy)
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
                ? "Det här testmejlet skickades med \"brevlada doctor\". Att det kom fram visar att mejl från din "
                    + "webbplats når hit.\n"
                : "This test mail was sent with \"brevlada doctor\". That it arrived shows that mail from your "
                    + "site gets here.\n",
            language: notifications.language.rawValue
        )
    }
}
