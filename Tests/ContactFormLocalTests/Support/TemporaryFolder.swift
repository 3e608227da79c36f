// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A folder of its own for one test, removed with everything in it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("brevlada-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        path = url.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Copies a database as it stands on the disk now, log included, and returns the path of the copy.
    func copyDatabase(_ name: String) throws -> String {
        let copy = file("copy-of-\(name)")
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: file(name) + suffix) {
            try FileManager.default.copyItem(atPath: file(name) + suffix, toPath: copy + suffix)
        }
        return copy
    }

    /// The permission bits of a file in it.
    func mode(_ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: file(name))[.posixPermissions] as? Int
    }

    var names: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? []
    }
}
