// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
package import Logging
import Mail
import ServiceLifecycle

/// Sends the mails that are due, for as long as the server runs.
///
/// Wakes when a submission is stored and when a retry is due. What it has not sent when the process ends is still in the
/// outbox at the next start. A mail server that is out of reach is left alone for a while, at first for seconds, at most
/// for a minute, and only the mail that found out is charged an attempt. In a flood that has used up an hour's mails
/// (`DigestRule`) what is due waits for the next one, at most a minute by default.
package final class NotificationWorker: Service {
    private let outbox: any Outbox
    private let sender: NotificationSender
    private let logger: Logger
    private let now: @Sendable () -> Timestamp
    private let signal = WakeSignal()

    /// So many are looked at in one pass; more are seen in the next.
    private static let passSize = 500
    /// Woken at least so often: the command may release a submission from another process. A look costs one read.
    private static let longestSleep = Interval.seconds(2)
    private static let longestPause = Interval.minutes(1)
    /// Between full passes: in a flood the visitors go first, and a mail server gets a few digests a second.
    private static let floodPause = Interval.seconds(1)

    package init(
        outbox: any Outbox,
        sender: NotificationSender,
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp = { .now() }
    ) {
        self.outbox = outbox
        self.sender = sender
        self.logger = logger
        self.now = now
    }

    /// Tells the worker that something new is due. Cheap, and may be called from anywhere.
    package func wake() { signal.wake() }

    /// Runs until graceful shutdown: the mail being sent is finished, no other is begun.
    package func run() async throws {
        await withGracefulShutdownHandler {
            var history = SendingHistory()
            var left = 0
            var failuresInARow = 0
            while !Task.isShuttingDownGracefully && !Task.isCancelled {
                let pass = await deliverDue(history: &history, left: left)
                switch pass {
                case .more(let count):
                    failuresInARow = 0
                    left = count
                    await pauseSending(for: Self.floodPause)
                case .left(let count, let next):
                    failuresInARow = 0
                    left = count
                    // Not longer: meanwhile mail for others may come in, or enough for a full list.
                    await pauseSending(for: min(max(next.since(now()), .milliseconds(10)), Self.floodPause))
                case .done:
                    failuresInARow = 0
                    left = 0
                    await sleep(until: await nextWake())
                case .serverTrouble:
                    failuresInARow = min(failuresInARow + 1, 10)
                    let pause = min(Interval.seconds(1 << Int64(failuresInARow)), Self.longestPause)
                    await pauseSending(for: pause)
                }
            }
        } onGracefulShutdown: {
            self.wake()
        }
    }

    enum Pass: Equatable {
        /// Everything that was due has been tried.
        case done
        /// There is more that is due, beside what waits for the next mail.
        case more(left: Int)
        /// So many are due and wait for the next mail, which may go at that moment.
        case left(Int, until: Timestamp)
        /// The mail server, or the store, can't be used now.
        case serverTrouble
    }

    /// Tries everything that is due, up to one pass.
    ///
    /// - Parameter left: How many the pass before left waiting. They are still the first in the outbox, and must not keep
    ///   the others from being seen.
    func deliverDue(history: inout SendingHistory, left: Int = 0) async -> Pass {
        let limit = Self.passSize + left
        let due: [Submission]
        let held: [FormName: Int]
        do throws(StoreError) {
            due = try await outbox.dueNotifications(at: now(), limit: limit)
            guard !due.isEmpty else { return .done }
            held = try await outbox.heldCounts(since: now().advanced(by: .days(-1)))
        } catch {
            logger.error(
                "outbox not readable",
                metadata: ["error.code": "\(error.code)", "error.reason": "\(error.reason)"]
            )
            return .serverTrouble
        }
        let byRecipients = Dictionary(grouping: due) { sender.settings.recipients(of: $0.form) }
        let groups = byRecipients.sorted { $0.value[0].receivedAt < $1.value[0].receivedAt }
        var waitingCount = 0
        var next: Timestamp?
        for (recipients, waiting) in groups {
            let sent = history.sent(to: recipients, at: now())
            let plan = sender.settings.digest.plan(for: waiting, sent: sent, at: now())
            waitingCount += plan.left.count
            if let moment = plan.next { next = min(next ?? moment, moment) }
            for mail in plan.mails {
                guard !Task.isShuttingDownGracefully && !Task.isCancelled else { return .done }
                let heldCount = Set(mail.map(\.form)).reduce(0) { $0 + (held[$1] ?? 0) }
                let outcome = await deliver(mail, heldCount: heldCount)
                report(outcome, of: mail)
                switch outcome {
                case .sent: history.add(to: recipients, at: now())
                case .postponed(let error) where error.affectsAllMail,
                    .failed(let error) where error.affectsAllMail && !error.isPermanent:
                    return .serverTrouble
                case .unrecorded: return .serverTrouble
                case .postponed, .failed, .skipped: break
                }
            }
        }
        if due.count == limit { return .more(left: waitingCount) }
        return next.map { .left(waitingCount, until: $0) } ?? .done
    }

    private func deliver(_ mail: [Submission], heldCount: Int) async -> NotificationOutcome {
        let jitter = Double.random(in: 0...1)
        guard mail.count > 1 else {
            return await sender.sendNotification(for: mail[0].key, heldCount: heldCount, at: now(), jitter: jitter)
        }
        return await sender.sendDigest(for: mail.map(\.key), heldCount: heldCount, at: now(), jitter: jitter)
    }

    private func nextWake() async -> Interval {
        let next = (try? await outbox.nextNotification()) ?? nil
        let wait = next.map { $0.since(now()) } ?? Self.longestSleep
        return min(max(wait, .milliseconds(10)), Self.longestSleep)
    }

    private func sleep(until wait: Interval) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await Task.sleep(for: .milliseconds(wait.milliseconds)) }
            group.addTask { await self.signal.wait() }
            await group.next()
            group.cancelAll()
        }
    }

    /// Sleeps although new mail comes in, which in a flood it does thousands of times a second; only the end of the server
    /// ends it early.
    private func pauseSending(for pause: Interval) async {
        let end = now().advanced(by: pause)
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled, self.now() < end {
                let left = min(end.since(self.now()), .seconds(1))
                try? await Task.sleep(for: .milliseconds(left.milliseconds))
            }
        }
    }

    private func report(_ outcome: NotificationOutcome, of mail: [Submission]) {
        var metadata: Logger.Metadata = [
            "submission.id": "\(mail[0].id)", "mail.submissions": "\(mail.count)",
            "mail.attempt": "\(mail[0].delivery.attempts + 1)",
        ]
        switch outcome {
        case .sent: logger.info("mail sent", metadata: metadata)
        case .skipped: logger.debug("mail not needed", metadata: metadata)
        case .postponed(let error):
            metadata["error.code"] = "\(error.code)"
            metadata["error.reason"] = "\(error.loggableReason)"
            logger.warning("mail postponed", metadata: metadata)
        case .failed(let error):
            metadata["error.code"] = "\(error.code)"
            metadata["error.reason"] = "\(error.loggableReason)"
            logger.error("mail given up", metadata: metadata)
        case .unrecorded(let error):
            metadata["error.code"] = "\(error.code)"
            metadata["error.reason"] = "\(error.reason)"
            logger.error("mail outcome not recorded", metadata: metadata)
        }
    }
}
