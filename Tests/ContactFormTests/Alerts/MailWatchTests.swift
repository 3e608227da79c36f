// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactFormTesting
import Testing

@testable import ContactForm

@Suite("Watching whether mail gets out")
struct MailWatchTests {
    private let store = InMemorySubmissionStore()
    private let channel = RecordingAlertChannel()
    private let memory = InMemoryAlertMemory()
    private let now = Timestamp.sample.advanced(by: .hours(1))

    private func watch(region: String? = nil) -> MailWatch {
        MailWatch(
            outbox: store,
            channel: channel,
            memory: memory,
            late: LateRule(retry: RetrySchedule()),
            region: region
        )
    }

    @Test("mail that does not get out is told, and that it does again, and both are remembered")
    func both() async throws {
        _ = try await store.insert(.sample(1))
        #expect(await watch().look(at: .sample.advanced(by: .minutes(5))) == .nothing)
        guard case .sent(let first) = await watch().look(at: now) else {
            Issue.record("nothing was sent")
            return
        }
        #expect(first.kind == .failing && first.trouble.waiting == [.contact: 1])
        for _ in 0..<3 { #expect(await watch().look(at: now) == .nothing) }
        _ = try await store.apply(.notified(providerMessageID: "x"), to: Submission.sample(1).key, at: now)
        guard case .sent(let second) = await watch().look(at: now) else {
            Issue.record("nothing was sent")
            return
        }
        #expect(second.kind == .recovered && second.id != first.id)
        #expect(channel.sent == [first, second])
    }

    @Test("an alert that is not taken is tried again under the same id, also by a process that starts afresh")
    func retried() async throws {
        _ = try await store.insert(.sample(1, status: .failed))
        channel.setDown(true)
        guard case .refused(let alert, _) = await watch().look(at: now) else {
            Issue.record("nothing was refused")
            return
        }
        #expect(await watch().look(at: now) == .nothing)
        channel.setDown(false)
        #expect(await watch().look(at: now.advanced(by: .minutes(1))) == .sent(alert))
        #expect(channel.refused == [alert])
    }

    @Test("a process that ended while it told repeats it under the same id")
    func interrupted() async throws {
        _ = try await store.insert(.sample(1, status: .failed))
        // Remembered before it was told, and never after.
        memory.setSavesLeft(1)
        guard case .forgotten(let alert, InMemoryAlertMemory.full) = await watch().look(at: now) else {
            Issue.record("it was not sent, or remembered")
            return
        }
        #expect(channel.sent == [alert])
        memory.setSavesLeft(nil)
        guard case .sent = await watch().look(at: now) else {
            Issue.record("nothing was sent")
            return
        }
        #expect(Set(channel.sent.map(\.id)).count == 1)
        #expect(channel.sent.count == 2)
    }

    @Test("of two that look at the same moment one tells, and the other under no id of its own")
    func race() async throws {
        struct Shared: AlertMemory {
            let memory: InMemoryAlertMemory
            let meanwhile: @Sendable () async -> Void

            func load() async -> String? {
                let text = memory.load()
                await meanwhile()
                return text
            }

            func save(_ text: String, over known: String?) throws(StoreError) -> Bool {
                try memory.save(text, over: known)
            }
        }
        for status in [SubmissionStatus.failed, .notified] {
            _ = try await store.delete(Submission.sample(1).key, at: now)
            _ = try await store.insert(.sample(1, status: status))
            let second = watch()
            let memory = Shared(memory: memory) { [now] in _ = await second.look(at: now) }
            let first = MailWatch(
                outbox: store,
                channel: channel,
                memory: memory,
                late: LateRule(retry: RetrySchedule())
            )
            #expect(await first.look(at: now) == .nothing)
        }
        #expect(channel.sent.map(\.kind) == [.failing, .recovered])
    }

    @Test("what was kept and can't be read is as good as none")
    func unreadable() async throws {
        #expect(try memory.save("no record", over: nil))
        _ = try await store.insert(.sample(1, status: .failed))
        _ = await watch().look(at: now)
        #expect(channel.sent.map(\.kind) == [.failing])
        #expect(await watch().look(at: now) == .nothing)
    }

    @Test("the in-memory twin's memory keeps its promise", arguments: AlertMemoryContract.cases)
    func contract(_ promise: ContractCase<any AlertMemory>) async throws {
        try await promise.check(InMemoryAlertMemory())
    }

    @Test("what can't be remembered is not told, and a store that can't be read tells nothing")
    func faults() async throws {
        _ = try await store.insert(.sample(1, status: .failed))
        memory.setSavesLeft(0)
        #expect(await watch().look(at: now) == .unknown(InMemoryAlertMemory.full))
        memory.setSavesLeft(nil)
        let outage = StoreError(.unavailable, "down")
        store.setOutage(outage)
        #expect(await watch().look(at: now) == .unknown(outage))
        #expect(channel.sent.isEmpty)
        store.setOutage(nil)
        _ = await watch().look(at: now)
        #expect(channel.sent.count == 1)
    }

    @Test(
        "a mail is late when nobody tried it for a quarter of an hour, or it is tried for as long",
        arguments: [
            // attempts, minutes until it is due, late
            (0, -14, false), (0, -16, true), (1, 0, false), (3, 2, false), (5, 6, false), (5, -6, true), (6, 20, false),
            (6, 10, true), (7, 60, true), (70, 60, true),
        ] as [(Int, Int64, Bool)]
    )
    func late(attempts: Int, minutes: Int64, expected: Bool) {
        let dueAt = now.advanced(by: .minutes(minutes))
        #expect(LateRule(retry: RetrySchedule()).isLate(dueAt: dueAt, attempts: attempts, at: now) == expected)
    }

    @Test(
        "what waits for its digest is late only when it still waits a quarter of an hour after its turn",
        arguments: [
            // mails an hour, attempts, minutes since it was due, late
            (1, 0, 59, false), (1, 0, 74, false), (1, 0, 76, true), (2, 0, 44, false), (2, 0, 46, true),
            (3, 0, 34, false), (3, 0, 36, true), (60, 0, 15, false), (60, 0, 17, true),
            // Its turn is no excuse for what was refused for as long already.
            (1, 5, 1, false), (1, 7, 1, true), (1, 7, -1, true),
        ] as [(Int, Int, Int64, Bool)]
    )
    func turn(perHour: Int, attempts: Int, minutes: Int64, expected: Bool) {
        var digest = DigestRule()
        digest.perHour = perHour
        let rule = LateRule(retry: RetrySchedule(), turn: digest.spacing)
        let dueAt = now.advanced(by: .minutes(-minutes))
        #expect(rule.isLate(dueAt: dueAt, attempts: attempts, at: now) == expected)
    }

    @Test("what is late is told, though more than are counted came in a moment ago")
    func behindAFlood() async throws {
        for number in 1...(MailTrouble.mostCounted + 1) {
            _ = try await store.insert(.sample(number, nextAttempt: now.advanced(by: .minutes(-1))))
        }
        var tried = Submission.sample(5_000, nextAttempt: now.advanced(by: .minutes(30)))
        tried.delivery.attempts = 8
        _ = try await store.insert(tried)
        _ = await watch().look(at: now)
        #expect(channel.sent.map(\.trouble.waiting) == [[.contact: 1]])
    }

    @Test("what was refused for an hour, held and released is not late", arguments: [SubmissionStatus.held, .failed])
    func releasedAfterTries(status: SubmissionStatus) async throws {
        let submission = Submission.sample(1)
        _ = try await store.insert(submission)
        for _ in 1...8 {
            _ = try await store.apply(.postponed(reason: "busy", nextAttempt: now), to: submission.key, at: now)
        }
        let (end, again): (StatusChange, StatusChange) =
            status == .held ? (.markedSpam, .released) : (.failed(reason: "refused"), .resent)
        for change in [end, again] { _ = try await store.apply(change, to: submission.key, at: now) }
        #expect(await watch().look(at: now) == .nothing)
    }

    @Test("late, and given up lately, is trouble; what was released just now, held or mailed is not")
    func counted() async throws {
        var tried = Submission.sample(2)
        tried.delivery.attempts = 8
        tried.delivery.nextAttempt = now.advanced(by: .minutes(50))
        var released = Submission.sample(3)
        released.delivery.nextAttempt = now
        let failed = Submission.sample(6, form: .sampleOrder, status: .failed)
        let submissions = [
            .sample(1), tried, released, .sample(4, status: .notified), .sample(5, status: .held), failed,
        ]
        for submission in submissions { _ = try await store.insert(submission) }
        _ = await watch().look(at: now)
        #expect(channel.sent.first?.trouble.waiting == [.contact: 2])
        #expect(channel.sent.first?.trouble.failed == [.sampleOrder: 1])
        for submission in submissions where submission != failed {
            _ = try await store.delete(submission.key, at: now)
        }
        // What was given up over a week ago is no trouble any more.
        _ = await watch().look(at: now.advanced(by: .days(6)))
        #expect(channel.sent.count == 1)
        _ = await watch().look(at: now.advanced(by: .days(7)))
        #expect(channel.sent.last?.kind == .recovered)
    }

    @Test("a message that was given up long after it came is told")
    func givenUpLate() async throws {
        let old = Submission.sample(-40 * 24 * 3600)
        _ = try await store.insert(old)
        _ = try await store.apply(.failed(reason: "refused"), to: old.key, at: now)
        _ = await watch().look(at: now)
        #expect(channel.sent.map(\.trouble.failed) == [[.contact: 1]])
    }

    @Test("each Region tells of what it took in itself, and of what belongs to none")
    func regions() async throws {
        for (number, region) in ["eu-north-1", "us-east-1", nil].enumerated() {
            var waiting = Submission.sample(number)
            waiting.region = region
            _ = try await store.insert(waiting)
            var failed = Submission.sample(10 + number, status: .failed)
            failed.region = region
            _ = try await store.insert(failed)
        }
        _ = await watch(region: "eu-north-1").look(at: now)
        #expect(channel.sent.map(\.trouble.waitingCount) == [2])
        #expect(channel.sent.map(\.trouble.failedCount) == [2])
    }

    @Test("what the caller knows of what waits is not asked for again")
    func known() async throws {
        let waiting = WaitingNotification(key: Submission.sample(1).key, dueAt: .sample, attempts: 0)
        _ = await watch().look(waiting: [waiting], at: now)
        #expect(channel.sent.map(\.trouble.waitingCount) == [1])
    }
}
