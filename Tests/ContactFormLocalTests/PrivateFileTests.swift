// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Foundation
import Testing

@testable import ContactFormLocal

@Suite("Files for this user alone")
struct PrivateFileTests {
    @Test(
        "what root makes in another user's folder is that user's, but for a copy, which is root's",
        .enabled(if: geteuid() == 0)
    )
    func owner() async throws {
        let folder = try TemporaryFolder()
        let nobody: uid_t = 65_534
        try #require(chown(folder.path, nobody, nobody) == 0)
        let store = try SQLiteSubmissionStore(path: folder.file("brevlada.sqlite"))
        _ = try await store.insert(.sample())
        try DataFile(folder: folder.path, name: "replaced").replace(with: "a")
        #expect(try DataFile(folder: folder.path, name: "created").create(with: "b"))
        try DataFile(folder: folder.path, name: "empty").createIfMissing()
        _ = try await CapturedMailbox(folder: folder.file("mail")).send(.sample())
        try DataFolder.make(folder.file("around/data"))
        let copy = try DatabaseCopy(of: folder.file("brevlada.sqlite"), to: folder.file("copy.sqlite"))
        #expect(copy.messages == 1)
        let mails = try FileManager.default.contentsOfDirectory(atPath: folder.file("mail")).map { "mail/\($0)" }
        for name in folder.names + mails + ["around/data"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.file(name))
            #expect(attributes[.ownerAccountID] as? Int == (name == "copy.sqlite" ? 0 : 65_534), "\(name)")
            #expect(attributes[.groupOwnerAccountID] as? Int == (name == "copy.sqlite" ? 0 : 65_534), "\(name)")
        }
        #expect(folder.names.contains("brevlada.sqlite-wal") && folder.names.contains("brevlada.sqlite-shm"))
        #expect(mails.count == 1)
    }

    @Test("the data folder is made with those around it, for this user alone, and a file is none")
    func dataFolder() throws {
        let folder = try TemporaryFolder()
        for _ in 1...2 { try DataFolder.make(folder.file("a/b/data")) }
        for name in ["a", "a/b", "a/b/data"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.file(name))
            #expect(attributes[.posixPermissions] as? Int == 0o700, "\(name)")
        }
        try Data().write(to: URL(fileURLWithPath: folder.file("file")))
        for name in ["file", "file/data"] {
            #expect(throws: FileError.self) { try DataFolder.make(folder.file(name)) }
        }
    }

    @Test("a data file that nobody can look at is not taken for one that is not there")
    func lookFails() throws {
        let folder = try TemporaryFolder()
        let file = DataFile(folder: folder.path, name: "owner-password")
        #expect(try file.read() == nil)
        // A link to itself, for root may look into any folder.
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("owner-password"),
            withDestinationPath: "owner-password"
        )
        #expect(throws: FileError.self) { try file.read() }
        // The folder is a file.
        try Data().write(to: URL(fileURLWithPath: folder.file("data")))
        #expect(throws: FileError.self) { try DataFile(folder: folder.file("data"), name: "owner-password").read() }
    }
}
