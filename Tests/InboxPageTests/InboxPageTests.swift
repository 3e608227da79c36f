// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import EmbeddedFiles
import Foundation
import Testing

@testable import InboxPage

@Suite("The owner's page in the binary")
struct InboxPageTests {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Inbox", directoryHint: .isDirectory)

    /// What lies in `Inbox/`, by path, without dotfiles.
    private static func filesOnDisk() throws -> [String: [UInt8]] {
        // Resolved first: the enumerator gives resolved paths, and the folder's own is cut off them.
        let root = folder.resolvingSymlinksInPath()
        let prefix = root.path(percentEncoded: false)
        let enumerator = try #require(
            FileManager.default.enumerator(
                at: root,
                includingPropertiesForKeys: [.isRegularFileKey],
                options: .skipsHiddenFiles
            )
        )
        var files: [String: [UInt8]] = [:]
        for case let url as URL in enumerator {
            guard try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { continue }
            let path = url.path(percentEncoded: false).dropFirst(prefix.count).drop { $0 == "/" }
            files[String(path)] = Array(try Data(contentsOf: url))
        }
        return files
    }

    @Test("it is Inbox/ byte for byte; if not, run scripts/embed-pages")
    func sameAsOnDisk() throws {
        let onDisk = try Self.filesOnDisk()
        let embedded = Dictionary(uniqueKeysWithValues: InboxPage.files.map { ($0.path, $0.bytes) })
        #expect(embedded.keys.sorted() == onDisk.keys.sorted())
        for (path, bytes) in onDisk {
            // Not within the expectation, which would print both.
            let isSame = embedded[path] == bytes
            #expect(isSame, "\(path) differs")
        }
    }

    @Test("it has its page and is sorted by path")
    func order() {
        let paths = InboxPage.files.map(\.path)
        #expect(paths.contains("index.html"))
        #expect(paths == paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }
}
