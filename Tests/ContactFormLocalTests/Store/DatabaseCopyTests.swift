// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Foundation
import Testing

@testable import ContactFormLocal

@Suite("A copy of a database")
struct DatabaseCopyTests {
    @Test("a copy has all that was answered before it, though messages come in the whole time")
    func underLoad() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteSubmissionStore(path: folder.file("brevlada.sqlite"))
        // More than the hundred pages that SQLite's shell copies at a time.
        for number in 0..<300 { _ = try await store.insert(.large(number)) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for number in 300... {
                    guard !Task.isCancelled else { return }
                    _ = try await store.insert(.large(number))
                }
            }
            for number in 1...5 {
                let copy = try DatabaseCopy(of: folder.file("brevlada.sqlite"), to: folder.file("copy.sqlite"))
                #expect(copy.messages >= 300, "copy \(number)")
                let copied = try SQLiteSubmissionStore(path: folder.file("copy.sqlite"))
                #expect(try await copied.find(Submission.large(299).key) != nil)
                await copied.checkpointAndClose()
            }
            group.cancelAll()
        }
        await store.checkpointAndClose()
    }

    @Test("only its owner may read it, and nothing else is left beside it")
    func files() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteSubmissionStore(path: folder.file("brevlada.sqlite"))
        _ = try await store.insert(.sample())
        let target = try TemporaryFolder()
        #expect(try DatabaseCopy(of: folder.file("brevlada.sqlite"), to: target.file("copy.sqlite")).messages == 1)
        #expect(target.names == ["copy.sqlite"])
        #expect(try target.mode("copy.sqlite") == 0o600)
        await store.checkpointAndClose()
    }

    @Test(
        "what was there stays when there is nothing whole to put in its place",
        arguments: ["", "no database", "itself"]
    )
    func keepsTheOld(source: String) async throws {
        let folder = try TemporaryFolder()
        let target = folder.file("copy.sqlite")
        try Data("the old copy".utf8).write(to: URL(filePath: target))
        let database = source == "itself" ? target : folder.file("brevlada.sqlite")
        if !source.isEmpty, source != "itself" { try Data(source.utf8).write(to: URL(filePath: database)) }
        #expect(throws: StoreError.self) { try DatabaseCopy(of: database, to: target) }
        #expect(try Data(contentsOf: URL(filePath: target)) == Data("the old copy".utf8))
        #expect(!folder.names.contains { $0.hasPrefix("copy.sqlite.") })
    }

    @Test("it goes where a link leads, and takes the place of nothing but a file")
    func places() async throws {
        let folder = try TemporaryFolder()
        let source = folder.file("brevlada.sqlite")
        let store = try SQLiteSubmissionStore(path: source)
        _ = try await store.insert(.sample())
        let manager = FileManager.default
        try Data("old".utf8).write(to: URL(filePath: folder.file("disk.sqlite")))
        try manager.createSymbolicLink(
            atPath: folder.file("link.sqlite"),
            withDestinationPath: folder.file("disk.sqlite")
        )
        #expect(try DatabaseCopy(of: source, to: folder.file("link.sqlite")).messages == 1)
        #expect(try manager.destinationOfSymbolicLink(atPath: folder.file("link.sqlite")) == folder.file("disk.sqlite"))
        #expect(try Data(contentsOf: URL(filePath: folder.file("disk.sqlite"))).count > 4096)
        try manager.createDirectory(atPath: folder.file("folder"), withIntermediateDirectories: false)
        #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
        for name in ["folder", "pipe"] {
            #expect(throws: StoreError.self) { try DatabaseCopy(of: source, to: folder.file(name)) }
            #expect(
                try manager.attributesOfItem(atPath: folder.file(name))[.type] as? FileAttributeType != .typeRegular
            )
        }
        #expect(!folder.names.contains { $0.hasSuffix(".new") })
        await store.checkpointAndClose()
    }

    @Test("of two copies to one place at once, one comes after the other")
    func atOnce() async throws {
        let folder = try TemporaryFolder()
        let source = folder.file("brevlada.sqlite")
        let target = folder.file("copy.sqlite")
        let store = try SQLiteSubmissionStore(path: source)
        for number in 0..<200 { _ = try await store.insert(.large(number)) }
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 1...4 { group.addTask { try DatabaseCopy(of: source, to: target).messages } }
            for try await messages in group { #expect(messages == 200) }
        }
        let copied = try SQLiteSubmissionStore(path: target, migrates: false)
        #expect(try await copied.find(Submission.large(199).key) != nil)
        await copied.checkpointAndClose()
        await store.checkpointAndClose()
    }

    @Test("of a damaged database no copy is made")
    func damaged() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("brevlada.sqlite")
        let store = try SQLiteSubmissionStore(path: path)
        for number in 0..<200 { _ = try await store.insert(.large(number)) }
        await store.checkpointAndClose()
        let file = try FileHandle(forUpdating: URL(filePath: path))
        // Beyond the first pages, so that the file still opens as a database.
        try file.seek(toOffset: 40 * 4096)
        try file.write(contentsOf: Data(repeating: 0xAA, count: 8 * 4096))
        try file.close()
        #expect(throws: StoreError.self) { try DatabaseCopy(of: path, to: folder.file("copy.sqlite")) }
        #expect(!FileManager.default.fileExists(atPath: folder.file("copy.sqlite")))
    }
}

extension Submission {
    fileprivate static func large(_ number: Int) -> Submission {
        var submission = Submission.sample(number)
        submission.fields = [Field("message", String(repeating: "båten \(number) ", count: 200))]
        return submission
    }
}
