// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Looks whether mail gets out, and tells the owner by another way when it does not. Called every few minutes.
package struct MailWatch: Sendable {
    private let outbox: any Outbox
    private let channel: any AlertChannel
    private let memory: any AlertMemory
    private let late: LateRule
    private let region: String?

    /// What came of a look.
    package enum Outcome: Sendable, Hashable {
        /// There was nothing to tell, or its next try is not due.
        case nothing
        case sent(MailAlert)
        /// It was sent, which can't be remembered: a later look sends it again, under the same id.
        case forgotten(MailAlert, StoreError)
        /// It is tried again at a later look, under the same id.
        case refused(MailAlert, AlertError)
        /// The numbers are not known, or what is to be told can't be remembered. Nothing was sent.
        case unknown(StoreError)
    }

    /// - Parameters:
    ///   - late: What counts as late of what waits.
    ///   - region: The AWS Region whose mails are watched; nil watches all.
    package init(
        outbox: any Outbox,
        channel: any AlertChannel,
        memory: any AlertMemory,
        late: LateRule,
        region: String? = nil
    ) {
        self.outbox = outbox
        self.channel = channel
        self.memory = memory
        self.late = late
        self.region = region
    }

    /// One look, and an alert when there is one to send.
    ///
    /// - Parameter waiting: What waits, when the caller knows already.
    package func look(waiting: [WaitingNotification]? = nil, at now: Timestamp) async -> Outcome {
        do throws(StoreError) {
            let trouble = try await trouble(waiting, at: now)
            var text = try await memory.load()
            // What is kept and can't be read is as good as none: then everything is news.
            let known = text.flatMap { AlertRecord(text: $0) } ?? AlertRecord()
            var record = known
            let alert = record.due(for: trouble, id: Self.newID(), at: now)
            // Before it goes out, so that a process that ends meanwhile repeats it under the same id. Who saves first tells.
            if record != known {
                guard try await memory.save(record.text, over: text) else { return .nothing }
                text = record.text
            }
            guard let alert else { return .nothing }
            return await send(alert, record, over: text, at: now)
        } catch {
            return .unknown(error)
        }
    }

    private func send(_ alert: MailAlert, _ record: AlertRecord, over text: String?, at now: Timestamp) async -> Outcome
    {
        var record = record
        let refusal: AlertError?
        do throws(AlertError) {
            try await channel.send(alert, at: now)
            record.delivered(alert, at: now)
            refusal = nil
        } catch {
            record.failed(at: now)
            refusal = error
        }
        do throws(StoreError) {
            // What another process saved meanwhile stands: at worst it repeats the alert, under the same id.
            _ = try await memory.save(record.text, over: text)
        } catch {
            // That it was refused is more to be said than that it is tried again sooner.
            if refusal == nil { return .forgotten(alert, error) }
        }
        return refusal.map { .refused(alert, $0) } ?? .sent(alert)
    }

    private func trouble(_ known: [WaitingNotification]?, at now: Timestamp) async throws(StoreError) -> MailTrouble {
        let limit = MailTrouble.mostCounted
        var trouble = MailTrouble()
        if let known {
            trouble.waiting = known.lateCounts(by: late, in: region, limit: limit, at: now)
        } else {
            trouble.waiting = try await outbox.lateCounts(by: late, in: region, limit: limit, at: now)
        }
        trouble.failed = try await outbox.failedCounts(
            since: now.advanced(by: -MailTrouble.failedWithin),
            in: region,
            limit: limit
        )
        return trouble
    }

    private static func newID() -> String {
        let words = (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }
        return "msg_" + words.joined()
    }
}
