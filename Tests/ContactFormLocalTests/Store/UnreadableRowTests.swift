// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import GRDB
import Logging
import Synchronization
import Testing

@testable import ContactFormLocal

@Suite("A row of the outbox that can't be read", .timeLimit(.minutes(1)))
struct UnreadableRowTests {
    @Test("it is told of once, however often the outbox is looked at, and each row for itself")
    func toldOnce() async throws {
        let folder = try TemporaryFolder()
        let lines = LineCounter()
        let store = try SQLiteSubmissionStore(
            path: folder.file("brevlada.sqlite"),
            logger: Logger(label: "test") { _ in lines }
        )
        // Numbers that no other test has: what was told is remembered by the process.
        let submissions = [4_711_001, 4_711_002, 4_711_003].map { Submission.sample($0) }
        for submission in submissions { _ = try await store.insert(submission) }
        try await store.pool.write { db in
            try db.execute(sql: "UPDATE submission SET fields = '{' WHERE number < 3")
        }
        for _ in 1...50 {
            #expect(try await store.dueNotifications(at: .farFuture, limit: 1) == [submissions[2]])
        }
        #expect(lines.count == 2)
    }
}

private struct LineCounter: LogHandler {
    private final class Count: Sendable {
        let value = Mutex(0)
    }

    private let lines = Count()
    var metadata = Logger.Metadata()
    var logLevel = Logger.Level.error

    var count: Int { lines.value.withLock { $0 } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        lines.value.withLock { $0 += 1 }
    }
}
