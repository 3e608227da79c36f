// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import FormConfiguration
import Foundation
import Testing

@testable import BrevladaCommand

@Suite("A file that is not plain UTF-8, or no file")
struct FileEncodingTests {
    @Test(
        "is to be saved as UTF-8, and its line is named",
        arguments: [
            ([UInt8]("mail:\n  from: ".utf8) + [0xC5] + [UInt8]("sa".utf8), 2), ([0xFF, 0xFE, 0x61, 0x00], 1),
            ([0x61, 0x00, 0x3A, 0x00], 1),
        ]
    )
    func refused(_ bytes: [UInt8], _ line: Int) throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/file"
            try Data(bytes).write(to: URL(filePath: path))
            let error = try #require(throws: ConfigurationError.self) { try ConfigurationSource.system(path: path) }
            #expect(error.description.contains("is not UTF-8 in line \(line); save it as UTF-8"))
            let readSecret = try ConfigurationSource.system(path: nil).readSecret
            let problem = try #require(throws: FileProblem.self) { try readSecret(path) }
            #expect(problem.remedy?.hasPrefix("save it as UTF-8") == true)
        }
    }

    @Test("is no pipe that nobody writes to")
    func silentPipe() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/pipe"
            #expect(mkfifo(path, 0o600) == 0)
            let error = try #require(throws: ConfigurationError.self) { try ConfigurationSource.system(path: path) }
            #expect(error.description.contains("is a pipe that nobody writes to; name another with --config"))
        }
    }

    @Test("may be a pipe whose writer takes a while")
    func slowPipe() async throws {
        try await withTemporaryFolder { folder in
            let path = "\(folder)/pipe"
            #expect(mkfifo(path, 0o600) == 0)
            let pipe = open(path, O_RDWR)
            let writing = Task {
                try await Task.sleep(for: .milliseconds(200))
                #expect(write(pipe, "site: x", 7) == 7)
                close(pipe)
            }
            let source = try ConfigurationSource.system(path: path)
            try await writing.value
            #expect(source.file?.text == "site: x")
        }
    }

    @Test("but has a byte order mark is read without it, for it is no part of a secret")
    func byteOrderMark() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/file"
            try Data("\u{FEFF}hunter2".utf8).write(to: URL(filePath: path))
            let source = try ConfigurationSource.system(path: path)
            #expect(try source.readSecret(path) == "hunter2")
            #expect(source.file?.text == "hunter2")
        }
    }
}
