// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Logging
import ServiceLifecycle
import Testing

@testable import ContactFormServer

@Suite("AlertWorker")
struct AlertWorkerTests {
    @Test("it looks again and again, and ends when the server does", .timeLimit(.minutes(1)))
    func looks() async throws {
        let store = InMemorySubmissionStore()
        let channel = RecordingAlertChannel()
        let time = ManualTime()
        let worker = AlertWorker(
            watch: MailWatch(
                outbox: store,
                channel: channel,
                memory: InMemoryAlertMemory(),
                late: LateRule(retry: RetrySchedule())
            ),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            interval: .milliseconds(1),
            now: { time.now }
        )
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: worker)],
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            _ = try await store.insert(.sample(1, status: .failed))
            while channel.sent.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
            _ = try await store.apply(.resent, to: Submission.sample(1).key, at: time.now)
            while channel.sent.count < 2 { try await Task.sleep(for: .milliseconds(1)) }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        #expect(channel.sent.map(\.kind) == [.failing, .recovered])
    }
}
