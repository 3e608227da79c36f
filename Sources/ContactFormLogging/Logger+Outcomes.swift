// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
package import Logging

/// What a log says of the outcomes of the core's use cases, the same on one machine and on AWS. Nothing that a visitor typed,
/// and of a mail or a mail server's answer no word.
extension Logger {
    /// One line for each form that was sent.
    package func report(_ outcome: FormResponse.Outcome, _ particulars: Metadata = [:]) {
        var metadata = particulars
        switch outcome {
        case .stored(let key):
            metadata.add(key)
            info("submission stored", metadata: metadata)
        case .held(let key, let reasons):
            metadata.add(key)
            metadata["spam.reasons"] = .array(reasons.map { .string($0.rawValue) })
            info("submission held", metadata: metadata)
        case .repeated(let key):
            metadata.add(key)
            info("submission repeated", metadata: metadata)
        case .refused(let refusal):
            metadata["error.code"] = .string(refusal.code.rawValue)
            if let form = refusal.form { metadata["form.name"] = .string(form.rawValue) }
            if !refusal.fields.isEmpty { metadata["form.fields"] = .array(refusal.fields.map { .string($0) }) }
            if let origin = refusal.origin { metadata["request.origin"] = .string(origin) }
            info("submission refused", metadata: metadata)
        case .failed(let error):
            self.error("submission not stored", metadata: .of(error, metadata))
        case .preflight: break
        }
    }

    /// One line for each change that the owner made.
    package func report(_ outcome: OwnerResponse.Outcome) {
        switch outcome {
        case .answered: break
        case .refused(let code): info("owner's request refused", metadata: ["error.code": .string(code.rawValue)])
        case .marked(let key): debug("submission marked", metadata: .of(key))
        case .moved(let key, let status):
            info("submission moved by the owner", metadata: .of(key, ["submission.status": .string(status.rawValue)]))
        case .resent(let count): info("failed submissions sent again", metadata: ["submission.count": "\(count)"])
        case .erased(let ids):
            notice("submissions erased by the owner", metadata: ["submission.count": "\(ids.count)"])
        case .failed(let error): self.error("owner's request failed", metadata: .of(error))
        }
    }

    /// One line for each mail that was tried; a digest has the id of its first submission.
    package func report(
        _ outcome: NotificationOutcome,
        about keys: [SubmissionKey],
        _ particulars: Metadata = [:]
    ) {
        var metadata = particulars
        if let first = keys.first { metadata.add(first) }
        metadata["mail.submissions"] = "\(keys.count)"
        switch outcome {
        case .sent: info("mail sent", metadata: metadata)
        case .skipped: debug("mail not needed", metadata: metadata)
        case .postponed(let error): warning("mail postponed", metadata: .of(error, metadata))
        case .leftOut(let error):
            warning("mail sent to some of its recipients only", metadata: .of(error, metadata))
        case .failed(let error, _): self.error("mail given up", metadata: .of(error, metadata))
        case .refusedTogether(let error):
            warning("mail refused, sent again in halves", metadata: .of(error, metadata))
        case .unreadable(let error): self.error("mail not sent", metadata: .of(error, metadata))
        case .unrecorded(let error, _): self.error("mail outcome not recorded", metadata: .of(error, metadata))
        }
    }

    /// One line for each reminder.
    package func report(_ outcome: UnmailedReminder.Outcome) {
        switch outcome {
        case .nothing: break
        case .sent: info("reminder of unmailed messages sent")
        case .forgotten(let error, _):
            self.error("reminder of unmailed messages sent and not remembered", metadata: .of(error))
        case .refused(let error): warning("reminder of unmailed messages not sent", metadata: .of(error))
        case .unknown(let error): self.error("unmailed messages not counted", metadata: .of(error))
        }
    }

    /// One line for each alert. A watch that can't look tells visitors, and the log.
    package func report(_ outcome: MailWatch.Outcome) {
        func metadata(_ alert: MailAlert) -> Metadata {
            ["alert.kind": .string(alert.kind.rawValue), "alert.id": "\(alert.id)"]
        }
        switch outcome {
        case .nothing: break
        case .sent(let alert): notice("alert sent", metadata: metadata(alert))
        case .refused(let alert, let error):
            self.error("alert not sent", metadata: metadata(alert).merging(["error.reason": "\(error)"]) { $1 })
        case .forgotten(let alert, let error):
            self.error("alert sent and not remembered", metadata: .of(error, metadata(alert)))
        case .unknown(let error): self.error("mail not watched", metadata: .of(error))
        }
    }
}
