// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import FormConfiguration
import Foundation
import Glibc
import Testing

@testable import BrevladaCommand

@Suite("The file of an export")
struct ExportFileTests {
    private struct Broken: Error {}

    @Test("it appears when it is whole, and only for its owner")
    func finished() async throws {
        try await withTemporaryFolder { folder in
            let path = FilePath.joined(folder, "messages.csv")
            try await ExportFile.write(to: path) { output in
                try output.write("a,b\r\n")
                #expect(!FileManager.default.fileExists(atPath: path))
            }
            #expect(FileManager.default.contents(atPath: path) == Data("a,b\r\n".utf8))
            #expect(names(in: folder) == ["messages.csv"])
            var status = stat()
            #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        }
    }

    @Test("nothing is left of one that was given up")
    func discarded() async throws {
        try await withTemporaryFolder { folder in
            await #expect(throws: Broken.self) {
                try await ExportFile.write(to: FilePath.joined(folder, "messages.csv")) { _ in throw Broken() }
            }
            #expect(names(in: folder) == [])
        }
    }

    @Test("a name that is taken is refused, at the beginning and at the end", arguments: [EEXIST, EPERM])
    func taken(_ number: Int32) async throws {
        try await withTemporaryFolder { folder in
            let path = FilePath.joined(folder, "messages.csv")
            await #expect(throws: CommandFailure.self) {
                try await ExportFile.write(to: path, linking: Self.failing(number)) { _ in
                    #expect(FileManager.default.createFile(atPath: path, contents: Data("mine".utf8)))
                }
            }
            await #expect(throws: CommandFailure.self) { try await ExportFile.write(to: path) { _ in } }
            #expect(FileManager.default.contents(atPath: path) == Data("mine".utf8))
            #expect(names(in: folder) == ["messages.csv"])
        }
    }

    @Test("a disk without links, such as a stick with FAT, gets it all the same", arguments: [EPERM, EOPNOTSUPP])
    func withoutLinks(_ number: Int32) async throws {
        try await withTemporaryFolder { folder in
            let path = FilePath.joined(folder, "messages.csv")
            try await ExportFile.write(to: path, linking: Self.failing(number)) { try $0.write("a,b\r\n") }
            #expect(FileManager.default.contents(atPath: path) == Data("a,b\r\n".utf8))
            #expect(names(in: folder) == ["messages.csv"])
        }
    }

    @Test("its descriptor is closed once, for the number is somebody else's then")
    func closedOnce() async throws {
        try await withTemporaryFolder { folder in
            var other: Int32 = -1
            await #expect(throws: CommandFailure.self) {
                let link: ExportFile.Link = { _, _ in
                    // Takes the number that is free, if the file is closed by now.
                    other = open("/dev/null", O_RDONLY | O_CLOEXEC)
                    errno = EEXIST
                    return -1
                }
                try await ExportFile.write(to: FilePath.joined(folder, "messages.csv"), linking: link) { _ in }
            }
            #expect(fcntl(other, F_GETFD) >= 0)
            close(other)
        }
    }

    private static func failing(_ number: Int32) -> ExportFile.Link {
        { _, _ in
            errno = number
            return -1
        }
    }
}
