// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Mail

/// Mails the owner about submissions and records what came of it.
///
/// Delivery is at least once by choice: a submission is marked notified only after a mail server has taken its mail, and
/// a crash in between sends the same Message-ID again. A repeat is rarer than a loss would be, and a mail client folds it
/// unless a service puts a Message-ID of its own in the place of ours, as SES does.
package struct NotificationSender: Sendable {
    package var settings: NotificationSettings
    package var store: any SubmissionStore
    package var mailer: any Mailer

    package init(settings: NotificationSettings, store: any SubmissionStore, mailer: any Mailer) {
        self.settings = settings
        self.store = store
        self.mailer = mailer
    }

    /// Mails about submissions for the same recipients: one by itself, several in a digest. Those that need no mail any more
    /// are left out; when one remains, it gets an ordinary notification.
    ///
    /// A digest that is refused for what it holds is `refusedTogether`: the caller sends its halves (`DigestRule.halves`), in
    /// its own time, so that only what is refused alone is given up.
    ///
    /// - Parameters:
    ///   - unmailed: What the mail mentions as not mailed.
    ///   - jitter: 0 to 1, spreads the next attempt if this one fails.
    package func send(
        about keys: [SubmissionKey],
        unmailed: UnmailedCounts = UnmailedCounts(),
        at now: Timestamp,
        jitter: Double
    ) async -> NotificationOutcome {
        let submissions: [Submission]
        do throws(StoreError) {
            submissions = try await store.find(keys).compactMap { $0 }.filter { $0.status == .received }
        } catch {
            return .unreadable(error)
        }
        let message: MailMessage
        switch submissions.count {
        case 0: return .skipped
        case 1:
            message = NotificationMail(submission: submissions[0], settings: settings, unmailed: unmailed)
                .message(at: now)
        default:
            message = DigestMail(submissions: submissions, settings: settings, unmailed: unmailed).message(at: now)
        }
        return await transmit(message, about: submissions, at: now, jitter: jitter)
    }

    /// Charges an attempt to submissions whose turn did not come because no mail can be sent at all, so that each of them
    /// reaches the end of its schedule however many wait.
    ///
    /// - Returns: how many were given up, by form.
    package func postpone(
        _ keys: [SubmissionKey],
        because failure: MailerError,
        at now: Timestamp,
        jitter: Double
    ) async throws(StoreError) -> [FormName: Int] {
        let submissions = try await store.find(keys).compactMap { $0 }.filter { $0.status == .received }
        let changes = submissions.map { (change: change(after: failure, of: $0, at: now, jitter: jitter), key: $0.key) }
        try await store.apply(changes, at: now)
        let givenUp = changes.filter { if case .failed = $0.change { true } else { false } }
        return Dictionary(givenUp.map { ($0.key.form, 1) }, uniquingKeysWith: +)
    }

    /// Writes once more what could not be written when the mail was tried. What was erased or held meanwhile stays so.
    package func record(_ outcome: UnrecordedOutcome) async throws(StoreError) {
        try await store.apply(outcome.changes.map { (change: $0.value, key: $0.key) }, at: outcome.moment)
    }

    private func transmit(
        _ message: MailMessage,
        about submissions: [Submission],
        at now: Timestamp,
        jitter: Double
    ) async -> NotificationOutcome {
        if message.envelopeRecipients.isEmpty, submissions.allSatisfy({ $0.delivery.part != nil }) {
            return await record(.skipped, submissions.map { ($0.key, endOfPart(of: $0)) }, at: now)
        }
        let failure: MailerError
        do throws(MailerError) {
            let receipt = try await mailer.send(message)
            let changes = submissions.map { ($0.key, change(after: receipt, of: $0, at: now, jitter: jitter)) }
            return await record(.sent(receipt), changes, at: now)
        } catch {
            failure = error
        }
        if submissions.count > 1, failure.isForContent { return .refusedTogether(failure) }
        // Submissions of a digest may have had different numbers of attempts: each keeps its own schedule, and all that are
        // given up are told of.
        var changes = submissions.map { ($0.key, change(after: failure, of: $0, at: now, jitter: jitter)) }
        if failure.mayHaveArrived { Self.postponeTogether(&changes) }
        let givenUp = changes.filter { if case .failed = $0.1 { true } else { false } }.map(\.0)
        let isTriedAgain = changes.contains { if case .postponed = $0.1 { true } else { false } }
        let outcome: NotificationOutcome =
            if !givenUp.isEmpty {
                .failed(failure, givenUp: Set(givenUp))
            } else if isTriedAgain {
                .postponed(failure)
            } else {
                .leftOut(failure)
            }
        return await record(outcome, changes, at: now)
    }

    /// What a mail that was taken means for a submission: that it is mailed, unless one of its recipients was refused for now
    /// and the schedule has another attempt.
    private func change(
        after receipt: MailerReceipt,
        of submission: Submission,
        at now: Timestamp,
        jitter: Double
    ) -> StatusChange {
        // A list may have gone to more than this one of it waits for.
        let addresses = settings.stillToReach(of: submission).map(\.address.transportAddress)
        let refused = receipt.refused.filter { addresses.contains($0.recipient.address) }
        var part = submission.delivery.part ?? PartialDelivery()
        part.reached += addresses.filter { address in !refused.contains { $0.recipient.address == address } }
        part.refused += refused.filter(\.isPermanent).map(\.recipient)
        let waiting = refused.filter { !$0.isPermanent }.map(\.recipient)
        let remark = remark(on: part.refused + waiting, of: submission)
        guard let remark, !waiting.isEmpty,
            let delay = settings.retry.delay(afterAttempt: submission.delivery.attempts + 1, jitter: jitter)
        else { return .notified(providerMessageID: receipt.providerMessageID, remark: remark) }
        return .notifiedInPart(
            providerMessageID: receipt.providerMessageID,
            part: part,
            reason: remark,
            nextAttempt: now.advanced(by: delay)
        )
    }

    /// What a failed attempt means for a submission.
    private func change(
        after failure: MailerError,
        of submission: Submission,
        at now: Timestamp,
        jitter: Double
    ) -> StatusChange {
        let end = submission.delivery.part == nil ? nil : endOfPart(of: submission, because: failure)
        let delay = settings.retry.delay(afterAttempt: submission.delivery.attempts + 1, jitter: jitter)
        if !failure.isPermanent, let delay {
            let reason = end?.reason ?? failure.description
            return .postponed(reason: reason, nextAttempt: now.advanced(by: delay))
        }
        if let end { return end }
        guard !failure.isPermanent else { return .failed(reason: failure.description) }
        let days = settings.retry.giveUpAfter.days
        return .failed(reason: "not sent within \(days) \(days == 1 ? "day" : "days"): \(failure.description)")
    }

    /// The end of a delivery that reached some: it counts as sent, and says how many it did not reach.
    ///
    /// - Parameter failure: What the others met last; nil when there are none.
    private func endOfPart(of submission: Submission, because failure: MailerError? = nil) -> StatusChange {
        let waiting = settings.stillToReach(of: submission).map { recipient in
            UnreachedRecipient(address: recipient.address.transportAddress, reason: failure?.description ?? "")
        }
        return .notified(
            providerMessageID: submission.delivery.providerMessageID ?? "",
            remark: remark(on: (submission.delivery.part?.refused ?? []) + waiting, of: submission)
        )
    }

    /// What the owner is told of those without the mail who are recipients today; nil when there are none.
    ///
    /// - Parameter unreached: Those refused for good first: theirs is the reason to mend.
    private func remark(on unreached: [UnreachedRecipient], of submission: Submission) -> String? {
        let recipients = settings.recipients(of: submission.form).map(\.address.transportAddress)
        let missing = unreached.filter { recipients.contains($0.address) }
        return missing.first.map {
            "\(missing.count) of \(recipients.count) recipients did not get the mail: \($0.reason)"
        }
    }

    /// What was one mail is due as one mail again, when the first of it is: with the same Message-ID, should it have arrived.
    private static func postponeTogether(_ changes: inout [(SubmissionKey, StatusChange)]) {
        let next = changes.compactMap { if case .postponed(_, let next) = $0.1 { next } else { nil } }.min()
        guard let next else { return }
        for index in changes.indices {
            guard case .postponed(let reason, _) = changes[index].1 else { continue }
            changes[index].1 = .postponed(reason: reason, nextAttempt: next)
        }
    }

    /// Writes what came of a mail.
    private func record(
        _ outcome: NotificationOutcome,
        _ changes: [(SubmissionKey, StatusChange)],
        at now: Timestamp
    ) async -> NotificationOutcome {
        let unrecorded = UnrecordedOutcome(
            changes: Dictionary(changes) { first, _ in first },
            moment: now
        )
        do throws(StoreError) {
            try await record(unrecorded)
            return outcome
        } catch {
            return .unrecorded(error, unrecorded)
        }
    }
}

/// What came of an attempt to mail.
package enum NotificationOutcome: Sendable, Hashable {
    case sent(MailerReceipt)
    /// There was nothing to send: mailed already, to all of today's recipients, held, or erased.
    case skipped
    /// It will be tried again.
    case postponed(MailerError)
    /// Some of its recipients have it, and the others will not: it counts as sent.
    case leftOut(MailerError)
    /// Given up: these, of a digest some or all, are `failed` with the reason. The others are tried again.
    case failed(MailerError, givenUp: Set<SubmissionKey>)
    /// A digest was refused for good for what it holds, which may be one of its submissions. Nothing is recorded.
    case refusedTogether(MailerError)
    /// The store could not be read: no mail was tried.
    case unreadable(StoreError)
    /// A mail was tried and the store could not be written. Whoever keeps what came of it can record it later; if a mail
    /// went out and nobody does, it goes out again with the same Message-ID.
    case unrecorded(StoreError, UnrecordedOutcome)
}

/// What came of a mail and is still to be written (`NotificationSender.record`).
package struct UnrecordedOutcome: Sendable, Hashable {
    package var changes: [SubmissionKey: StatusChange]
    /// When the mail was tried.
    package var moment: Timestamp

    package init(changes: [SubmissionKey: StatusChange], moment: Timestamp) {
        self.changes = changes
        self.moment = moment
    }
}
