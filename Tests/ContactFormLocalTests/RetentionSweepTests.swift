// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormLocal
import ContactFormTesting
import Synchronization
import Testing

@Suite("Retention")
struct RetentionSweepTests {
    let expiry = Timestamp.sample.advanced(by: .days(365))

    @Test("a sweep deletes all that expired, batch by batch, and nothing else", arguments: [1, 3, 10, 11, 1000])
    func sweep(batch: Int) async throws {
        let kept = [Submission.sample(11), .sample(12, expiresAt: expiry.advanced(by: .milliseconds(1)))]
        let store = InMemorySubmissionStore(kept + (1...10).map { Submission.sample($0, expiresAt: expiry) })
        var sweep = RetentionSweep(archive: store)
        sweep.batch = batch
        #expect(try await sweep.sweep(at: expiry) == 10)
        #expect(store.submissions == kept)
        #expect(try await sweep.sweep(at: expiry) == 0)
    }

    @Test("what was deleted before a failure stays deleted and the next sweep goes on")
    func failure() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteSubmissionStore(path: folder.file("brevlada.sqlite"))
        _ = await store.insertAtOnce((1...10).map { Submission.sample($0, expiresAt: expiry) })
        #expect(try await store.deleteExpired(at: expiry, limit: 4) == 4)
        #expect(try await RetentionSweep(archive: store).sweep(at: expiry) == 6)
        #expect(try await store.page(SubmissionQuery()).submissions == [])
        #expect(try await store.nextNotification() == nil)
    }

    @Test("a cancelled sweep stops after the batch it is in")
    func cancellation() async throws {
        let store = InMemorySubmissionStore((1...10).map { Submission.sample($0, expiresAt: expiry) })
        let sweep = Task { [expiry] in
            withUnsafeCurrentTask { $0?.cancel() }
            return try await RetentionSweep(archive: store).sweep(at: expiry)
        }
        #expect(try await sweep.value == 0)
        #expect(store.submissions.count == 10)
    }

    @Test("the sweep repeats, survives an outage and ends when it is cancelled")
    func run() async throws {
        let store = InMemorySubmissionStore([.sample(1, expiresAt: expiry)])
        store.failNext(StoreError(.unavailable, "the database is locked"))
        let sleeps = Mutex(0)
        let clock = SteppedClock { duration in
            #expect(duration == .seconds(3600))
            // The first sweep met the outage; the second deletes; then the task ends.
            let count = sleeps.withLock { count in
                count += 1
                return count
            }
            if count == 1 { #expect(store.submissions.count == 1) } else { throw CancellationError() }
        }
        await RetentionSweep(archive: store).run(every: .seconds(3600), clock: clock) { [expiry] in expiry }
        #expect(store.submissions == [])
        #expect(sleeps.withLock { $0 } == 2)
    }
}

/// A clock that stands still: a sleep takes no time and does what the test says.
private struct SteppedClock: Clock {
    let now = ContinuousClock.now
    let onSleep: @Sendable (Duration) throws -> Void

    var minimumResolution: Duration { .nanoseconds(1) }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        try onSleep(now.duration(to: deadline))
    }
}
