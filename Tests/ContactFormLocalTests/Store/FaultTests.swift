// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Foundation
import GRDB
import Testing

@testable import ContactFormLocal

@Suite("A database that is locked, full, read-only or shared", .timeLimit(.minutes(10)))
struct FaultTests {
    let folder: TemporaryFolder
    let path: String
    let store: SQLiteSubmissionStore

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("brevlada.sqlite")
        store = try SQLiteSubmissionStore(path: path, busyTimeout: .milliseconds(50))
    }

    /// A connection in the midst of a transaction, as another program may have one.
    private func anotherProgram(holding lock: String) async throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: path, configuration: configuration)
        try await other.writeWithoutTransaction { db in try db.execute(sql: "BEGIN \(lock)") }
        return other
    }

    @Test("locked by another connection: unavailable, nothing stored, and fine once the lock is gone")
    func locked() async throws {
        let submissions = (1...5).map { Submission.sample($0) }
        let other = try await anotherProgram(holding: "EXCLUSIVE")
        for outcome in await store.insertAtOnce(submissions) {
            expectFailure(outcome, .unavailable, saying: "locked")
        }
        #expect(await store.isWritable() == false)
        #expect(try await store.page(SubmissionQuery()).submissions == [])

        try await other.writeWithoutTransaction { db in try db.execute(sql: "ROLLBACK") }
        #expect(await store.isWritable())
        #expect(await store.insertAtOnce(submissions).allSatisfy { $0 == .success(.stored) })
    }

    @Test("locked for less than the busy timeout: the insert waits and is stored")
    func lockedBriefly() async throws {
        let patient = try SQLiteSubmissionStore(path: path, busyTimeout: .seconds(60))
        let other = try await anotherProgram(holding: "IMMEDIATE")
        let gate = await WriterGate(holding: patient)
        async let insertion = patient.insert(.sample())
        await gate.waitForPending(1)
        gate.open()
        // Taken off the pending list: the insert now asks for the lock.
        await until { patient.writes.pendingCount == 0 }
        try await other.writeWithoutTransaction { db in try db.execute(sql: "COMMIT") }
        #expect(try await insertion == .stored)
    }

    @Test("moved away: nothing is promised that nobody would find, and all is well once it is back")
    func moved() async throws {
        #expect(try await store.insert(.sample(1)) == .stored)
        try FileManager.default.moveItem(atPath: path, toPath: path + ".old")
        for outcome in await store.insertAtOnce([.sample(2)]) { expectFailure(outcome, .unavailable, saying: "moved") }
        #expect(await store.isWritable() == false)
        try FileManager.default.moveItem(atPath: path + ".old", toPath: path)
        #expect(try await store.insert(.sample(2)) == .stored)
        #expect(await store.isWritable())
    }

    @Test("its log deleted: nothing more is promised, and what was is there after an orderly end")
    func logDeleted() async throws {
        #expect(try await store.insert(.sample(1)) == .stored)
        try FileManager.default.removeItem(atPath: path + "-wal")
        for outcome in await store.insertAtOnce([.sample(2)]) {
            expectFailure(outcome, .unavailable, saying: "its log")
        }
        #expect(await store.isWritable() == false)
        await store.checkpointAndClose()
        let again = try SQLiteSubmissionStore(path: path)
        #expect(try await again.page(SubmissionQuery()).submissions == [.sample(1)])
        await again.checkpointAndClose()
    }

    @Test(
        "without its file, or with an empty one, the log stays for whoever puts the file back",
        arguments: [true, false]
    )
    func logAlone(isEmpty: Bool) async throws {
        #expect(try await store.insert(.sample(1)) == .stored)
        let log = path + "-wal"
        let (file, kept) = (path + ".kept", try Data(contentsOf: URL(fileURLWithPath: log)))
        try FileManager.default.moveItem(atPath: path, toPath: file)
        if isEmpty { try Data().write(to: URL(fileURLWithPath: path)) }
        let error = #expect(throws: StoreError.self) { try SQLiteSubmissionStore(path: path) }
        #expect(error?.code == .corrupt && error?.reason.contains("missing or empty") == true)
        #expect(FileManager.default.fileExists(atPath: path) == isEmpty)
        #expect(try Data(contentsOf: URL(fileURLWithPath: log)) == kept)

        if isEmpty { try FileManager.default.removeItem(atPath: path) }
        try FileManager.default.moveItem(atPath: file, toPath: path)
        let again = try SQLiteSubmissionStore(path: path)
        #expect(try await again.page(SubmissionQuery()).submissions == [.sample(1)])
        await again.checkpointAndClose()
    }

    @Test("a file cut short while its log stays is damaged, and the words lead to a backup", arguments: 1...21)
    func cutShort(pages: Int) async throws {
        for number in 1...40 { _ = try await store.insert(.sample(number)) }
        try FileHandle(forWritingTo: URL(fileURLWithPath: path)).truncate(atOffset: UInt64(pages) * 4096)
        do throws(StoreError) {
            let again = try SQLiteSubmissionStore(path: path)
            // The log may hold all that was cut off.
            _ = try await again.page(SubmissionQuery())
            await again.checkpointAndClose()
        } catch {
            #expect(error.code == .corrupt)
            #expect(error.reason.contains("restore it from a backup"))
        }
    }

    @Test("a new file has its tables in itself, not in its log alone")
    func tablesInFile() throws {
        try FileManager.default.copyItem(atPath: path, toPath: path + ".copy")
        let copy = try DatabaseQueue(path: path + ".copy")
        #expect(try copy.read { db in try db.tableExists("submission") })
    }

    @Test("full: says so, keeps what was stored, and stores the same submission once there is room")
    func full() async throws {
        #expect(try await store.insert(.sample(1)) == .stored)
        let pages = try await store.pool.writeWithoutTransaction { db in
            try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        }
        try await setMaximumPages(pages + 1)
        var large = Submission.sample(2)
        large.fields = [Field("message", String(repeating: "x", count: 100_000))]
        for outcome in await store.insertAtOnce([large]) { expectFailure(outcome, .full, saying: "no room") }
        #expect(try await store.page(SubmissionQuery()).submissions == [.sample(1)])
        #expect(
            try await store.dueNotifications(at: .farFuture, limit: 10).submissions.map(\.id) == [
                Submission.sample(1).id
            ]
        )

        try await setMaximumPages(1_000_000)
        #expect(try await store.insert(large) == .stored)
        #expect(try await store.page(SubmissionQuery()).submissions == [large, .sample(1)])
    }

    @Test("with room for small writes alone the health check says so from the start on, whatever small ones succeed")
    func healthOfNearlyFull() async throws {
        _ = try await SQLiteSubmissionStore(path: path).insert(.sample(1))
        let pages = try await store.pool.writeWithoutTransaction { db in
            try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        }
        try await setMaximumPages(pages + 4)
        #expect(await store.isWritable(room: 100_000) == false)
        var large = Submission.sample(2)
        large.fields = [Field("message", String(repeating: "x", count: 100_000))]
        for outcome in await store.insertAtOnce([large]) { expectFailure(outcome, .full, saying: "no room") }
        #expect(try await store.apply(.sampleFailed, to: Submission.sample(1).key, at: .sample) != nil)
        #expect(await store.isWritable(room: 100_000) == false)
        #expect(try await store.insert(.sample(1)) == .alreadyStored)
        #expect(await store.isWritable(room: 100_000) == false)
        try await setMaximumPages(1_000_000)
        #expect(await store.isWritable(room: 100_000))
        #expect(try await store.insert(large) == .stored)
    }

    @Test("the health check's trial takes the room of a message in the log, and leaves nothing")
    func healthTrial() async throws {
        await store.emptyLog()
        let log = { try FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int ?? 0 }
        let before = try log()
        #expect(await store.isWritable(room: 100_000))
        #expect(try log() > before + 100_000)
        #expect(try await store.page(SubmissionQuery()).submissions == [])
        // A second look soon after costs a read.
        let after = try log()
        #expect(await store.isWritable(room: 1_000_000))
        #expect(try log() == after)
    }

    @Test("an owner's deletion holds up no message while another program reads, and the log is emptied afterwards")
    func deletionWhileRead() async throws {
        let patient = try SQLiteSubmissionStore(path: path, busyTimeout: .minutes(1))
        _ = try await patient.insert(.sample(1))
        let other = try await anotherProgram(holding: "DEFERRED")
        _ = try await other.writeWithoutTransaction { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM submission")
        }
        let start = ContinuousClock.now
        #expect(try await patient.delete(Submission.sample(1).key, at: .sample))
        #expect(try await patient.insert(.sample(2)) == .stored)
        #expect(ContinuousClock.now - start < .seconds(30))
        let log = { try FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int ?? 0 }
        #expect(try log() > 0)

        try await other.writeWithoutTransaction { db in try db.execute(sql: "COMMIT") }
        let clock = SteppedClock { _ in throw CancellationError() }
        await SearchIndexing(store: patient).run(every: .seconds(1), purgingEvery: .seconds(3600), clock: clock)
        #expect(try log() == 0)
        let patience = try await patient.pool.writeWithoutTransaction { db in
            try Int.fetchOne(db, sql: "PRAGMA busy_timeout")
        }
        #expect(patience == 60_000)
    }

    @Test("the health check waits a second at most for another program, and messages as long as before")
    func healthOfLocked() async throws {
        let patient = try SQLiteSubmissionStore(path: path, busyTimeout: .minutes(5))
        let other = try await anotherProgram(holding: "IMMEDIATE")
        let start = ContinuousClock.now
        // Many may ask at once.
        let answers = await withTaskGroup { group in
            for _ in 1...100 { group.addTask { await patient.isWritable() } }
            return await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(answers == [false])
        #expect(ContinuousClock.now - start < .seconds(30))
        try await other.writeWithoutTransaction { db in try db.execute(sql: "COMMIT") }
        let patience = try await patient.pool.writeWithoutTransaction { db in
            try Int.fetchOne(db, sql: "PRAGMA busy_timeout")
        }
        #expect(patience == 300_000)
        #expect(await patient.isWritable())
    }

    @Test("read-only: unavailable, readable still, and fine once it may be written")
    func readOnly() async throws {
        #expect(try await store.insert(.sample(1)) == .stored)
        try await store.pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA query_only = ON") }
        for outcome in await store.insertAtOnce([.sample(2)]) {
            expectFailure(outcome, .unavailable, saying: "read-only")
        }
        #expect(await store.isWritable() == false)
        #expect(try await store.find(Submission.sample(1).key) == .sample(1))

        try await store.pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA query_only = OFF") }
        #expect(await store.isWritable())
        #expect(try await store.insert(.sample(2)) == .stored)
    }

    @Test("a file that this user may not write can't be opened")
    func readOnlyFile() async throws {
        _ = try await store.insert(.sample(1))
        await store.checkpointAndClose()
        try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: path)
        let error = try OrdinaryUser.owning([folder.path, path]) {
            #expect(throws: StoreError.self) { try SQLiteSubmissionStore(path: path) }
        }
        #expect(error?.code == .unavailable)

        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        let reopened = try SQLiteSubmissionStore(path: path)
        #expect(try await reopened.insert(.sample(2)) == .stored)
    }

    @Test("two processes use one file: each sees the other's changes and neither loses a write")
    func shared() async throws {
        // SQLite's lock is not handed out in turn: whoever waits may be overtaken many times.
        let command = try SQLiteSubmissionStore(path: path, busyTimeout: .minutes(5))
        let server = try SQLiteSubmissionStore(path: path, busyTimeout: .minutes(5))
        let held = Submission.sample(1, status: .held)
        #expect(try await server.insert(held) == .stored)
        let released = try await command.apply(.released, to: held.key, at: .sample)
        #expect(try await server.dueNotifications(at: .farFuture, limit: 10).submissions.map(\.id) == [released?.id])
        #expect(try await command.insert(held) == .alreadyStored)

        async let first = server.insertAtOnce((101...300).map { Submission.sample($0) })
        async let second = command.insertAtOnce((301...500).map { Submission.sample($0) })
        #expect(await (first + second).allSatisfy { $0 == .success(.stored) })
        #expect(try await command.counts(since: .sample) == [.received: 401])
        await command.checkpointAndClose()
        #expect(try await server.insert(.sample(600)) == .stored)
    }

    @Test("a row that can't be read is named, and does not hold up the others")
    func unreadableRow() async throws {
        let (bad, good) = (Submission.sample(1), Submission.sample(2))
        _ = try await store.insert(bad)
        _ = try await store.insert(good)
        for (column, value) in [("fields", "{"), ("language", "tlh"), ("status", "lost"), ("spam_reasons", "{}")] {
            let original = try await store.pool.write { db in
                let original = try String.fetchOne(db, sql: "SELECT \(column) FROM submission WHERE number = 1")
                try db.execute(sql: "UPDATE submission SET \(column) = ? WHERE number = 1", arguments: [value])
                return original
            }
            let error = await #expect(throws: StoreError.self) { try await store.find(bad.key) }
            #expect(error?.code == .corrupt)
            #expect(error?.reason.contains(bad.id.description) == true)
            #expect(error?.reason.contains("\"\(column)\"") == true)
            let change = await #expect(throws: StoreError.self) {
                try await store.apply(.sampleFailed, to: bad.key, at: .sample)
            }
            #expect(change?.code == .corrupt)
            #expect(try await store.dueNotifications(at: .farFuture, limit: 1).submissions.map(\.id) == [good.id])
            try await store.pool.write { db in
                try db.execute(sql: "UPDATE submission SET \(column) = ? WHERE number = 1", arguments: [original])
            }
        }
        #expect(try await store.find(bad.key) == bad)
        #expect(await store.isWritable())
    }

    @Test(
        "every error of SQLite has a code of ours and words that help",
        arguments: [
            (ResultCode.SQLITE_BUSY, StoreError.Code.unavailable, "locked"),
            (.SQLITE_BUSY_SNAPSHOT, .unavailable, "locked"),
            (.SQLITE_FULL, .full, "free some space"),
            (.SQLITE_IOERR_SHMSIZE, .full, "free some space"),
            (.SQLITE_READONLY, .unavailable, "read-only"),
            (.SQLITE_READONLY, .unavailable, "and to brevlada.sqlite-wal and -shm beside it"),
            (.SQLITE_READONLY_DBMOVED, .unavailable, "moved or deleted"),
            (.SQLITE_IOERR_FSYNC, .unavailable, "check the disk"),
            (.SQLITE_CANTOPEN, .unavailable, "can't be opened"),
            (.SQLITE_CORRUPT, .corrupt, "damaged"),
            (.SQLITE_NOTADB, .corrupt, "restore it from a backup"),
            (.SQLITE_TOOBIG, .tooLarge, "larger"),
            (.SQLITE_NOMEM, .unavailable, "memory"),
            (.SQLITE_CONSTRAINT_TRIGGER, .unavailable, "refused a statement"),
        ]
    )
    func mapping(code: ResultCode, expected: StoreError.Code, words: String) {
        let secret = DatabaseError(resultCode: code, message: "astrid@example.com", sql: "SELECT 'astrid@example.com'")
        let error = StoreError(secret, path: "/srv/brevlada.sqlite")
        #expect(error.code == expected)
        #expect(error.reason.contains(words))
        #expect(error.reason.contains("/srv/brevlada.sqlite"))
        #expect(!error.reason.contains("astrid"))
    }

    private func setMaximumPages(_ count: Int) async throws {
        try await store.pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA max_page_count = \(count)")
        }
    }

    private func expectFailure(
        _ outcome: Result<Insertion, StoreError>,
        _ code: StoreError.Code,
        saying words: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        switch outcome {
        case .success(let insertion):
            Issue.record("expected \(code), got \(insertion)", sourceLocation: sourceLocation)
        case .failure(let error):
            #expect(error.code == code, sourceLocation: sourceLocation)
            #expect(error.reason.contains(words), sourceLocation: sourceLocation)
        }
    }
}

extension StatusChange {
    fileprivate static let sampleFailed = StatusChange.failed(reason: "refused")
}
