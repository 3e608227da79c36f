// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import ContactFormLogging
package import Logging
import Mail
import ServiceLifecycle

/// Sends the mails that are due, for as long as the server runs.
///
/// Wakes when a submission is stored and when a retry is due. What it has not sent when the process ends is still in the
/// outbox at the next start. A mail server that is out of reach is left alone for a while, at first for seconds, at most
/// for a minute, and only the mail that found out is charged an attempt. One that refuses us until a person acts is left
/// alone for up to half an hour unless the owner asks for mail: many lock an account for which a wrong password is tried all
/// day. While the store can't be
/// written no mail is sent: what came of the last one is kept, and written first. In a flood that has used up an hour's mails
/// (`DigestRule`) what is due waits for the next one, at most a minute by default.
package final class NotificationWorker: Service {
    private let outbox: any Outbox
    private let sender: NotificationSender
    private let reminder: UnmailedReminder?
    private let logger: Logger
    private let now: @Sendable () -> Timestamp
    private let leastOperatorPause: Interval
    private let signal = WakeSignal()
    private let impatience = WakeSignal()

    /// So many are looked at in one pass; more are seen in the next.
    private static let passSize = 500
    /// So many are searched for what waits for a moment out of reach. They come longest overdue first: of more, the others
    /// are mailed before.
    private static let longestSearch = 100_000
    /// Woken at least so often: the command may release a submission from another process. A look costs one read.
    private static let longestSleep = Interval.seconds(2)
    private static let longestPause = Interval.minutes(1)
    /// What follows it when a person must act.
    private static let pausesForOperator = [Interval.minutes(5), .minutes(15), .minutes(30)]
    /// For so long the mails mention the same numbers.
    private static let countsLast = Interval.seconds(10)
    /// Between full passes: in a flood the visitors go first, and a mail server gets a few digests a second.
    private static let floodPause = Interval.seconds(1)

    /// - Parameters:
    ///   - reminder: Looks when nothing else is to be mailed; nil reminds nobody.
    ///   - leastOperatorPause: So long a server that refuses us until a person acts is left alone in any case: each of many
    ///     clicks would be another wrong password.
    package init(
        outbox: any Outbox,
        sender: NotificationSender,
        reminder: UnmailedReminder? = nil,
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp = { .now() },
        leastOperatorPause: Interval = .seconds(30)
    ) {
        self.outbox = outbox
        self.sender = sender
        self.reminder = reminder
        self.logger = logger
        self.now = now
        self.leastOperatorPause = leastOperatorPause
    }

    /// Tells the worker that something new is due. Cheap, and may be called from anywhere.
    package func wake() { signal.wake() }

    /// Tells the worker that the owner wants mail to go now: it looks at once, also when it leaves the mail server alone.
    package func hurry() {
        impatience.wake()
        signal.wake()
    }

    /// Runs until graceful shutdown: the mail being sent is finished, no other is begun.
    package func run() async throws {
        await withGracefulShutdownHandler {
            var memory = DeliveryMemory()
            var failuresInARow = 0
            while !isEnding {
                impatience.forget()
                let pass = await deliverDue(&memory)
                failuresInARow = pass == .serverTrouble ? failuresInARow + 1 : 0
                switch pass {
                case .more: await pauseSending(for: Self.floodPause)
                case .left(let next):
                    // Not longer: meanwhile mail for others may come in, or enough for a full list.
                    await pauseSending(for: min(max(next.since(now()), .milliseconds(10)), Self.floodPause))
                case .done: await Self.sleep(for: nextWake(memory), orUntil: signal)
                case .serverTrouble:
                    await pauseSending(for: Self.pause(afterFailures: failuresInARow, needsOperator: false))
                case .operatorNeeded:
                    let pause = Self.pause(afterFailures: memory.refusals, needsOperator: true)
                    await pauseSending(for: pause, atLeast: min(pause, leastOperatorPause))
                }
            }
            _ = await isRecorded(&memory)
        } onGracefulShutdown: {
            self.wake()
        }
    }

    /// How long the mail server is left alone: twice as long each time.
    static func pause(afterFailures count: Int, needsOperator: Bool) -> Interval {
        // 2⁶ seconds are the first that are over a minute.
        guard count >= 6 else { return .seconds(1 << Int64(count)) }
        guard needsOperator, count > 6 else { return longestPause }
        return pausesForOperator[min(count - 7, pausesForOperator.count - 1)]
    }

    private var isEnding: Bool { Task.isShuttingDownGracefully || Task.isCancelled }

    enum Pass: Equatable {
        /// Everything that was due has been tried.
        case done
        /// There is more that is due, beside what waits for the next mail.
        case more
        /// Some are due and wait for the next mail, which may go at that moment.
        case left(until: Timestamp)
        /// The mail server, or the store, can't be used now.
        case serverTrouble
        /// The mail server refuses any mail until a person has mended something.
        case operatorNeeded
    }

    /// Tries everything that is due, up to one pass.
    func deliverDue(_ memory: inout DeliveryMemory) async -> Pass {
        guard await isRecorded(&memory) else { return .serverTrouble }
        let limit = Self.passSize + memory.left + memory.unwritable.count
        let due: DueNotifications
        do throws(StoreError) {
            due = try await look(&memory, limit: limit)
        } catch {
            logger.error("outbox not readable", metadata: .of(error))
            return .serverTrouble
        }
        if !due.submissions.isEmpty { await count(&memory) }
        let waiting = due.submissions.filter { !memory.unwritable.contains($0.key) }
        let groups = Dictionary(grouping: waiting) { submission in
            Addressees(
                named: sender.settings.recipients(of: submission.form),
                reached: sender.settings.stillToReach(of: submission)
            )
        }
        .sorted { $0.value[0].receivedAt < $1.value[0].receivedAt }
        var left = 0
        var next: Timestamp?
        for (addressees, waiting) in groups {
            let (repeats, waiting) = memory.unconfirmed(of: waiting)
            let sent = memory.history.sent(to: addressees.named, at: now())
            let plan = sender.settings.digest.plan(for: waiting, sent: sent, at: now())
            left += plan.left.count
            if let moment = plan.next { next = min(next ?? moment, moment) }
            // What may have arrived comes last: where a server is silent after the final dot, each of them takes minutes.
            for mail in plan.mails + repeats {
                if let end = await deliver(mail, to: addressees, &memory) { return end }
            }
        }
        memory.left = left
        if due.hasMore { return .more }
        if let next { return .left(until: next) }
        memory.mayBeMisdated = false
        return await remind(&memory) ?? .done
    }

    /// Who a mail names and whom it goes to: what some have goes to the others alone. What differs in either shares no mail.
    private struct Addressees: Hashable {
        let named: [Mailbox]
        let reached: [Mailbox]

        var isEverybody: Bool { named == reached }
    }

    /// Tells what was not mailed when no mail has, as one more of those that go out.
    ///
    /// - Returns: How the pass ends here; nil when all is well.
    private func remind(_ memory: inout DeliveryMemory) async -> Pass? {
        guard let reminder, !isEnding else { return nil }
        let outcome = await reminder.look(at: now())
        logger.report(outcome)
        if let recipients = outcome.recipients {
            memory.history.add(to: recipients, at: now())
            memory.refusals = 0
        }
        if case .refused(let error) = outcome { return memory.end(after: error) }
        return nil
    }

    /// What is due, and what waits for longer than any mail does: the clock was set back since it was put off.
    private func look(_ memory: inout DeliveryMemory, limit: Int) async throws(StoreError) -> DueNotifications {
        let now = now()
        memory.look(at: now)
        var due = try await outbox.dueNotifications(at: now, limit: limit)
        guard memory.mayBeMisdated else { return due }
        let retry = sender.settings.retry
        let misdated = try await outbox.waiting(limit: Self.longestSearch).filter { notification in
            notification.dueAt > now
                && retry.isTooFarAhead(notification.dueAt, afterAttempts: notification.attempts, at: now)
        }
        let room = limit - due.submissions.count
        if misdated.count > room { due.hasMore = true }
        for notification in misdated.prefix(room) {
            do throws(StoreError) {
                guard let submission = try await sender.store.find(notification.key) else { continue }
                due.submissions.append(submission.withoutTexts)
            } catch {
                // What can't be read holds up no other.
                guard error.code == .corrupt else { throw error }
            }
        }
        return due
    }

    /// Counts what the mails mention, and not at every pass: in a flood there is one each second. A mail goes out without it
    /// too.
    private func count(_ memory: inout DeliveryMemory) async {
        let now = now()
        if let last = memory.unmailed, (.seconds(0)..<last.lasts).contains(now.since(last.at)) { return }
        guard let counts = try? await outbox.unmailedCounts(at: now) else { return }
        // What is dear to count, as a long history of failures is, is counted more rarely.
        let cost = self.now().since(now).milliseconds
        memory.unmailed = (counts, now, Interval(milliseconds: max(Self.countsLast.milliseconds, 100 * cost)))
    }

    /// Mails about a list, and when one of it may be refused, about its halves.
    ///
    /// - Returns: How the pass ends here; nil when it goes on.
    private func deliver(
        _ mail: [Submission],
        to addressees: Addressees,
        _ memory: inout DeliveryMemory
    ) async -> Pass? {
        guard !isEnding else { return .done }
        let unmailed = memory.unmailed?.counts ?? UnmailedCounts()
        let jitter = Double.random(in: 0...1)
        let keys = mail.map(\.key)
        let outcome = await sender.send(about: keys, unmailed: unmailed, at: now(), jitter: jitter)
        logger.report(outcome, about: keys, ["mail.attempt": "\(mail[0].delivery.attempts + 1)"])
        if case .unreadable = outcome {} else { memory.tried(mail) }
        if outcome.mayHaveArrived { memory.mayHaveArrived(mail) }
        switch outcome {
        case .sent:
            memory.history.add(to: addressees.named, at: now())
            memory.refusals = 0
            if addressees.isEverybody { reminder?.wentOut(about: mail[0].form, mentioning: unmailed) }
        case .refusedTogether:
            for half in sender.settings.digest.halves(of: mail) {
                if let end = await deliver(half, to: addressees, &memory) { return end }
            }
        case .postponed(let error), .leftOut(let error), .failed(let error, _): return memory.end(after: error)
        case .unreadable: return .serverTrouble
        case .unrecorded(_, let unrecorded):
            memory.unrecorded = unrecorded
            return .serverTrouble
        case .skipped: break
        }
        return nil
    }

    /// Writes what came of the last mail, if that is still to be done; the mail itself is not sent again.
    ///
    /// - Returns: Whether the next mail may be tried.
    private func isRecorded(_ memory: inout DeliveryMemory) async -> Bool {
        guard let last = memory.unrecorded else { return true }
        do throws(StoreError) {
            do throws(StoreError) {
                try await sender.record(last)
            } catch {
                guard error.isOfOneSubmission else { throw error }
                try await recordSingly(last, &memory)
            }
        } catch {
            logger.error(
                "mail outcome not recorded",
                metadata: .of(error, ["mail.submissions": "\(last.changes.count)"])
            )
            return false
        }
        memory.unrecorded = nil
        logger.notice("mail outcome recorded", metadata: ["mail.submissions": "\(last.changes.count)"])
        return true
    }

    /// What can't be written for its own sake holds up no other.
    private func recordSingly(
        _ last: UnrecordedOutcome,
        _ memory: inout DeliveryMemory
    ) async throws(StoreError) {
        for (key, change) in last.changes {
            do throws(StoreError) {
                try await sender.record(UnrecordedOutcome(changes: [key: change], moment: last.moment))
            } catch {
                // So many are no rows at fault: the file is.
                guard error.isOfOneSubmission, memory.unwritable.count < Self.passSize else { throw error }
                memory.unwritable.insert(key)
                logger.error(
                    "mail outcome can't be recorded, it is not sent again before a restart",
                    metadata: .of(error, .of(key))
                )
            }
            // Written twice, an attempt would be charged twice.
            memory.unrecorded?.changes[key] = nil
        }
    }

    /// How long to sleep when all that was due has been tried. What was due at the last look and still is can't be read, or
    /// not be written: another look at once would find the same.
    func nextWake(_ memory: DeliveryMemory) async -> Interval {
        let next = (try? await outbox.nextNotification()) ?? nil
        guard let next, let lastLook = memory.lastLook, next > lastLook else { return Self.longestSleep }
        return min(max(next.since(now()), .milliseconds(10)), Self.longestSleep)
    }

    /// Sleeps although new mail comes in, which in a flood it does thousands of times a second; only the owner and the end of
    /// the server end it early.
    ///
    /// - Parameter least: The owner waits for this.
    private func pauseSending(for pause: Interval, atLeast least: Interval = .seconds(0)) async {
        await cancelWhenGracefulShutdown { [impatience] in
            try? await Task.sleep(for: .milliseconds(least.milliseconds), clock: .continuous)
            await Self.sleep(for: .milliseconds(pause.milliseconds - least.milliseconds), orUntil: impatience)
        }
    }

    /// By a clock that nobody sets.
    private static func sleep(for wait: Interval, orUntil signal: WakeSignal) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await Task.sleep(for: .milliseconds(wait.milliseconds), clock: .continuous) }
            group.addTask { await signal.wait() }
            await group.next()
            group.cancelAll()
        }
    }
}

extension NotificationOutcome {
    /// Whether the mail is tried again and may have arrived. Of one whose outcome could not be written nobody says so: the same
    /// mail once more does no harm where it has not.
    fileprivate var mayHaveArrived: Bool {
        switch self {
        case .postponed(let error): error.mayHaveArrived
        case .unrecorded(_, let outcome):
            outcome.changes.values.contains { if case .postponed = $0 { true } else { false } }
        default: false
        }
    }
}

extension StoreError {
    /// Whether it may be the submission's fault, and the store can be written all the same.
    fileprivate var isOfOneSubmission: Bool { code == .corrupt || code == .tooLarge }
}
