// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import AWSServices
package import ContactForm
package import Mail

/// Hands mails to Amazon SES.
package struct SESMailer: Mailer {
    private let client: SESClient
    private let configurationSet: String?

    /// - Parameter configurationSet: Counts bounces and complaints; nil uses none.
    package init(client: SESClient, configurationSet: String?) {
        self.client = client
        self.configurationSet = configurationSet
    }

    /// SES takes no address with letters beyond ASCII before its `@`: a Reply-To like that is left out, the mail's text
    /// shows the address.
    ///
    /// SES takes a mail for all of its recipients or for none, and tells later of those that could not be reached.
    package func send(_ message: MailMessage) async throws(MailerError) -> MailerReceipt {
        guard !message.envelopeRecipients.isEmpty else { throw .noRecipients }
        // These addresses are the owner's own, who can set others: the mail waits for that.
        guard !message.requiresSMTPUTF8 else {
            let isForSender = message.from.address.requiresSMTPUTF8
            throw MailerError(
                code: "ses-address-unusable",
                isPermanent: false,
                reason: "SES takes no sender or recipient with letters beyond ASCII before the @; set other addresses",
                affectsAllMail: isForSender,
                isForRecipients: !isForSender,
                needsOperator: true
            )
        }
        // https://docs.aws.amazon.com/ses/latest/dg/quotas.html
        guard message.to.count <= 50 else {
            throw MailerError(
                code: "ses-too-many-recipients",
                isPermanent: false,
                reason: "a form has \(message.to.count) recipients and SES takes 50; use a mailing list's address",
                isForRecipients: true,
                needsOperator: true
            )
        }
        do throws(AWSError) {
            let id = try await client.send(
                message.serialized(),
                from: message.envelopeSender,
                to: message.envelopeRecipients,
                configurationSet: configurationSet
            )
            return MailerReceipt(providerMessageID: id ?? "taken without an id")
        } catch {
            throw MailerError(error, sender: message.envelopeSender)
        }
    }
}
