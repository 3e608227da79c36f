// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import BrevladaCommand

@Suite("The lock of the data folder")
struct DataFolderLockTests {
    @Test("is for one server, and free again once that has ended")
    func one() async throws {
        try await withTemporaryFolder { folder in
            let first = try await DataFolderLock.take(folder)
            var waits = 0
            let error = await #expect(throws: CommandFailure.self) {
                let second = try await DataFolderLock.take(folder, patience: .zero) { waits += 1 }
                second.release()
            }
            #expect(error?.status == .configuration)
            #expect(error?.description.contains("in use by another") == true)
            #expect(waits == 0)
            first.release()
            try await DataFolderLock.take(folder, patience: .zero).release()
        }
    }

    @Test("a folder that is not there is a fault with a remedy")
    func missing() async throws {
        let error = await #expect(throws: CommandFailure.self) {
            try await DataFolderLock.take("/nonexistent/brevlada").release()
        }
        #expect(error?.description.contains("let this user write") == true)
    }

    @Test("a file that is there and can't be opened is told from a folder that can't be written")
    func unusable() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/serve.lock"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            let error = await #expect(throws: CommandFailure.self) { try await DataFolderLock.take(folder).release() }
            #expect(error?.description.hasPrefix("\"\(path)\" is there and can't be opened") == true)
            #expect(error?.description.contains("move it away") == true)
        }
    }

    @Test(
        "a file that can't be opened is given away only where that helps",
        arguments: [
            (EACCES, "chown --reference="), (EPERM, "chown --reference="), (EROFS, "a copy of the whole folder"),
        ]
    )
    func remedies(number: CInt, remedy: String) {
        let text = DataFolderLock.failure(opening: "/data/serve.lock", in: "/data", number).description
        #expect(["chown --reference=", "a copy of the whole folder", "move it away"].filter(text.contains) == [remedy])
    }

    @Test("made by root it is the folder's owner's", .enabled(if: geteuid() == 0))
    func owner() async throws {
        try await withTemporaryFolder { folder in
            try #require(chown(folder, 65_534, 65_534) == 0)
            try await DataFolderLock.take(folder).release()
            let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/serve.lock")
            #expect(attributes[.ownerAccountID] as? Int == 65_534)
        }
    }
}
