// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Foundation
import GRDB
import Testing

@testable import ContactFormLocal

@Suite("Durability of the SQLite store")
struct DurabilityTests {
    let folder: TemporaryFolder
    let store: SQLiteSubmissionStore

    init() throws {
        folder = try TemporaryFolder()
        store = try SQLiteSubmissionStore(path: folder.file("brevlada.sqlite"))
    }

    @Test("the connection that commits waits for the disk: WAL and synchronous=FULL")
    func synchronous() async throws {
        let settings = try await store.writes.write { db, _ in
            [
                try Int.fetchOne(db, sql: "PRAGMA synchronous").map(String.init),
                try String.fetchOne(db, sql: "PRAGMA journal_mode"),
            ]
        }
        #expect(settings == ["2", "wal"])
        #expect(try await store.insert(.sample()) == .stored)
        let after = try await store.writes.write { db, _ in try Int.fetchOne(db, sql: "PRAGMA synchronous") }
        #expect(after == 2)
    }

    @Test("the files as they stand when an insert returns hold the submission and its place in the outbox")
    func crash() async throws {
        let submission = Submission.sample()
        #expect(try await store.insert(submission) == .stored)
        let copy = try SQLiteSubmissionStore(path: try folder.copyDatabase("brevlada.sqlite"))
        #expect(try await copy.find(submission.key) == submission)
        #expect(try await copy.dueNotifications(at: .farFuture, limit: 10).submissions == [submission.withoutTexts])
        let integrity = try await copy.pool.read { db in try String.fetchAll(db, sql: "PRAGMA integrity_check") }
        #expect(integrity == ["ok"])
    }

    @Test("submission and outbox row are one transaction")
    func oneTransaction() async throws {
        let counter = CommitCounter()
        store.pool.add(transactionObserver: counter, extent: .databaseLifetime)
        try await store.pool.write { db in
            try db.execute(
                sql: """
                    CREATE TRIGGER refuse BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'refused'); END
                    """
            )
        }
        await #expect(throws: StoreError.self) { try await store.insert(.sample()) }
        #expect(try await store.find(Submission.sample().key) == nil)

        try await store.pool.write { db in try db.execute(sql: "DROP TRIGGER refuse") }
        let commits = counter.commits
        #expect(try await store.insert(.sample()) == .stored)
        #expect(counter.commits == commits + 1)
        #expect(try await store.nextNotification() == Submission.sample().receivedAt)
    }

    @Test("the database and its log are readable by this user alone")
    func permissions() async throws {
        _ = try await store.insert(.sample())
        for name in ["brevlada.sqlite", "brevlada.sqlite-wal", "brevlada.sqlite-shm"] {
            #expect(try folder.mode(name) == 0o600)
        }
    }

    @Test("what was deleted is in no file any more")
    func deleted() async throws {
        var submission = Submission.sample()
        submission.fields = [Field("message", "Blåbärspaj-7411")]
        _ = try await store.insert(submission)
        #expect(try await store.delete(submission.key, at: .sample))
        for name in folder.names {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.file(name)))
            #expect(bytes.range(of: Data("spaj-7411".utf8)) == nil, "\(name)")
        }
    }

    @Test("a closed store leaves one file with everything in it, and refuses further calls")
    func close() async throws {
        let submissions = (1...50).map { Submission.sample($0) }
        _ = await store.insertAtOnce(submissions)
        #expect(try await store.find(submissions[0].key) == submissions[0])
        await store.checkpointAndClose()
        #expect(folder.names == ["brevlada.sqlite"])
        await #expect(throws: StoreError.self) { try await store.insert(.sample(51)) }
        await #expect(throws: StoreError.self) { try await store.find(submissions[0].key) }
        #expect(await store.isWritable() == false)

        let reopened = try SQLiteSubmissionStore(path: folder.file("brevlada.sqlite"))
        #expect(try await reopened.page(SubmissionQuery(limit: 100)).submissions == submissions.reversed())
    }

    @Test("closing lets what was handed over finish")
    func closeUnderLoad() async throws {
        let gate = await WriterGate(holding: store)
        async let outcomes = store.insertAtOnce((1...600).map { Submission.sample($0) })
        await gate.waitForPending(600)
        async let closed: Void = store.checkpointAndClose()
        await gate.waitForPending(601)
        gate.open()
        await closed
        #expect(await outcomes.allSatisfy { $0 == .success(.stored) })
        let reopened = try SQLiteSubmissionStore(path: folder.file("brevlada.sqlite"))
        #expect(try await reopened.counts(since: .sample) == [.received: 600])
    }

    @Test("what was deleted is not left in the file")
    func erasure() async throws {
        var submission = Submission.sample()
        submission.fields = [Field("message", "a secret that must go")]
        _ = try await store.insert(submission)
        _ = try await store.insert(.sample(2))
        #expect(try await store.delete(submission.key, at: .sample))
        await store.checkpointAndClose()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.file("brevlada.sqlite")))
        #expect(bytes.range(of: Data("a secret that must go".utf8)) == nil)
        #expect(bytes.range(of: Data("This is question 2".utf8)) != nil)
    }
}
