// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
package import Mail
import Synchronization

/// Takes every mail and keeps it for the test to read; fails as it is told.
package final class RecordingMailer: Mailer {
    private struct State {
        var sent: [MailMessage] = []
        var tried: [MailMessage] = []
        var faults: [MailerError] = []
        var outage: MailerError?
        var refusal: (error: MailerError, word: String)?
        var refused: [RefusedRecipient] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// Makes the next `count` mails fail with `error`.
    package func failNext(_ error: MailerError, count: Int = 1) {
        state.withLock { $0.faults.append(contentsOf: repeatElement(error, count: count)) }
    }

    /// Makes every mail fail with `error` until it is set to nil.
    package func setOutage(_ error: MailerError?) {
        state.withLock { $0.outage = error }
    }

    /// Makes every mail that has `word` in its text fail with `error`.
    package func refuse(_ word: String, with error: MailerError) {
        state.withLock { $0.refusal = (error, word) }
    }

    /// Takes each mail for its other recipients only, until it is told of others.
    package func refuse(_ recipients: [RefusedRecipient]) {
        state.withLock { $0.refused = recipients }
    }

    /// The mails taken, in their order.
    package var sent: [MailMessage] { state.withLock { $0.sent } }

    /// The mails tried, taken or not.
    package var tried: [MailMessage] { state.withLock { $0.tried } }

    package var attempts: Int { tried.count }

    package func send(_ message: MailMessage) async throws(MailerError) -> MailerReceipt {
        guard !message.envelopeRecipients.isEmpty else { throw .noRecipients }
        let result: Result<MailerReceipt, MailerError> = state.withLock { state in
            state.tried.append(message)
            if !state.faults.isEmpty { return .failure(state.faults.removeFirst()) }
            if let outage = state.outage { return .failure(outage) }
            if let refusal = state.refusal, message.text.contains(refusal.word) { return .failure(refusal.error) }
            let refused = state.refused.filter { message.envelopeRecipients.contains($0.recipient.address) }
            if let first = refused.first, refused.count == message.envelopeRecipients.count {
                return .failure(
                    MailerError(
                        code: "refused",
                        isPermanent: refused.allSatisfy(\.isPermanent),
                        reason: first.recipient.reason,
                        isForRecipients: true
                    )
                )
            }
            state.sent.append(message)
            return .success(MailerReceipt(providerMessageID: "recorded-\(state.sent.count)", refused: refused))
        }
        return try result.get()
    }
}

extension MailerError {
    /// A mail server that says "try again later".
    package static let sampleTransient = MailerError(
        code: "greylisted",
        isPermanent: false,
        reason: "smtp.example answered 451 to RCPT; it is tried again later"
    )
}
