// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import Mail
import Synchronization

/// Mails the owner that messages were held or given up, when no other mail has said so: where all that comes in is held, or is
/// refused for what it holds, none goes out.
///
/// Each mail says that in passing (`UnmailedCounts`), so that a reminder is for a site with few messages. It goes to the
/// recipients of a form once something has been given up there for an hour, or held that the owner has not looked at, and not
/// before `NotificationSettings.reminderSpacing` has passed since they were last told, in a reminder or in passing.
package final class UnmailedReminder: Sendable {
    private let settings: NotificationSettings
    private let outbox: any Outbox
    private let mailer: any Mailer
    private let memory: any AlertMemory
    private let region: String?
    private let interval: Interval
    private let state = Mutex(State())

    private struct State {
        /// Told since the record was read last.
        var told = ReminderRecord()
        var nextLook: Timestamp?
        /// Who is left alone until when: a mail to them was refused.
        var refused: [[Mailbox]: Timestamp] = [:]
        /// By the recipients of a mail, whom of them it did not reach.
        var left: [[Mailbox]: Left] = [:]
    }

    /// What came of a look.
    package enum Outcome: Sendable, Hashable {
        /// There was nothing to tell, or it is not time yet.
        case nothing
        case sent(to: [Mailbox])
        /// It was sent, which can't be remembered: another process may send it again.
        case forgotten(StoreError, to: [Mailbox])
        /// It is tried again after an hour, or in its next turn where trying again is pointless.
        case refused(MailerError)
        /// What was not mailed is not known. Nothing was sent.
        case unknown(StoreError)

        /// To whom a mail went; nil when none did.
        package var recipients: [Mailbox]? {
            switch self {
            case .sent(let recipients), .forgotten(_, let recipients): recipients
            case .nothing, .refused, .unknown: nil
            }
        }
    }

    /// More are mentioned together first, and may be seen by an owner who is at it.
    static let patience = Interval.hours(1)
    /// After a mail that was not taken: for all recipients where any mail would have met the same, as with a wrong password.
    static let rest = Interval.hours(1)
    /// So many of a form are counted.
    static let mostCounted = 100

    /// - Parameters:
    ///   - region: The AWS Region that reminds, of what it took in itself; nil reminds of all.
    ///   - interval: How far apart looks are at least. Each costs some reads, and more where something is held.
    package init(
        settings: NotificationSettings,
        outbox: any Outbox,
        mailer: any Mailer,
        memory: any AlertMemory,
        region: String? = nil,
        interval: Interval
    ) {
        self.settings = settings
        self.outbox = outbox
        self.mailer = mailer
        self.memory = memory
        self.region = region
        self.interval = interval
    }

    /// Takes note that a mail about this form went out and mentioned what was not mailed.
    package func wentOut(about form: FormName, mentioning counts: UnmailedCounts) {
        let recipients = settings.recipients(of: form)
        let told = counts.forms.filter { settings.recipients(of: $0) == recipients }
        guard !told.isEmpty else { return }
        state.withLock { state in
            state.told.note(told, at: counts.at)
            state.left[recipients] = nil
        }
    }

    /// One look, and a mail when it is time for one; of several that are due, the others follow at the next looks.
    ///
    /// At most once each `interval`: may be called at any time.
    package func look(at now: Timestamp) async -> Outcome {
        guard let spacing = settings.reminderSpacing, isTime(at: now) else { return .nothing }
        do throws(StoreError) {
            var text = try await memory.load()
            // What is kept and can't be read is as good as none.
            var record = text.flatMap { ReminderRecord(text: $0) } ?? ReminderRecord()
            let known = record
            record.merge(
                state.withLock { state in
                    state.told.hold(to: now)
                    return state.told
                }
            )
            record.hold(to: now)
            // Mails that mention it go out far more often than this has to be exact.
            if record.isNews(beside: known), try await memory.save(record.text, over: text) { text = record.text }
            if let outcome = try await tellThoseLeft(at: now) { return outcome }
            let end = now.advanced(by: -Self.patience)
            guard let reminder = try await reminder(record, spacing, until: end, at: now) else { return .nothing }
            return await send(reminder, record, over: text, spacing, until: end, at: now)
        } catch {
            return .unknown(error)
        }
    }

    private func isTime(at now: Timestamp) -> Bool {
        state.withLock { state in
            // A clock that was set back must not put off looks for longer than it does any other time.
            if let next = state.nextLook, now < next, next.since(now) <= max(interval, Self.rest) { return false }
            state.nextLook = now.advanced(by: interval)
            return true
        }
    }

    /// What is to be told, to those who were told the longest time ago.
    private func reminder(
        _ record: ReminderRecord,
        _ spacing: Interval,
        until end: Timestamp,
        at now: Timestamp
    ) async throws(StoreError) -> ReminderMail? {
        let refused = state.withLock { state in
            // As far ahead as a refusal puts it; a clock that was set back must not put it further.
            state.refused = state.refused.filter { $0.value > now && $0.value.since(now) <= max(spacing, Self.rest) }
            return state.refused
        }
        /// The forms with the same recipients whose turn it is, and up to when those were told; the longest ago first.
        func due(_ forms: Set<FormName>) -> [(forms: [FormName], told: Timestamp)] {
            let groups = Dictionary(grouping: forms) { settings.recipients(of: $0) }
                // A form that names nobody, as one that is no longer configured, has nobody to tell.
                .filter { refused[$0.key] == nil && !$0.key.isEmpty }
            let never = Timestamp(milliseconds: 0)
            return groups.values.map { forms in (forms, forms.compactMap { record.told[$0] }.max() ?? never) }
                .filter { $0.1 <= end.advanced(by: -spacing) }
                .sorted { $0.1 < $1.1 }
        }
        // Without a look at the messages, for as long as it is nobody's turn.
        let known = Set(settings.forms.keys).union(record.told.keys)
        guard known.isEmpty || !due(known).isEmpty else { return nil }
        let start = end.advanced(by: -UnmailedCounts.period)
        let all = try await counts(since: start, until: end)
        for (forms, told) in due(all.forms) {
            let counts = told <= start ? all : try await counts(since: told, until: end)
            let own = counts.of { forms.contains($0) }
            if !own.forms.isEmpty { return ReminderMail(unmailed: own, told: told, settings: settings) }
        }
        return nil
    }

    private func counts(since start: Timestamp, until end: Timestamp) async throws(StoreError) -> UnmailedCounts {
        let limit = Self.mostCounted
        let moments = start..<max(start, end)
        let held = try await outbox.unseenHeldCounts(receivedIn: moments, in: region, limit: limit)
        let failed = try await outbox.failedCounts(givenUpIn: moments, in: region, limit: limit)
        return UnmailedCounts(held: held, failed: failed, at: end)
    }

    private func send(
        _ reminder: ReminderMail,
        _ record: ReminderRecord,
        over text: String?,
        _ spacing: Interval,
        until end: Timestamp,
        at now: Timestamp
    ) async -> Outcome {
        do throws(MailerError) {
            try await transmit(reminder, until: end, at: now)
        } catch {
            let rest = error.isPermanent ? max(spacing, Self.rest) : Self.rest
            state.withLock { $0.refused[reminder.recipients] = now.advanced(by: rest) }
            return .refused(error)
        }
        // In any case by this process: what can't be saved must not be told every hour.
        state.withLock { $0.told.note(reminder.unmailed.forms, at: end) }
        var record = record
        record.note(reminder.unmailed.forms, at: end)
        do throws(StoreError) {
            _ = try await memory.save(record.text, over: text)
            return .sent(to: reminder.recipients)
        } catch {
            return .forgotten(error, to: reminder.recipients)
        }
    }

    /// Sends it, and notes whom it did not reach, or that nothing can be sent for a while.
    private func transmit(_ reminder: ReminderMail, until end: Timestamp, at now: Timestamp) async throws(MailerError) {
        do throws(MailerError) {
            let receipt = try await mailer.send(reminder.message(at: now))
            let left = Left(of: reminder, after: receipt, until: end, at: now)
            state.withLock { $0.left[reminder.recipients] = left }
        } catch {
            if error.affectsAllMail { state.withLock { $0.nextLook = now.advanced(by: Self.rest) } }
            throw error
        }
    }
}

// MARK: - Those whom a mail did not reach

extension UnmailedReminder {
    /// Recipients who were refused for now when others got the mail. They count as told, as most of them were; that they were
    /// not is known to this process alone, and after a restart they get the next mail.
    private struct Left {
        var recipients: [Mailbox]
        var forms: Set<FormName>
        /// What the mail was about came between these.
        var told: Timestamp
        var end: Timestamp
        /// When they are asked again.
        var next: Timestamp

        /// Nil when nobody is left.
        init?(of reminder: ReminderMail, after receipt: MailerReceipt, until end: Timestamp, at now: Timestamp) {
            let refused = receipt.refused.filter { !$0.isPermanent }.map(\.recipient.address)
            recipients = (reminder.onlyFor ?? reminder.recipients).filter { recipient in
                refused.contains(recipient.address.transportAddress)
            }
            guard !recipients.isEmpty else { return nil }
            forms = reminder.unmailed.forms
            told = reminder.told
            self.end = end
            next = now.advanced(by: UnmailedReminder.rest)
        }
    }

    /// Tells those who are left of a mail, when it is their turn: of the same, but for what was looked at since.
    ///
    /// - Returns: Nil when nobody is to be told.
    private func tellThoseLeft(at now: Timestamp) async throws(StoreError) -> Outcome? {
        let due = state.withLock { state in
            // A clock that was set back must not put it further.
            state.left.filter { $0.value.next <= now || $0.value.next.since(now) > Self.rest }
        }
        guard let (recipients, left) = due.min(by: { $0.value.next < $1.value.next }) else { return nil }
        let start = max(left.told, left.end.advanced(by: -UnmailedCounts.period))
        let unmailed = try await counts(since: start, until: left.end).of { left.forms.contains($0) }
        guard !unmailed.forms.isEmpty else {
            state.withLock { $0.left[recipients] = nil }
            return nil
        }
        let mail = ReminderMail(unmailed: unmailed, told: left.told, settings: settings, onlyFor: left.recipients)
        do throws(MailerError) {
            try await transmit(mail, until: left.end, at: now)
            return .sent(to: recipients)
        } catch {
            state.withLock { state in
                if error.isPermanent {
                    state.left[recipients] = nil
                } else {
                    state.left[recipients]?.next = now.advanced(by: Self.rest)
                }
            }
            return .refused(error)
        }
    }
}
