// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import EmbeddedFiles
import FormConfiguration
import Foundation
import StarterSite
import Testing

@testable import BrevladaCommand

@Suite("A new site")
struct NewSiteTests {
    private func contents(_ folder: String, _ name: String) -> Data? {
        FileManager.default.contents(atPath: FilePath.joined(folder, name))
    }

    @Test(
        "the site, the configuration and a .gitignore are written into a new folder or an empty one",
        arguments: [
            "new/deep/folder", ".",
        ]
    )
    func written(_ name: String) throws {
        try withTemporaryFolder { temporary in
            let folder = FilePath.absolute(name, from: temporary)
            let outcome = try NewSite(folder: folder).write()
            #expect(outcome == .init(written: ["site", "brevlada.yaml", ".gitignore"], leavesDataToGit: false))
            for file in StarterSite.files {
                #expect(contents(folder, "site/\(file.path)").map(Array.init) == file.bytes, "\(file.path)")
            }
            #expect(contents(folder, "brevlada.yaml") == Data(ConfigurationReference.sampleFile.utf8))
            #expect(contents(folder, ".gitignore") == Data("data/\n".utf8))
            let found = names(in: folder)
            #expect(found == [".gitignore", "brevlada.yaml", "site"])
            let attributes = try FileManager.default.attributesOfItem(atPath: FilePath.joined(folder, "brevlada.yaml"))
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test("a site in Swedish has its pages at the root, and its owner is told in Swedish")
    func swedish() throws {
        try withTemporaryFolder { folder in
            _ = try NewSite(folder: folder, language: .swedish).write()
            for file in StarterSite.files(in: .swedish) {
                #expect(contents(folder, "site/\(file.path)").map(Array.init) == file.bytes, "\(file.path)")
            }
            let text = try #require(contents(folder, "brevlada.yaml").map { String(decoding: $0, as: UTF8.self) })
            let configuration = try read(text, [:])
            #expect(configuration.notifications.language == .swedish)
            #expect(text.replacing("\nlanguage: sv\n", with: "\n# language: en\n") == ConfigurationReference.sampleFile)
        }
    }

    @Test(
        "what is in the way is named, and nothing is written",
        arguments: [
            (["site"], "\"site\""), (["brevlada.yaml"], "\"brevlada.yaml\""),
            (["site", "brevlada.yaml"], "\"site\" and \"brevlada.yaml\""),
        ]
    )
    func inTheWay(_ present: [String], _ named: String) throws {
        try withTemporaryFolder { folder in
            for name in present {
                #expect(
                    FileManager.default.createFile(atPath: FilePath.joined(folder, name), contents: Data("mine".utf8))
                )
            }
            let error = #expect(throws: CommandFailure.self) { try NewSite(folder: folder).write() }
            #expect(error?.status == .configuration)
            #expect(
                error?.description
                    == "\(named) in \"\(folder)\" would be overwritten; move them away or name another folder"
            )
            #expect(names(in: folder) == present.sorted())
            for name in present { #expect(contents(folder, name) == Data("mine".utf8)) }
        }
    }

    @Test(
        "a .gitignore that is there is kept, and what it lacks is said",
        arguments: [
            ("node_modules\n", true), ("/data/\n.env", false), ("data\r\nx", false),
        ]
    )
    func ignoreFile(_ text: String, _ leavesDataToGit: Bool) throws {
        try withTemporaryFolder { folder in
            let path = FilePath.joined(folder, ".gitignore")
            #expect(FileManager.default.createFile(atPath: path, contents: Data(text.utf8)))
            let outcome = try NewSite(folder: folder).write()
            #expect(outcome == .init(written: ["site", "brevlada.yaml"], leavesDataToGit: leavesDataToGit))
            #expect(contents(folder, ".gitignore") == Data(text.utf8))
        }
    }

    @Test("when the system refuses, nothing is left behind")
    func refused() throws {
        try withTemporaryFolder { temporary in
            let file = FilePath.joined(temporary, "file")
            #expect(FileManager.default.createFile(atPath: file, contents: nil))
            #expect(throws: CommandFailure.self) { try NewSite(folder: file).write() }
            #expect(throws: CommandFailure.self) { try NewSite(folder: FilePath.joined(file, "below")).write() }
            #expect(names(in: temporary) == ["file"])
        }
    }

    @Test("a link that leads nowhere is in the way too, and the rest is taken back")
    func danglingLink() throws {
        try withTemporaryFolder { folder in
            let link = FilePath.joined(folder, "brevlada.yaml")
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/nowhere/at/all")
            #expect(throws: CommandFailure.self) { try NewSite(folder: folder).write() }
            #expect(names(in: folder) == ["brevlada.yaml"])
        }
    }

    @Test(
        "the command to type next is quoted for a shell",
        arguments: [
            ("my-site", "my-site"), ("/srv/a.b_c", "/srv/a.b_c"), ("my site", "'my site'"), ("it's", #"'it'\''s'"#),
            ("$(x)", "'$(x)'"),
        ]
    )
    func quoted(_ path: String, _ expected: String) {
        #expect(InitCommand.quoted(path) == expected)
    }
}
