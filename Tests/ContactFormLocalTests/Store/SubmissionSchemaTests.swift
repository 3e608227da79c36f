// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Foundation
import GRDB
import Testing

@testable import ContactFormLocal

@Suite("The SQLite file")
struct SubmissionSchemaTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("brevlada.sqlite")
    }

    @Test("released migrations keep their names and order")
    func frozenNames() {
        #expect(
            SubmissionSchema.migrator.migrations == [
                "0001-submission-outbox", "0002-owners-inbox", "0003-search", "0004-partial",
                "0005-part",
            ]
        )
    }

    @Test("a file of every release opens with today's code and loses nothing", arguments: Release.all)
    func upgrade(_ release: Release) async throws {
        try Data(contentsOf: URL(fileURLWithPath: release.path)).write(to: URL(fileURLWithPath: path))
        let store = try SQLiteSubmissionStore(path: path)
        #expect(try await store.page(SubmissionQuery(limit: 1000)).submissions == release.submissions)
        let due = release.submissions.filter { $0.status == .received }
        #expect(
            try await Set(store.dueNotifications(at: .farFuture, limit: 1000).submissions)
                == Set(due.map(\.withoutTexts))
        )
        #expect(try await store.insert(.sample(9999)) == .stored)
        let faults = try await store.pool.read { db in
            try String.fetchAll(db, sql: "PRAGMA integrity_check")
                + Row.fetchAll(db, sql: "PRAGMA foreign_key_check").map(\.description)
        }
        #expect(faults == ["ok"])
    }

    @Test("a file from a newer version is refused and left as it is")
    func newer() async throws {
        let store = try SQLiteSubmissionStore(path: path)
        try await store.pool.write { db in
            try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('0999-of-tomorrow')")
        }
        await store.checkpointAndClose()
        let error = try expectRefused()
        #expect(error?.code == .unavailable)
        #expect(error?.reason.contains("newer version") == true)
    }

    @Test(
        "a file of an earlier release is refused and left as it is where it is not to be migrated",
        arguments: Release.all
    )
    func older(_ release: Release) async throws {
        try FileManager.default.copyItem(atPath: release.path, toPath: path)
        let error = try expectRefused(migrates: false)
        #expect(error?.code == .unavailable)
        #expect(error?.reason.contains("start \"brevlada serve\" once") == true)
        await (try SQLiteSubmissionStore(path: path)).checkpointAndClose()
        let store = try SQLiteSubmissionStore(path: path, migrates: false)
        #expect(try await store.page(SubmissionQuery(limit: 1000)).submissions == release.submissions)
    }

    @Test("the database of another program is refused and left as it is", arguments: [0, 0x1234_5678])
    func foreign(applicationID: Int) async throws {
        let other = try DatabaseQueue(path: path)
        try await other.write { db in
            try db.execute(sql: "CREATE TABLE song (title TEXT)")
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
        }
        try other.close()
        let error = try expectRefused()
        #expect(error?.code == .corrupt)
        #expect(error?.reason.contains("another program") == true)
    }

    @Test("a file that is no database is refused and left as it is")
    func text() throws {
        try String(repeating: "Dear diary, ", count: 1000).write(toFile: path, atomically: false, encoding: .utf8)
        let error = try expectRefused()
        #expect(error?.code == .corrupt)
        #expect(error?.reason.contains("not an SQLite database") == true)
    }

    @Test("a damaged file is told from an empty result")
    func damaged() async throws {
        let store = try SQLiteSubmissionStore(path: path)
        _ = await store.insertAtOnce((1...500).map { Submission.sample($0) })
        await store.checkpointAndClose()
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        for page in 2..<(bytes.count / 4096) {
            bytes.replaceSubrange((page * 4096)..<(page * 4096 + 100), with: repeatElement(0xA5, count: 100))
        }
        try bytes.write(to: URL(fileURLWithPath: path))
        let error = await #expect(throws: StoreError.self) {
            _ = try await SQLiteSubmissionStore(path: path).page(SubmissionQuery(limit: 1000)).submissions
        }
        #expect(error?.code == .corrupt)
    }

    @Test("a folder that is not there is named")
    func missingFolder() {
        let error = #expect(throws: StoreError.self) {
            try SQLiteSubmissionStore(path: folder.file("missing/brevlada.sqlite"))
        }
        #expect(error?.code == .unavailable)
        #expect(
            error?.reason == "the folder of \"\(folder.file("missing/brevlada.sqlite"))\" does not exist; create it"
        )
    }

    @Test("a folder in place of the file is refused")
    func folderInPlace() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        let error = #expect(throws: StoreError.self) { try SQLiteSubmissionStore(path: path) }
        #expect(error?.code == .unavailable)
    }

    @Test("an empty file, as a crash may leave it, becomes a database")
    func emptyFile() async throws {
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        #expect(try expectRefused(migrates: false)?.reason.contains("is empty as yet") == true)
        let store = try SQLiteSubmissionStore(path: path)
        #expect(try await store.insert(.sample()) == .stored)
    }

    // Each with a pool of its own, as processes have; forty times, as only some interleavings go wrong.
    @Test("several processes may make the file at the same time", arguments: 1...40)
    func concurrentOpening(file: Int) async throws {
        let path = "\(path)-\(file)"
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...4 {
                group.addTask {
                    let store = try SQLiteSubmissionStore(path: path)
                    _ = try await store.insert(.sample(number))
                }
            }
            try await group.waitForAll()
        }
        let store = try SQLiteSubmissionStore(path: path)
        #expect(try await store.counts(since: .sample) == [.received: 4])
    }

    private func expectRefused(migrates: Bool = true) throws -> StoreError? {
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let error = #expect(throws: StoreError.self) { try SQLiteSubmissionStore(path: path, migrates: migrates) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        return error
    }
}
