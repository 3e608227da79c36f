// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSLambda
import ContactForm
import Logging
import Mail

/// Mails about a list of submissions within one invocation, as digests where the rule says so.
struct NotificationPass {
    let sender: NotificationSender
    let outbox: any Outbox
    let context: LambdaContext
    let now: @Sendable () -> Timestamp

    /// What came of the submissions that are not mentioned: mailed, or in no need of it.
    struct Result: Sendable {
        /// Submissions mailed about and given up, by form.
        var notified: [FormName: Int] = [:]
        var failed: [FormName: Int] = [:]
        /// To be tried again: the mail was not taken for now, or its turn did not come.
        var unfinished: Set<SubmissionKey> = []
        /// No mail can be sent, or nothing read or written: there is no use in going on.
        var isInTrouble = false
        fileprivate var heldCounts: [FormName: Int]?
    }

    /// A mail takes at most so long; one that can't end before the invocation does is not begun.
    private static let longestMail: Int64 = 4_000

    func deliver(_ keys: [SubmissionKey], history: inout SendingHistory) async -> Result {
        var result = Result()
        var groups: [(recipients: [Mailbox], keys: [SubmissionKey])] = []
        for key in keys {
            let recipients = sender.settings.recipients(of: key.form)
            if let index = groups.firstIndex(where: { $0.recipients == recipients }) {
                groups[index].keys.append(key)
            } else {
                groups.append((recipients, [key]))
            }
        }
        for group in groups {
            let sent = history.count(to: group.recipients, at: now())
            for mail in sender.settings.digest.mails(for: group.keys, sentLastHour: sent) {
                for _ in 0..<(await deliver(mail, &result)) { history.add(to: group.recipients, at: now()) }
            }
        }
        return result
    }

    /// - Returns: how many mails went out.
    private func deliver(_ mail: [SubmissionKey], _ result: inout Result) async -> Int {
        guard !result.isInTrouble, context.millisecondsLeft(at: now().milliseconds) > Self.longestMail else {
            result.unfinished.formUnion(mail)
            return 0
        }
        let outcome = await send(mail, &result)
        if case .unrecorded(let error) = outcome, error.code == .corrupt, mail.count > 1 {
            // One of them can't be read. Halves find it, and the others get their mail.
            let first = await deliver(Array(mail[..<(mail.count / 2)]), &result)
            return await deliver(Array(mail[(mail.count / 2)...]), &result) + first
        }
        report(outcome, of: mail)
        switch outcome {
        case .sent:
            for key in mail { result.notified[key.form, default: 0] += 1 }
            return 1
        case .skipped: break
        case .failed: for key in mail { result.failed[key.form, default: 0] += 1 }
        case .postponed(let error):
            result.unfinished.formUnion(mail)
            result.isInTrouble = error.affectsAllMail
        case .unrecorded(let error) where error.code == .corrupt:
            // Another try would read the same: counted, so that the alarm tells, and passed over, so that nothing waits.
            for key in mail { result.failed[key.form, default: 0] += 1 }
        case .unrecorded:
            result.unfinished.formUnion(mail)
            result.isInTrouble = true
        }
        return 0
    }

    private func send(_ mail: [SubmissionKey], _ result: inout Result) async -> NotificationOutcome {
        let jitter = Double.random(in: 0...1)
        guard mail.count > 1 else { return await sender.sendNotification(for: mail[0], at: now(), jitter: jitter) }
        if result.heldCounts == nil {
            // Only said in passing: a mail goes out without it too.
            result.heldCounts = (try? await outbox.heldCounts(since: now().advanced(by: .days(-1)))) ?? [:]
        }
        let heldCount = Set(mail.map(\.form)).reduce(0) { $0 + (result.heldCounts?[$1] ?? 0) }
        return await sender.sendDigest(for: mail, heldCount: heldCount, at: now(), jitter: jitter)
    }

    private func report(_ outcome: NotificationOutcome, of mail: [SubmissionKey]) {
        let logger = context.logger
        var metadata: Logger.Metadata = [
            "submission.id": "\(mail[0].id)", "form.name": "\(mail[0].form)", "mail.submissions": "\(mail.count)",
        ]
        func with(_ code: String, _ reason: String) -> Logger.Metadata {
            metadata["error.code"] = "\(code)"
            metadata["error.reason"] = "\(reason)"
            return metadata
        }
        switch outcome {
        case .sent: logger.info("mail sent", metadata: metadata)
        case .skipped: logger.debug("mail not needed", metadata: metadata)
        case .postponed(let error): logger.warning("mail postponed", metadata: with(error.code, error.loggableReason))
        case .failed(let error): logger.error("mail given up", metadata: with(error.code, error.loggableReason))
        case .unrecorded(let error):
            logger.error("mail outcome not recorded", metadata: with(error.code.description, error.reason))
        }
    }
}
