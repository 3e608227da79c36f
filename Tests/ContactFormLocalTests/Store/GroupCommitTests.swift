// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import GRDB
import Synchronization
import Testing

@testable import ContactFormLocal

@Suite("Group commit", .timeLimit(.minutes(10)))
struct GroupCommitTests {
    let folder: TemporaryFolder
    let store: SQLiteSubmissionStore
    let counter = CommitCounter()

    init() throws {
        folder = try TemporaryFolder()
        store = try SQLiteSubmissionStore(path: folder.file("brevlada.sqlite"))
        store.pool.add(transactionObserver: counter, extent: .databaseLifetime)
    }

    @Test("2,000 concurrent inserts are all on the disk when they return, in four commits")
    func manyInserts() async throws {
        let submissions = (1...2000).map { Submission.sample($0) }
        let gate = await WriterGate(holding: store)
        async let outcomes = store.insertAtOnce(submissions)
        await gate.waitForPending(2000)
        gate.open()
        #expect(await outcomes.allSatisfy { $0 == .success(.stored) })
        #expect(counter.commits == 4, "three of \(GroupCommit.largestBatch) and the rest")

        let copy = try SQLiteSubmissionStore(path: try folder.copyDatabase("brevlada.sqlite"))
        #expect(try await copy.counts(since: .sample) == [.received: 2000])
        #expect(try await copy.find(submissions[1234].key) == submissions[1234])
    }

    @Test("a lone insert is committed by itself")
    func loneInsert() async throws {
        for number in 1...3 {
            #expect(try await store.insert(.sample(number)) == .stored)
            #expect(counter.commits == number)
        }
    }

    @Test("what comes in while the writer is busy goes into one commit, each with its own result")
    func oneBatch() async throws {
        #expect(try await store.insert(.sample(1)) == .stored)
        let gate = await WriterGate(holding: store)
        async let outcomes = store.insertAtOnce((1...100).map { Submission.sample($0) })
        async let changed = store.apply(.failed(reason: "refused"), to: Submission.sample(1).key, at: .sample)
        await gate.waitForPending(101)
        gate.open()
        #expect(await outcomes.first == .success(.alreadyStored))
        #expect(await outcomes.dropFirst().allSatisfy { $0 == .success(.stored) })
        #expect(try await changed?.status == .failed)
        #expect(counter.commits == 2)
    }

    @Test("writes are done in the order in which they came in")
    func order() async throws {
        let gate = await WriterGate(holding: store)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...20 {
                group.addTask { _ = try await store.insert(.sample(number)) }
                await gate.waitForPending(number)
            }
            gate.open()
            try await group.waitForAll()
        }
        let ids = try await store.pool.read { db in
            try String.fetchAll(db, sql: "SELECT id FROM submission ORDER BY number")
        }
        #expect(ids == (1...20).map { Submission.sample($0).id.description })
    }

    @Test("a flood is cut into batches, and other work on the writer gets its turn between them")
    func fairness() async throws {
        let limit = GroupCommit.largestBatch
        let gate = await WriterGate(holding: store)
        async let outcomes = store.insertAtOnce((1...(2 * limit + 1)).map { Submission.sample($0) })
        await gate.waitForPending(2 * limit + 1)
        let seenBetween = Mutex<Int?>(nil)
        store.pool.asyncWriteWithoutTransaction { db in
            let count = try? Int.fetchOne(db, sql: "SELECT count(*) FROM submission")
            seenBetween.withLock { $0 = count }
        }
        gate.open()
        #expect(await outcomes.allSatisfy { $0 == .success(.stored) })
        #expect(seenBetween.withLock { $0 } == limit)
        #expect(counter.commits == 3)
    }

    @Test("a write that is refused fails alone and its neighbours are stored")
    func badNeighbour() async throws {
        try await store.pool.write { db in
            try db.execute(
                sql: """
                    CREATE TRIGGER refuse BEFORE INSERT ON submission WHEN NEW.subject = 'refuse'
                    BEGIN SELECT RAISE(ABORT, 'refused'); END
                    """
            )
        }
        var submissions = (1...10).map { Submission.sample($0) }
        submissions[4].subject = "refuse"
        let gate = await WriterGate(holding: store)
        async let pendingOutcomes = store.insertAtOnce(submissions)
        await gate.waitForPending(10)
        gate.open()
        let outcomes = await pendingOutcomes
        for (index, outcome) in outcomes.enumerated() where index != 4 {
            #expect(outcome == .success(.stored))
        }
        guard case .failure(let error) = outcomes[4] else {
            Issue.record("the refused write is reported as \(outcomes[4])")
            return
        }
        #expect(error.code == .unavailable)
        submissions.remove(at: 4)
        #expect(try await store.page(SubmissionQuery()).submissions == submissions.reversed())
        #expect(try await store.dueNotifications(at: .farFuture, limit: 100).submissions.count == 9)
        #expect(await store.isWritable())
    }

    @Test(
        "a commit that fails stores nothing of its batch and tells everybody",
        arguments: [
            (ResultCode.SQLITE_FULL, StoreError.Code.full), (.SQLITE_IOERR_FSYNC, .unavailable),
            (.SQLITE_IOERR_WRITE, .unavailable),
        ]
    )
    func failedCommit(code: ResultCode, expected: StoreError.Code) async throws {
        let submissions = (1...10).map { Submission.sample($0) }
        counter.setFault(DatabaseError(resultCode: code))
        let gate = await WriterGate(holding: store)
        async let pendingOutcomes = store.insertAtOnce(submissions)
        await gate.waitForPending(10)
        gate.open()
        for outcome in await pendingOutcomes {
            #expect(throws: StoreError.self) { try outcome.get() }
            if case .failure(let error) = outcome { #expect(error.code == expected) }
        }
        #expect(try await store.page(SubmissionQuery()).submissions == [])
        #expect(try await store.nextNotification() == nil)
        #expect(await store.isWritable() == false)

        counter.setFault(nil)
        #expect(await store.isWritable())
        #expect(await store.insertAtOnce(submissions).allSatisfy { $0 == .success(.stored) })
        #expect(try await store.page(SubmissionQuery()).submissions == submissions.reversed())
    }

    @Test("a caller that is cancelled neither loses nor doubles its submission")
    func cancellation() async throws {
        let submission = Submission.sample()
        let gate = await WriterGate(holding: store)
        let task = Task { [store] in try await store.insert(submission) }
        await gate.waitForPending(1)
        task.cancel()
        gate.open()
        #expect(try await task.value == .stored)
        #expect(try await store.find(submission.key) == submission)

        let late = Task { [store] in
            withUnsafeCurrentTask { $0?.cancel() }
            return try await store.insert(.sample(2))
        }
        #expect(try await late.value == .stored)
        #expect(try await store.insert(.sample(2)) == .alreadyStored)
    }
}
