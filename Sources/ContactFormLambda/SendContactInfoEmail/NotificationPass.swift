// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSLambda
import ContactForm
import ContactFormLogging
import Logging
import Mail

/// Mails about a list of submissions within one invocation, as digests where the rule says so.
struct NotificationPass {
    let sender: NotificationSender
    let outbox: any Outbox
    let reminder: UnmailedReminder?
    let context: LambdaContext
    let now: @Sendable () -> Timestamp

    /// What came of the submissions that are not mentioned: mailed, or in no need of it.
    struct Result: Sendable {
        /// Submissions mailed about and given up, by form.
        var notified: [FormName: Int] = [:]
        var failed: [FormName: Int] = [:]
        /// Passed over, because what is stored can't be read.
        var unreadable: [FormName: Int] = [:]
        /// To be tried again: the mail was not taken for now, or its turn did not come.
        var unfinished: Set<SubmissionKey> = []
        /// Of those, what no mail was tried for.
        var untried: [SubmissionKey] = []
        /// No mail can be sent, or nothing read or written: there is no use in going on.
        var isInTrouble = false
        /// Why no mail can be sent.
        var outage: MailerError?
        /// Left to the sweep, because an hour's mails are used up.
        var left = 0
    }

    /// How those for the same recipients share mails.
    enum Sharing: Sendable {
        /// As the stream tells of them: by the rule. What is to wait for the next mail is left to the sweep.
        case byRule
        /// What the sweep finds and no mail was tried for: all in as few mails as can be.
        case together
        /// What the sweep finds and was tried before: one that is refused must not take others with it.
        case singlyWhenFew
    }

    /// A mail takes at most so long; one that can't end before the invocation does is not begun.
    static let longestMail: Int64 = 4_000

    func deliver(
        _ keys: [SubmissionKey],
        _ sharing: Sharing,
        memory: inout SendingMemory,
        into result: inout Result
    ) async {
        var groups: [(recipients: [Mailbox], keys: [SubmissionKey])] = []
        var places: [[Mailbox]: Int] = [:]
        for key in keys {
            let recipients = sender.settings.recipients(of: key.form)
            if let index = places[recipients] {
                groups[index].keys.append(key)
            } else {
                places[recipients] = groups.count
                groups.append((recipients, [key]))
            }
        }
        let rule = sender.settings.digest
        for group in groups {
            let mails: [[SubmissionKey]]
            switch sharing {
            case .byRule:
                let sent = memory.history.sent(to: group.recipients, at: now())
                let plan = rule.plan(for: group.keys, sent: sent, at: now())
                // More than a batch at once is a busy shard, and the sweep could not take it all.
                let goesOn = plan.left.count > rule.batch
                mails = plan.mails + (goesOn ? rule.lists(of: plan.left) : [])
                result.left += goesOn ? 0 : plan.left.count
            case .together: mails = rule.lists(of: group.keys)
            case .singlyWhenFew:
                mails = group.keys.count > rule.batch ? rule.lists(of: group.keys) : group.keys.map { [$0] }
            }
            for mail in mails {
                for _ in 0..<(await deliver(mail, &memory, &result)) {
                    memory.history.add(to: group.recipients, at: now())
                }
            }
        }
    }

    /// Charges an attempt to what no mail was tried for, because none can be sent, for as long as there is time.
    func postponeUntried(_ result: inout Result) async {
        guard let outage = result.outage else { return }
        for keys in sender.settings.digest.lists(of: result.untried) {
            guard context.millisecondsLeft(at: now().milliseconds) > Self.longestMail else { return }
            do throws(StoreError) {
                let jitter = Double.random(in: 0...1)
                let givenUp = try await sender.postpone(keys, because: outage, at: now(), jitter: jitter)
                result.failed.merge(givenUp, uniquingKeysWith: +)
                let count = givenUp.values.reduce(0, +)
                guard count > 0 else { continue }
                context.logger.error(
                    "mails given up",
                    metadata: .of(outage, ["mail.submissions": "\(count)"])
                )
            } catch {
                context.logger.error("mail outcome not recorded", metadata: .of(error))
                return
            }
        }
    }

    /// - Returns: how many mails went out.
    private func deliver(_ mail: [SubmissionKey], _ memory: inout SendingMemory, _ result: inout Result) async -> Int {
        // Before the look at the time, of which it takes some.
        if !result.isInTrouble { await count(&memory) }
        guard !result.isInTrouble, context.millisecondsLeft(at: now().milliseconds) > Self.longestMail else {
            result.unfinished.formUnion(mail)
            result.untried += mail
            return 0
        }
        let jitter = Double.random(in: 0...1)
        let outcome = await sender.send(about: mail, unmailed: memory.unmailed, at: now(), jitter: jitter)
        if case .unreadable(let error) = outcome, error.code == .corrupt, mail.count > 1 {
            return await deliverHalves(of: mail, &memory, &result)
        }
        context.logger.report(outcome, about: mail)
        switch outcome {
        case .refusedTogether: return await deliverHalves(of: mail, &memory, &result)
        case .sent:
            reminder?.wentOut(about: mail[0].form, mentioning: memory.unmailed)
            for key in mail { result.notified[key.form, default: 0] += 1 }
            return 1
        case .skipped, .leftOut: break
        case .failed(let error, let givenUp):
            for key in givenUp { result.failed[key.form, default: 0] += 1 }
            result.unfinished.formUnion(mail.filter { !givenUp.contains($0) })
            if !error.isPermanent { result.meet(error) }
        case .postponed(let error):
            result.unfinished.formUnion(mail)
            result.meet(error)
        case .unreadable(let error) where error.code == .corrupt,
            .unrecorded(let error, _) where error.code == .corrupt:
            // Another try would read the same: passed over, so that nothing waits.
            for key in mail { result.unreadable[key.form, default: 0] += 1 }
        case .unreadable, .unrecorded:
            result.unfinished.formUnion(mail)
            result.isInTrouble = true
        }
        return 0
    }

    /// One of them is refused, or can't be read. Halves find it, and the others get their mail.
    private func deliverHalves(
        of mail: [SubmissionKey],
        _ memory: inout SendingMemory,
        _ result: inout Result
    ) async -> Int {
        var sent = 0
        for half in sender.settings.digest.halves(of: mail) { sent += await deliver(half, &memory, &result) }
        return sent
    }

    /// Counts what the mails mention, when that is old and there is time. A mail goes out without it too.
    private func count(_ memory: inout SendingMemory) async {
        guard memory.unmailedUntil.map({ now() >= $0 }) ?? true,
            context.millisecondsLeft(at: now().milliseconds) > 2 * Self.longestMail
        else { return }
        memory.unmailedUntil = now().advanced(by: SendingMemory.countsRest)
        guard let counts = try? await outbox.unmailedCounts(at: now()) else { return }
        memory.unmailed = counts
        memory.unmailedUntil = now().advanced(by: SendingMemory.countsLast)
    }
}

extension NotificationPass.Result {
    /// An error that any other mail would meet, too, ends the pass.
    fileprivate mutating func meet(_ error: MailerError) {
        guard error.affectsAllMail else { return }
        isInTrouble = true
        outage = error
    }
}
