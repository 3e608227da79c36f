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
        MailWatch(outbox: store, channel: channel, memory: memory, retry: RetrySchedule(), region: region)
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
        #expect(await watch().look(at: now) == .unknown(InMemoryAlertMemory.full))
        memory.setSavesLeft(nil)
        guard case .sent = await watch().look(at: now) else {
            Issue.record("nothing was sent")
            return
        }
        #expect(Set(channel.sent.map(\.id)).count == 1)
        #expect(channel.sent.count == 2)
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
        let notification = WaitingNotification(
            key: Submission.sample(1).key,
            dueAt: now.advanced(by: .minutes(minutes)),
            attempts: attempts
        )
        #expect(notification.isLate(by: RetrySchedule(), at: now) == expected)
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
