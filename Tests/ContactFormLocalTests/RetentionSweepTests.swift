// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Foundation
import GRDB
import Synchronization
import Testing

@testable import ContactFormLocal

@Suite("Retention")
struct RetentionSweepTests {
    let expiry = Timestamp.sample.advanced(by: .days(365))

    @Test("a sweep deletes all that expired, batch by batch, and nothing else", arguments: [1, 3, 10, 11, 1000])
    func sweep(batch: Int) async throws {
        let kept = [
            Submission.sample(11), .sample(12, status: .notified, expiresAt: expiry.advanced(by: .milliseconds(1))),
        ]
        let store = InMemorySubmissionStore(
            kept + (1...10).map { Submission.sample($0, status: .notified, expiresAt: expiry) }
        )
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
        _ = await store.insertAtOnce((1...10).map { Submission.sample($0, status: .notified, expiresAt: expiry) })
        #expect(try await store.deleteExpired(at: expiry, limit: 4) == 4)
        #expect(try await RetentionSweep(archive: store).sweep(at: expiry) == 6)
        #expect(try await store.page(SubmissionQuery()).submissions == [])
        #expect(try await store.nextNotification() == nil)
    }

    @Test("what a sweep deleted before it failed is overwritten all the same")
    func overwritten() async throws {
        let store = InMemorySubmissionStore((1...4).map { Submission.sample($0, status: .notified, expiresAt: expiry) })
        store.failNext(StoreError(.unavailable, "the disk is full"))
        await #expect(throws: StoreError.self) { try await RetentionSweep(archive: store).sweep(at: expiry) }
        #expect(store.overwriteCount == 1)
        #expect(try await RetentionSweep(archive: store).sweep(at: expiry) == 4)
        #expect(store.overwriteCount == 2)
    }

    @Test("what a sweep deleted stands in the log no more")
    func log() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteSubmissionStore(path: folder.file("brevlada.sqlite"))
        _ = await store.insertAtOnce((1...10).map { Submission.sample($0, status: .notified, expiresAt: expiry) })
        var sweep = RetentionSweep(archive: store)
        sweep.batch = 3
        #expect(try await sweep.sweep(at: expiry) == 10)
        let log = try FileManager.default.attributesOfItem(atPath: folder.file("brevlada.sqlite-wal"))[.size] as? Int
        #expect(log == 0)
    }

    @Test("what is told to expire is what goes", arguments: [1, 4, 10, 100])
    func told(limit: Int) async throws {
        let folder = try TemporaryFolder()
        let sqlite = try SQLiteSubmissionStore(path: folder.file("brevlada.sqlite"))
        let stores: [any ExpiringArchive] = [sqlite, InMemorySubmissionStore()]
        let all = (1...10).map { Submission.sample($0, status: .notified, expiresAt: expiry) } + [.sample(11)]
        for store in stores {
            for submission in all { _ = try await store.insert(submission) }
            let told = try await store.expired(at: expiry, limit: limit)
            #expect(try await store.deleteExpired(at: expiry, limit: limit) == told.count)
            let left = try await store.page(SubmissionQuery(limit: 100)).submissions.map(\.id)
            #expect(Set(left).union(told).count == 11)
            #expect(Set(left).isDisjoint(with: told))
            #expect(try await store.expired(at: expiry.advanced(by: .milliseconds(-1)), limit: limit) == [])
        }
    }

    @Test("the captured mail about what expired goes with it, digests too, and no other")
    func capturedMail() async throws {
        let folder = try TemporaryFolder()
        let captured = CapturedMailbox(folder: folder.file("mail"))
        let expired = (1...5).map { Submission.sample($0, status: .notified, expiresAt: expiry) }
        let kept = Submission.sample(6)
        for submission in expired + [kept] {
            _ = try await captured.send(.sample(id: submission.id.description))
        }
        let digests = [("both", [expired[0], kept]), ("kept", [kept])]
        for (name, submissions) in digests {
            let text = submissions.map { "Id: \($0.id)" }.joined(separator: "\n")
            _ = try await captured.send(.sample(id: "digest-\(name)", text: text))
        }
        var sweep = RetentionSweep(archive: InMemorySubmissionStore(expired + [kept]), captured: captured)
        sweep.batch = 2
        #expect(try await sweep.sweep(at: expiry) == 5)
        let names = await captured.list().map(\.name)
        #expect(names.count == 2)
        #expect(names.count { $0.hasSuffix("-\(kept.id).eml") || $0.hasSuffix("-digest-kept.eml") } == 2)
    }

    @Test("the mail goes first, so that a sweep that is cut short leaves none behind")
    func mailFirst() async throws {
        let folder = try TemporaryFolder()
        let captured = CapturedMailbox(folder: folder.file("mail"))
        let expired = Submission.sample(1, status: .notified, expiresAt: expiry)
        _ = try await captured.send(.sample(id: expired.id.description))
        let store = try SQLiteSubmissionStore(path: folder.file("brevlada.sqlite"))
        _ = try await store.insert(expired)
        let sweep = RetentionSweep(archive: store, captured: captured)
        let refusal = "CREATE TRIGGER refusal BEFORE DELETE ON submission BEGIN SELECT RAISE(ABORT, 'not now'); END"
        try await store.pool.write { try $0.execute(sql: refusal) }
        await #expect(throws: StoreError.self) { try await sweep.sweep(at: expiry) }
        #expect(await captured.list().isEmpty)
        #expect(try await store.find(expired.key) == expired)
        try await store.pool.write { try $0.execute(sql: "DROP TRIGGER refusal") }
        #expect(try await sweep.sweep(at: expiry) == 1)
    }

    @Test("a cancelled sweep stops after the batch it is in")
    func cancellation() async throws {
        let store = InMemorySubmissionStore(
            (1...10).map { Submission.sample($0, status: .notified, expiresAt: expiry) }
        )
        let sweep = Task { [expiry] in
            withUnsafeCurrentTask { $0?.cancel() }
            return try await RetentionSweep(archive: store).sweep(at: expiry)
        }
        #expect(try await sweep.value == 0)
        #expect(store.submissions.count == 10)
    }

    @Test("the sweep repeats, survives an outage and ends when it is cancelled")
    func run() async throws {
        let store = InMemorySubmissionStore([.sample(1, status: .notified, expiresAt: expiry)])
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

    @Test("while the clock can't be right nothing is deleted, and as soon as it is all that expired")
    func wrongClock() async throws {
        let store = InMemorySubmissionStore([.sample(1, status: .notified, expiresAt: expiry), .sample(2)])
        let looks = Mutex(0)
        let stored = Mutex<[Int]>([])
        let clock = SteppedClock { _ in
            let count = stored.withLock { stored in
                stored.append(store.submissions.count)
                return stored.count
            }
            if count == 2 { throw CancellationError() }
        }
        await RetentionSweep(archive: store).run(every: .seconds(3600), clock: clock) { [expiry] in
            looks.withLock { looks in
                looks += 1
                return looks == 1 ? nil : expiry
            }
        }
        #expect(stored.withLock { $0 } == [2, 1])
    }
}
