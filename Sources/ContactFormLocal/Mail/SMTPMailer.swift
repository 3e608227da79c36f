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

    /// Sends without a Reply-To that is not ASCII unless sender or recipient need SMTPUTF8 themselves, also where the server
    /// has it: a server behind it that has not must return such a mail (RFC 6531 §3.2), so that a visitor's address
    /// would keep the owner from the message. The body shows the address.
    package func send(_ message: MailMessage) async throws(MailerError) -> MailerReceipt {
        let envelope = try Self.envelope(message)
        do throws(SMTPError) {
            return try await send(message.serialized(), envelope)
        } catch {
            let isForRest = message.envelopeRecipients.count < message.to.count || error.othersWereRefused
            throw MailerError(error, isForRest: isForRest)
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
        return MailerReceipt(
            providerMessageID: receipt.reply,
            refused: receipt.refused.map { recipient in
                RefusedRecipient(
                    UnreachedRecipient(address: recipient.address, reason: recipient.error.description),
                    isPermanent: recipient.error.isPermanent
                )
            }
        )
    }

    private static func envelope(_ message: MailMessage) throws(MailerError) -> SMTPEnvelope {
        guard !message.envelopeRecipients.isEmpty else { throw .noRecipients }
        do throws(SMTPEnvelopeError) {
            return try SMTPEnvelope(
                sender: message.envelopeSender,
                recipients: message.envelopeRecipients,
                needsSMTPUTF8: message.requiresSMTPUTF8
            )
        } catch {
            // These addresses are the owner's own, who can name others: the mail waits for that.
            throw MailerError(
                code: "address-unusable",
                isPermanent: false,
                reason: error.description,
                affectsAllMail: error == .sender,
                isForRecipients: error != .sender,
                needsOperator: true
            )
        }
    }
}

extension MailerError {
    /// - Parameter isForRest: Whether others have the mail, or were refused for good, and it is for whoever is left.
    fileprivate init(_ error: SMTPError, isForRest: Bool) {
        let isBeforeMail = [.connect, .greeting, .ehlo, .starttls, .auth].contains(error.stage)
        // Said to the first command of a mail, which is the same for each of them. What happens later may be this one's fault.
        let isServer = error.stage == .mail && [.timedOut, .connectionLost].contains(error.code)
        // RFC 5321 §3.8: 421 is about the service, at whatever command it is said, so that it holds back the mail of all forms.
        // Not when the server has taken this very mail for others: then it is about those who are left, and all mail would wait
        // after each attempt for them.
        let isRest = isForRest && error.stage == .rcpt && error.replyCode == 421
        self.init(
            code: error.shortDescription,
            isPermanent: error.isPermanent,
            reason: error.description,
            loggableReason: error.loggableDescription,
            affectsAllMail: isBeforeMail || isServer
                // Every mail has the same sender.
                || !isRest && [.senderRefused, .serviceUnavailable, .authenticationRequired].contains(error.code),
            isForRecipients: isRest
                || [.recipientRefused, .smtputf8NotSupported, .eightBitNotSupported].contains(error.code),
            mayHaveArrived: error.acceptedUnknown,
            needsOperator: error.needsOperator
        )
    }
}
