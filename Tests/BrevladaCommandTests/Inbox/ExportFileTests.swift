// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import FormConfiguration
import Foundation
import Glibc
import Testing

@testable import BrevladaCommand

@Suite("The file of an export")
struct ExportFileTests {
    @Test("it appears when it is whole, and only for its owner")
    func finished() throws {
        try withTemporaryFolder { folder in
            let path = FilePath.joined(folder, "messages.csv")
            let file = try ExportFile(path: path)
            try file.output.write("a,b\r\n")
            #expect(!FileManager.default.fileExists(atPath: path))
            try file.finish()
            #expect(FileManager.default.contents(atPath: path) == Data("a,b\r\n".utf8))
            #expect(names(in: folder) == ["messages.csv"])
            var status = stat()
            #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        }
    }

    @Test("nothing is left of one that was given up")
    func discarded() throws {
        try withTemporaryFolder { folder in
            try ExportFile(path: FilePath.joined(folder, "messages.csv")).discard()
            #expect(names(in: folder) == [])
        }
    }

    @Test("a name that is taken is refused, at the beginning and at the end")
    func taken() throws {
        try withTemporaryFolder { folder in
            let path = FilePath.joined(folder, "messages.csv")
            let file = try ExportFile(path: path)
            #expect(FileManager.default.createFile(atPath: path, contents: Data("mine".utf8)))
            #expect(throws: CommandFailure.self) { try file.finish() }
            #expect(throws: CommandFailure.self) { try ExportFile(path: path) }
            #expect(FileManager.default.contents(atPath: path) == Data("mine".utf8))
            #expect(names(in: folder) == ["messages.csv"])
        }
    }
}
