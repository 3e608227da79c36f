// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import AWSLambda
package import ContactForm
import Logging
import Synchronization

/// Mails the owner about what was stored: as the table's stream tells of it, and on a schedule what is overdue.
///
/// The stream is the fast way. The sweep is what the promise stands on: it sends what the stream gave up, lost or never
/// told of, for as long as a submission is `received`.
package final class SendContactInfoEmailHandler: LambdaHandler {
    private let sender: NotificationSender
    private let outbox: any Outbox
    private let region: String?
    private let metrics: EmbeddedMetricsWriter
    private let now: @Sendable () -> Timestamp
    private let history = Mutex(SendingHistory())

    /// What is younger is still on its way through the stream: mailed from both sides it would come twice.
    private static let grace = Interval.minutes(5)
    /// So many in one sweep; the next one is minutes away.
    private static let sweepSize = 500

    /// - Parameter region: The Region the function runs in. With a global table every Region's stream tells of every
    ///   submission, and only the one that took it in mails.
    package init(
        sender: NotificationSender,
        outbox: any Outbox,
        region: String?,
        metrics: EmbeddedMetricsWriter,
        now: @escaping @Sendable () -> Timestamp = { .now }
    ) {
        self.sender = sender
        self.outbox = outbox
        self.region = region
        self.metrics = metrics
        self.now = now
    }

    package func handle(_ event: [UInt8], _ context: LambdaContext) async throws(LambdaFailure) -> [UInt8] {
        switch try StreamOrSchedule(event: event) {
        case .stream(let batch): return await deliver(batch, context).json
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
        let result = await pass(over: keys, context)
        return BatchResponse(failures: keys.filter(result.unfinished.contains).compactMap { sequenceNumbers[$0] })
    }

    /// The mapping's filter lets only these through; a mapping without it must not mail twice.
    private func isToBeMailed(_ record: StreamRecord) -> Bool {
        guard record.eventName == "INSERT" else { return false }
        if let kind = record.newImage("kind"), kind != "submission" { return false }
        if let region, let origin = record.newImage("region"), origin != region { return false }
        // Held stays held until the owner releases it, and a replayed record tells what was, not what is.
        return record.newImage("status") != SubmissionStatus.held.rawValue
    }

    private func sweep(_ context: LambdaContext) async throws(LambdaFailure) {
        let overdue: [SubmissionKey]
        do throws(StoreError) {
            let moment = now().advanced(by: .milliseconds(-Self.grace.milliseconds))
            let due = try await outbox.dueNotifications(at: moment, limit: Self.sweepSize)
            overdue = due.filter { region == nil || $0.region == nil || $0.region == region }.map(\.key)
        } catch {
            throw LambdaFailure(type: "Store.Unreadable", message: "what is overdue can't be read: \(error)")
        }
        // Written when it is none, too: an alarm on a metric that is missing tells nothing.
        metrics.write(.brevlada(form: nil, [.init("Overdue", overdue.count)]))
        guard !overdue.isEmpty else { return }
        context.logger.warning("mails overdue", metadata: ["mail.submissions": "\(overdue.count)"])
        _ = await pass(over: overdue, context)
    }

    private func pass(over keys: [SubmissionKey], _ context: LambdaContext) async -> NotificationPass.Result {
        // One invocation at a time: nobody else changes the history meanwhile.
        var history = history.withLock { $0 }
        let pass = NotificationPass(sender: sender, outbox: outbox, context: context, now: now)
        let result = await pass.deliver(keys, history: &history)
        self.history.withLock { [history] in $0 = history }
        for form in Set(result.notified.keys).union(result.failed.keys).sorted(by: { $0.rawValue < $1.rawValue }) {
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
