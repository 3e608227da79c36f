// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormLocal
import ContactFormTesting
import FormConfiguration
import Foundation
import Testing

@testable import BrevladaCommand

@Suite("The doctor looks at the folders")
struct FolderChecksTests {
    private func checks(_ folder: String) throws -> FolderChecks {
        FolderChecks(configuration: try Configuration.read(ConfigurationSource(workingFolder: folder)))
    }

    @Test("a site needs a folder with a home page")
    func site() throws {
        try withTemporaryFolder { folder in
            let checks = try checks(folder)
            let site = checks.configuration.siteFolder
            #expect(
                checks.site().map(\.text) == ["the site's folder \"\(site)\" can't be found: no such file or directory"]
            )
            #expect(FileManager.default.createFile(atPath: site, contents: nil))
            #expect(checks.site().map(\.text) == ["the site's folder \"\(site)\" is no folder"])
            try FileManager.default.removeItem(atPath: site)
            try FileManager.default.createDirectory(atPath: site, withIntermediateDirectories: false)
            #expect(
                checks.site().map(\.text) == ["the site has no index.html that can be read: no such file or directory"]
            )
            #expect(checks.site().allSatisfy { $0.outcome == .failed && $0.remedy != nil })
            let page = FilePath.joined(site, "index.html")
            #expect(FileManager.default.createFile(atPath: page, contents: nil))
            #expect(checks.site() == [.passed(.site, "the site's folder is \(site)")])
        }
    }

    @Test("a data folder that is still to be made is tried without making it")
    func newDataFolder() async throws {
        try await withTemporaryFolder { folder in
            let findings = await (try checks(folder)).data()
            #expect(findings.last?.text == "the data folder \(folder)/data will be made when the server first starts")
            #expect(names(in: folder) == [])
        }
    }

    @Test("a folder without a database is tried with one that goes away again")
    func emptyDataFolder() async throws {
        try await withTemporaryFolder { folder in
            let data = FilePath.joined(folder, "data")
            try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: false)
            let findings = await (try checks(folder)).data()
            #expect(findings.last == .passed(.data, "a database can be made there"))
            #expect(names(in: data) == [])
        }
    }

    @Test("a database is opened and its messages counted")
    func database() async throws {
        try await withTemporaryFolder { folder in
            let checks = try checks(folder)
            try FileManager.default.createDirectory(
                atPath: checks.configuration.dataFolder,
                withIntermediateDirectories: false
            )
            let store = try SQLiteSubmissionStore(path: checks.configuration.databasePath)
            _ = try await store.insert(.sample(1))
            #expect(await checks.data().last == .passed(.data, "the database opens, 1 message"))
            #expect(try await store.find(Submission.sample(1).key) != nil)
        }
    }

    @Test("messages of a form that is not configured are a warning, for they would be mailed to others")
    func unknownForm() async throws {
        try await withTemporaryFolder { folder in
            let checks = try checks(folder)
            try FileManager.default.createDirectory(
                atPath: checks.configuration.dataFolder,
                withIntermediateDirectories: false
            )
            let store = try SQLiteSubmissionStore(path: checks.configuration.databasePath)
            _ = try await store.insert(.sample(1))
            var archived = Submission.sample(2, form: .sampleOrder)
            archived.archivedAt = .sample
            _ = try await store.insert(archived)
            let warnings = await checks.data().filter { $0.outcome == .warning && $0.text.contains("messages of") }
            #expect(
                warnings.map(\.text) == [
                    "messages of the form \"\(FormName.sampleOrder)\" are stored, which is not configured: "
                        + "what is mailed of them goes to mail.to"
                ]
            )
        }
    }

    private static let earlierRelease = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "../ContactFormLocalTests/Fixtures/brevlada-0.1.0.sqlite")
    private static let letter = Data(String(repeating: "This is a letter, not a database. ", count: 100).utf8)

    @Test(
        "a file that can't be used is told of and left alone",
        arguments: [
            (try? Data(contentsOf: earlierRelease), "of an earlier release"), (letter, "not an SQLite database"),
        ]
    )
    func unusable(bytes: Data?, remedy: String) async throws {
        let bytes = try #require(bytes)
        try await withTemporaryFolder { folder in
            let checks = try checks(folder)
            let path = checks.configuration.databasePath
            try FileManager.default.createDirectory(
                atPath: FilePath.parent(of: path),
                withIntermediateDirectories: false
            )
            #expect(FileManager.default.createFile(atPath: path, contents: bytes))
            let finding = await checks.data().last
            #expect(finding?.outcome == .failed)
            #expect(finding?.remedy?.contains(remedy) == true)
            #expect(FileManager.default.contents(atPath: path) == bytes)
        }
    }

    @Test(
        "what others can read of the messages is told of, with the commands that end it",
        arguments: [
            (0o700, 0o644, nil, ""),
            (0o755, 0o600, "others on this machine can see what lies in the data folder", ""),
            (0o755, 0o644, "others on this machine can read the messages", " && chmod 600 DATABASE"),
            (0o750, 0o640, "others on this machine can read the messages", " && chmod 600 DATABASE"),
        ] as [(Int, Int, String?, String)]
    )
    func privacy(_ folderMode: Int, _ databaseMode: Int, _ text: String?, _ files: String) async throws {
        try await withTemporaryFolder { folder in
            let checks = try checks(folder)
            let (data, database) = (checks.configuration.dataFolder, checks.configuration.databasePath)
            try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: false)
            await (try SQLiteSubmissionStore(path: database)).checkpointAndClose()
            for (path, mode) in [(data, folderMode), (database, databaseMode)] {
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            }
            let warning = await checks.data().first { $0.outcome == .warning }
            #expect(warning?.text == text)
            let remedy = "chmod 700 \(data)" + files.replacing("DATABASE", with: database)
            #expect(warning?.remedy == (text == nil ? nil : remedy))
        }
    }

    @Test(
        "a secret file that everybody can read is told of",
        arguments: [(0o600, false), (0o440, false), (0o644, true)]
    )
    func secretFile(_ mode: Int, _ isTold: Bool) throws {
        try withTemporaryFolder { folder in
            let path = FilePath.joined(folder, "secret")
            #expect(
                FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: mode])
            )
            var checks = try checks(folder)
            checks.configuration.secretFiles = [path]
            let told = checks.secrets().filter { $0.outcome == .warning }
            #expect(told.map(\.remedy) == (isTold ? ["chmod o= \(path)"] : []))
        }
    }

    @Test("a password of the owner that can't be read is a fault, unless there is no inbox")
    func ownerPassword() async throws {
        try await withTemporaryFolder { folder in
            var checks = try checks(folder)
            let path = FilePath.joined(checks.configuration.dataFolder, "owner-password")
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            let fault = await checks.data().first { $0.outcome == .failed }
            #expect(fault?.text == "the owner's password can't be read, so nobody gets in")
            #expect(fault?.remedy?.contains(path) == true)
            checks.configuration.servesInbox = false
            #expect(await checks.data().allSatisfy { $0.outcome != .failed })
        }
    }

    @Test(
        "a file whose name is nearly right is told of, unless the right one is beside it",
        arguments: [
            ([], false), (["brevlada.yml"], true), (["brevlada.yml", "brevlada.yaml"], false), (["other.yml"], false),
        ]
    )
    func misnamedFile(_ names: [String], _ isTold: Bool) throws {
        try withTemporaryFolder { folder in
            for name in names {
                #expect(FileManager.default.createFile(atPath: FilePath.joined(folder, name), contents: nil))
            }
            #expect(
                ConfigurationSource.misnamedFile(in: folder)?.description
                    == (isTold
                        ? "brevlada.yml is not read, for it is not called brevlada.yaml; rename it, or name it with --config"
                        : nil)
            )
        }
    }

    @Test(
        "little room is a warning, next to none a fault",
        arguments: [
            (UInt64(10) << 30, DoctorFinding.Outcome.passed, "10 GB free on the disk of the data folder"),
            (500 << 20, .passed, "500 MB free on the disk of the data folder"),
            ((500 << 20) - 1, .warning, "499 MB free on the disk of the data folder"),
            ((50 << 20) - 1, .failed, "49 MB free on the disk of the data folder"),
        ]
    )
    func room(_ free: UInt64, _ outcome: DoctorFinding.Outcome, _ text: String) {
        let finding = FolderChecks.room(free: free)
        #expect(finding.outcome == outcome)
        #expect(finding.text == text)
    }
}
