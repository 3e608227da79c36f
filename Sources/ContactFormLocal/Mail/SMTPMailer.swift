// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
package import Logging
package import Mail
package import SMTP

/// Hands mails to an SMTP server.
package struct SMTPMailer: Mailer {
    typealias Submit =
        @Sendable (_ message: [UInt8], _ envelope: SMTPEnvelope) async throws(SMTPError) -> SMTPReceipt

    private let submit: Submit
    private let logger: Logger

    package init(client: SMTPClient, logger: Logger = Logger(label: "brevlada.mail")) {
        self.init(logger: logger) { message, envelope async throws(SMTPError) in
            try await client.send(message, envelope: envelope)
        }
    }

    init(logger: Logger, submit: @escaping Submit) {
        self.submit = submit
        self.logger = logger
    }

    /// Sends with a Reply-To that is not ASCII where the server takes it (8BITMIME and SMTPUTF8, RFC 6531), else
    /// without that header: the body shows the address.
    package func send(
        _ message: MailMessage,
        toEveryRecipient: Bool
    ) async throws(MailerError) -> MailerReceipt {
        if message.losesReplyToWithoutSMTPUTF8 {
            let envelope = try Self.envelope(message, requiresSMTPUTF8: true, toEveryRecipient)
            do throws(SMTPError) {
                return try await send(message.serialized(utf8Headers: true), envelope)
            } catch {
                guard error.code == .smtputf8NotSupported || error.code == .eightBitNotSupported else {
                    throw MailerError(error)
                }
            }
        }
        let envelope = try Self.envelope(
            message,
            requiresSMTPUTF8: message.requiresSMTPUTF8,
            toEveryRecipient
        )
        do throws(SMTPError) {
            return try await send(message.serialized(utf8Headers: message.requiresSMTPUTF8), envelope)
        } catch {
            throw MailerError(error)
        }
    }

    private func send(_ message: [UInt8], _ envelope: SMTPEnvelope) async throws(SMTPError) -> MailerReceipt {
        let receipt = try await submit(message, envelope)
        for recipient in receipt.refused {
            logger.warning(
                "smtp server refused one of several recipients",
                metadata: [
                    "error.code": "\(recipient.error.shortDescription)",
                    "smtp.code": "\(recipient.error.replyCode ?? 0)",
                ]
            )
        }
        // The others have the mail, and to try again would send it to them twice: a person must know.
        let remark = receipt.refused.first.map { first in
            let count = receipt.refused.count + receipt.accepted.count
            return "\(receipt.refused.count) of \(count) recipients did not get the mail: \(first.error)"
        }
        return MailerReceipt(providerMessageID: receipt.reply, remark: remark)
    }

    private static func envelope(
        _ message: MailMessage,
        requiresSMTPUTF8: Bool,
        _ requiresEveryRecipient: Bool
    ) throws(MailerError) -> SMTPEnvelope {
        do throws(SMTPEnvelopeError) {
            return try SMTPEnvelope(
                sender: message.envelopeSender,
                recipients: message.envelopeRecipients,
                requiresSMTPUTF8: requiresSMTPUTF8,
                requiresEveryRecipient: requiresEveryRecipient
            )
        } catch {
            throw MailerError(
                code: "address-unusable",
                isPermanent: true,
                reason: error.description,
                isForRecipients: true
            )
        }
    }
}

extension MailerError {
    fileprivate init(_ error: SMTPError) {
        self.init(
            code: error.shortDescription,
            isPermanent: error.isPermanent,
            reason: error.description,
            loggableReason: error.loggableDescription,
            // Every mail has the same sender.
            affectsAllMail: [.connect, .greeting, .ehlo, .starttls, .auth].contains(error.stage)
                || error.code == .senderRefused,
            isForRecipients: error.code == .recipientRefused || error.code == .smtputf8NotSupported
        )
    }
}
