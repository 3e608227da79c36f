// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormLocal
import Mail

/// One message with all that is known of it, for a person.
struct SubmissionReport {
    let submission: Submission

    func text(style: TerminalStyle) -> String {
        var text = "\(style.bold(submission.id.description))  \(submission.status.rawValue)\n"
        for (label, value) in particulars {
            let padding = String(repeating: " ", count: max(10 - label.count, 0))
            text += "\(style.dim(label))\(padding)\(TerminalText.escaped(value))\n"
        }
        for field in submission.fields.fields {
            text += "\n\(style.dim(TerminalText.escaped(field.name)))\n"
            for value in field.values {
                let lines = TerminalText.escaped(value, keepsLines: true)
                    .split(separator: "\n", omittingEmptySubsequences: false)
                text += lines.map { "  \($0)\n" }.joined()
            }
        }
        return text
    }

    private var particulars: [(String, String)] {
        var particulars = [
            ("Form", submission.form.rawValue),
            ("Received", submission.receivedAt.utc.iso8601),
        ]
        func add(_ label: String, _ value: String?) {
            if let value, !value.isEmpty { particulars.append((label, value)) }
        }
        add("Reply to", submission.replyTo)
        add("Subject", submission.subject)
        add("Language", submission.language.rawValue)
        add("Page", submission.page)
        add("Origin", submission.origin)
        add("Spam", submission.spamReasons.map(\.rawValue).joined(separator: ", "))
        add("Delivery", delivery)
        add("Error", submission.delivery.lastError)
        add("Mail id", submission.delivery.providerMessageID)
        add("Expires", submission.expiresAt?.utc.iso8601)
        add("Region", submission.region)
        return particulars
    }

    private var delivery: String {
        let attempts = submission.delivery.attempts
        let tried = attempts == 0 ? "" : ", \(attempts.counted("attempt"))"
        switch submission.status {
        case .received:
            return "due \(submission.delivery.nextAttempt?.utc.iso8601 ?? "never")\(tried)"
        case .notified:
            let isCaptured = submission.delivery.providerMessageID.map(CapturedMailbox.took) ?? false
            let time = submission.delivery.notifiedAt?.utc.iso8601 ?? "at an unknown time"
            return "\(isCaptured ? "captured on this machine, not sent," : "mailed") \(time)\(tried)"
        case .held: return "held; \"brevlada inbox release\" mails it"
        case .failed: return "given up\(tried); \"brevlada inbox resend\" tries again"
        case .bounced: return "returned by the provider; \"brevlada inbox resend\" tries again"
        }
    }
}
