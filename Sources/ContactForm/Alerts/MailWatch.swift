// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Looks whether mail gets out, and tells the owner by another way when it does not. Called every few minutes.
package struct MailWatch: Sendable {
    private let outbox: any Outbox
    private let channel: any AlertChannel
    private let memory: any AlertMemory
    private let retry: RetrySchedule
    private let region: String?

    /// What came of a look.
    package enum Outcome: Sendable, Hashable {
        /// There was nothing to tell, or its next try is not due.
        case nothing
        case sent(MailAlert)
        /// It is tried again at a later look, under the same id.
        case refused(MailAlert, AlertError)
        /// The numbers are not known, or what was told can't be remembered.
        case unknown(StoreError)
    }

    /// - Parameter region: The AWS Region whose mails are watched; nil watches all.
    package init(
        outbox: any Outbox,
        channel: any AlertChannel,
        memory: any AlertMemory,
        retry: RetrySchedule,
        region: String? = nil
    ) {
        self.outbox = outbox
        self.channel = channel
        self.memory = memory
        self.retry = retry
        self.region = region
    }

    /// One look, and an alert when there is one to send.
    ///
    /// - Parameter waiting: What waits, when the caller knows already.
    package func look(waiting: [WaitingNotification]? = nil, at now: Timestamp) async -> Outcome {
        do throws(StoreError) {
            let trouble = try await trouble(waiting, at: now)
            let known = try await memory.load()
            var record = known ?? AlertRecord()
            let alert = record.due(for: trouble, id: Self.newID(), at: now)
            // Before it goes out, so that a process that ends meanwhile repeats it under the same id.
            if record != known ?? AlertRecord() { try await memory.save(record) }
            guard let alert else { return .nothing }
            let refusal: AlertError?
            do throws(AlertError) {
                try await channel.send(alert, at: now)
                record.delivered(alert, at: now)
                refusal = nil
            } catch {
                record.failed(at: now)
                refusal = error
            }
            try await memory.save(record)
            return refusal.map { .refused(alert, $0) } ?? .sent(alert)
        } catch {
            return .unknown(error)
        }
    }

    private func trouble(_ known: [WaitingNotification]?, at now: Timestamp) async throws(StoreError) -> MailTrouble {
        let waiting: [WaitingNotification]
        if let known { waiting = known } else { waiting = try await outbox.waiting(limit: MailTrouble.mostCounted) }
        var trouble = MailTrouble()
        for notification in waiting where notification.belongs(to: region) && notification.isLate(by: retry, at: now) {
            trouble.waiting[notification.key.form, default: 0] += 1
        }
        trouble.waiting = trouble.waiting.mapValues { min($0, MailTrouble.mostCounted) }
        trouble.failed = try await outbox.failedCounts(
            since: now.advanced(by: .milliseconds(-MailTrouble.failedWithin.milliseconds)),
            in: region,
            limit: MailTrouble.mostCounted
        )
        return trouble
    }

    private static func newID() -> String {
        let words = (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }
        return "msg_" + words.joined()
    }
}
