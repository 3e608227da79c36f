// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Logging
import Testing

@testable import ContactFormServer

@Suite("MailWatch")
struct MailWatchTests {
    private let store = InMemorySubmissionStore()
    private let channel = RecordingAlertChannel()
    private let memory = InMemoryAlertMemory()
    private let time = ManualTime()

    private var watch: MailWatch {
        MailWatch(
            archive: store,
            channel: channel,
            memory: memory,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            now: { [time] in time.now }
        )
    }

    @Test("mail that does not get out is told, and that it does again, and both are remembered")
    func both() async throws {
        var record = AlertRecord()
        _ = try await store.insert(.sample(1))
        await watch.look(&record)
        #expect(channel.sent.isEmpty)
        time.advance(by: .hours(1))
        for _ in 0..<3 { await watch.look(&record) }
        #expect(channel.sent.map(\.kind) == [.failing])
        #expect(channel.sent.first?.trouble.waitingCount == 1)
        #expect(memory.load() == record)
        _ = try await store.apply(.notified(providerMessageID: "x"), to: Submission.sample(1).key, at: time.now)
        await watch.look(&record)
        #expect(channel.sent.map(\.kind) == [.failing, .recovered])
        #expect(Set(channel.sent.map(\.id)).count == 2)
    }

    @Test("an alert that is not taken is tried again under the same id")
    func retried() async throws {
        var record = AlertRecord()
        _ = try await store.insert(.sample(1, status: .failed))
        channel.setDown(true)
        await watch.look(&record)
        await watch.look(&record)
        #expect(channel.refused.count == 1)
        channel.setDown(false)
        time.advance(by: .minutes(1))
        await watch.look(&record)
        #expect(channel.sent.map(\.id) == channel.refused.map(\.id))
    }

    @Test("a store that can't be read tells nothing, and is looked at again")
    func fault() async throws {
        var record = AlertRecord()
        _ = try await store.insert(.sample(1, status: .failed))
        store.setOutage(StoreError(.unavailable, "down"))
        await watch.look(&record)
        #expect(channel.sent.isEmpty)
        store.setOutage(nil)
        await watch.look(&record)
        #expect(channel.sent.count == 1)
    }
}
