// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import AWSLambda
package import ContactForm
import ContactFormLogging
import Logging
import Synchronization

/// Mails the owner about what was stored: as the table's stream tells of it, and on a schedule what is overdue. Marks what
/// SES tells to have been returned. Keeps the books of what came in, and tells of what is gone and was not removed by the
/// owner or by retention.
///
/// The stream is the fast way. The sweep is what the promise stands on: it sends what the stream gave up, lost or never
/// told of, and what waits for its turn in a flood, for as long as a submission is `received`.
package final class SendContactInfoEmailHandler: LambdaHandler {
    private let sender: NotificationSender
    private let outbox: any Outbox
    private let books: any ReceiptBook
    private let region: String?
    private let watch: MailWatch?
    private let reminder: UnmailedReminder?
    private let metrics: EmbeddedMetricsWriter
    private let now: @Sendable () -> Timestamp
    private let secondLook: Duration
    private let memory = Mutex(SendingMemory())

    /// What is younger is still on its way through the stream: mailed from both sides it would come twice.
    private static let grace = Interval.minutes(5)
    /// So many are looked at in one sweep, as far as its time allows; the next one is minutes away.
    private static let sweepSize = 15_000

    /// - Parameter region: The Region the function runs in. With a global table every Region's stream tells of every
    ///   submission, and only the one that took it in mails.
    /// - Parameter watch: Tells the owner at the sweeps when mail is broken; nil when nobody is to be told.
    /// - Parameter reminder: Looks at the sweeps, after what is to be mailed; nil reminds nobody.
    /// - Parameter secondLook: After how long what seems to be missing is looked for again: the books of another Region come
    ///   by a way of their own.
    package init(
        sender: NotificationSender,
        outbox: any Outbox,
        books: any ReceiptBook,
        region: String?,
        watch: MailWatch? = nil,
        reminder: UnmailedReminder? = nil,
        metrics: EmbeddedMetricsWriter,
        now: @escaping @Sendable () -> Timestamp = { .now },
        secondLook: Duration = .seconds(3)
    ) {
        self.sender = sender
        self.outbox = outbox
        self.books = books
        self.region = region
        self.watch = watch
        self.reminder = reminder
        self.metrics = metrics
        self.now = now
        self.secondLook = secondLook
    }

    package func handle(_ event: [UInt8], _ context: LambdaContext) async throws(LambdaFailure) -> [UInt8] {
        switch try FunctionTrigger(event: event) {
        case .stream(let batch): return await deliver(batch, context).json
        case .topic(let messages):
            // SES says so once, as plain text, when it is given the topic.
            for message in messages where !message.hasPrefix("Successfully validated SNS topic") {
                try await take(try MailEvent(json: message), context)
            }
            return Array("{}".utf8)
        case .schedule("brevlada.sweep"):
            try await sweep(context)
            return Array("{}".utf8)
        case .schedule(let source):
            throw LambdaFailure(
                type: "Event.Unknown",
                message: "the event's source is \"\(source.prefix(100))\", not brevlada.sweep; "
                    + "correct the schedule's input"
            )
        }
    }

    private func deliver(_ batch: StreamBatch, _ context: LambdaContext) async -> BatchResponse {
        await note(
            Set(batch.records.filter { $0.newImage("kind") == "submission" }.compactMap { SubmissionKey($0)?.form }),
            context
        )
        // Written before the mails, which may take all the time there is.
        let isBooked = await enter(batch, context)
        var keys: [SubmissionKey] = []
        var sequenceNumbers: [SubmissionKey: String] = [:]
        for record in batch.records where isToBeMailed(record) {
            guard let key = SubmissionKey(record), let sequenceNumber = record.sequenceNumber else {
                // Given again it would read no better, and those after it would wait. The sweep finds its submission.
                context.logger.error("stream record not readable")
                continue
            }
            if sequenceNumbers.updateValue(sequenceNumber, forKey: key) == nil { keys.append(key) }
        }
        let result = await run(context) { pass, memory, result in
            await pass.deliver(keys, .byRule, memory: &memory, into: &result)
            // So that the alarm tells, once: every sweep will find it again, and counts it as overdue.
            result.failed.merge(result.unreadable, uniquingKeysWith: +)
        }
        if result.left > 0 {
            context.logger.info("mails left to the sweep", metadata: ["mail.submissions": "\(result.left)"])
        }
        await lookForMissing(batch, context)
        var failures = keys.filter(result.unfinished.contains).compactMap { sequenceNumbers[$0] }
        // All of them again: what is mailed by then is not mailed twice.
        if !isBooked, let first = batch.records.lazy.compactMap(\.sequenceNumber).first, !failures.contains(first) {
            failures.append(first)
        }
        return BatchResponse(failures: failures)
    }

    /// - Returns: Whether what came in is in the books.
    private func enter(_ batch: StreamBatch, _ context: LambdaContext) async -> Bool {
        do throws(StoreError) {
            try await books.enter(batch.records.compactMap(Receipt.init))
            return true
        } catch {
            context.logger.warning("receipts not entered", metadata: .of(error))
            return false
        }
    }

    /// Tells of what was removed by neither the owner nor retention, by the metric that an alarm watches.
    private func lookForMissing(_ batch: StreamBatch, _ context: LambdaContext) async {
        let seconds = now().milliseconds / 1000
        let removed = batch.records.filter { record in
            guard record.eventName == "REMOVE", record.oldImage("kind") == "submission" else { return false }
            // What was past the end that the table's TTL goes by was retention's, whether or not it is in the books.
            return record.oldImage(number: "expiresAt").map { $0 > seconds } ?? true
        }.compactMap { SubmissionKey($0) }
        guard !removed.isEmpty else { return }
        do throws(StoreError) {
            var missing = try await books.missing(among: removed, at: now())
            guard !missing.isEmpty else { return }
            try? await Task.sleep(for: secondLook)
            missing = try await books.missing(among: missing, at: now())
            for key in missing {
                context.logger.error("submission removed from outside", metadata: .of(key))
            }
            if !missing.isEmpty { metrics.write(.brevlada(form: nil, [.init("Missing", missing.count)])) }
        } catch {
            // An audit finds the same.
            context.logger.warning("removals not looked at", metadata: .of(error))
        }
    }

    /// Marks what a mail was about that was taken and did not arrive. A failure has Lambda give the event again, in a minute
    /// and in two more: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
    private func take(_ event: MailEvent, _ context: LambdaContext) async throws(LambdaFailure) {
        var metadata: Logger.Metadata = [
            "mail.event": "\(event.type.prefix(40))", "mail.id": "\(event.messageID.prefix(100))",
        ]
        metadata["error.reason"] = event.kind.map { "\($0)" }
        // An alarm watches it. First, for marking may fail: what is given again is counted again, and is never missed.
        if event.concernsOwner { metrics.write(.brevlada(form: nil, [.init("Returned", 1)])) }
        guard let reason = event.undelivered else {
            // A complaint, or an absent reader's answer: the mail is there.
            context.logger.warning("mail delivered and heard of", metadata: metadata)
            return
        }
        let mail = ReturnedMail(
            providerMessageID: event.messageID,
            sentAt: event.sentAt.flatMap { Timestamp(iso8601: $0) } ?? now(),
            keys: event.header(SubmissionsField.name).flatMap { SubmissionsField(parsing: $0).keys },
            reason: reason
        )
        let outcome: ReturnedMail.Outcome
        do throws(StoreError) {
            outcome = try await sender.record(mail, at: now())
        } catch {
            throw LambdaFailure(type: "Store.Unavailable", message: "what was returned can't be marked: \(error)")
        }
        metadata["mail.submissions"] = "\(outcome.bounced.count)"
        context.logger.error("mail returned", metadata: metadata)
        guard outcome.early.isEmpty else {
            throw LambdaFailure(
                type: "Mail.NotYetMarked",
                message:
                    "\(outcome.early.count) messages of a returned mail are not marked as mailed yet; it is tried again"
            )
        }
    }

    /// Before the mails, which may take all the time there is; once for each form and instance.
    private func note(_ forms: Set<FormName>, _ context: LambdaContext) async {
        let new = memory.withLock { forms.subtracting($0.forms) }
        guard !new.isEmpty else { return }
        do throws(StoreError) {
            try await outbox.note(new)
            memory.withLock { $0.forms.formUnion(new) }
        } catch {
            // The next batch tries again. Until the form is taken out of the configuration nobody needs it.
            context.logger.warning("form not noted", metadata: .of(error))
        }
    }

    /// The mapping's filter lets only these through; a mapping without it must not mail twice.
    private func isToBeMailed(_ record: StreamRecord) -> Bool {
        if let kind = record.newImage("kind"), kind != "submission" { return false }
        if let region, let origin = record.newImage("region"), origin != region { return false }
        let received = SubmissionStatus.received.rawValue
        switch record.eventName {
        case "INSERT":
            // Held stays held until the owner releases it, and a replayed record tells what was, not what is.
            return record.newImage("status") != SubmissionStatus.held.rawValue
        case "MODIFY":
            // Released, or asked for once more. A mail that was postponed is received before and after: the sweep's.
            guard let before = record.oldImage("status") else { return false }
            return record.newImage("status") == received && before != received
        default: return false
        }
    }

    private func sweep(_ context: LambdaContext) async throws(LambdaFailure) {
        let waiting: [WaitingNotification]
        do throws(StoreError) {
            waiting = try await outbox.waiting(limit: Self.sweepSize, in: region)
        } catch {
            throw LambdaFailure(type: "Store.Unreadable", message: "what is overdue can't be read: \(error)")
        }
        let now = now()
        let due = waiting.filter { now.since($0.dueAt) >= Self.grace }
        // What was refused and waits for its next attempt counts at every sweep, and what a flood left to this one does not.
        let overdue = waiting.count { $0.attempts > 0 || now.since($0.dueAt) > Submission.overdueAfter }
        // Written when it is none, too: an alarm on a metric that is missing tells nothing.
        metrics.write(.brevlada(form: nil, [.init("Overdue", overdue)]))
        if overdue > 0 { context.logger.warning("mails overdue", metadata: ["mail.submissions": "\(overdue)"]) }
        // First, for it takes seconds at most, and mailing may take the invocation's time.
        if let watch { context.logger.report(await watch.look(waiting: waiting, at: now)) }
        if !due.isEmpty {
            let result = await run(context) { pass, memory, result in
                let tried = due.filter { $0.attempts > 0 }.map(\.key)
                await pass.deliver(tried, .singlyWhenFew, memory: &memory, into: &result)
                let untried = due.filter { $0.attempts == 0 }.map(\.key)
                await pass.deliver(untried, .together, memory: &memory, into: &result)
                await pass.postponeUntried(&result)
            }
            // A mail more would meet the same.
            if result.isInTrouble { return }
        }
        await remind(context)
    }

    /// Tells what was not mailed when no mail has, if there is time.
    private func remind(_ context: LambdaContext) async {
        guard let reminder, context.millisecondsLeft(at: now().milliseconds) > 2 * NotificationPass.longestMail else {
            return
        }
        let outcome = await reminder.look(at: now())
        if let recipients = outcome.recipients { memory.withLock { $0.history.add(to: recipients, at: now()) } }
        context.logger.report(outcome)
    }

    private func run(
        _ context: LambdaContext,
        _ body: (NotificationPass, inout SendingMemory, inout NotificationPass.Result) async -> Void
    ) async -> NotificationPass.Result {
        // One invocation at a time: nobody else changes the memory meanwhile.
        var memory = memory.withLock { $0 }
        var result = NotificationPass.Result()
        await body(
            NotificationPass(sender: sender, outbox: outbox, reminder: reminder, context: context, now: now),
            &memory,
            &result
        )
        self.memory.withLock { [memory] in $0 = memory }
        for form in Set(result.notified.keys).union(result.failed.keys).sorted() {
            let counts = [("Notified", result.notified[form]), ("Failed", result.failed[form])]
            metrics.write(
                .brevlada(
                    form: form.rawValue,
                    counts.compactMap { name, count in count.map { EmbeddedMetrics.Count(name, $0) } }
                )
            )
        }
        return result
    }
}
