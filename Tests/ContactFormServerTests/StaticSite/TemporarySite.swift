// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc

/// A folder `site` in a folder of its own, with a secret beside it; removed when it is let go.
final class TemporarySite: Sendable {
    static let secret = "SECRET, beside the site"

    /// The folder to serve.
    let root: String
    private let parent: String

    init() throws {
        var template = Array("\(FileManager.default.temporaryDirectory.path)/site-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw CocoaError(.fileWriteUnknown) }
        parent = String(cString: made)
        root = parent + "/site"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: false)
        try Self.secret.write(toFile: parent + "/secret.txt", atomically: false, encoding: .utf8)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: parent)
    }

    func path(_ name: String) -> String { "\(root)/\(name)" }

    func write(_ name: String, _ text: String) throws {
        try write(name, Array(text.utf8))
    }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        let folder = path(name).split(separator: "/").dropLast().joined(separator: "/")
        try FileManager.default.createDirectory(atPath: "/" + folder, withIntermediateDirectories: true)
        guard FileManager.default.createFile(atPath: path(name), contents: Data(bytes)) else {
            throw CocoaError(.fileWriteUnknown)
        }
    }

    func link(_ name: String, to target: String) throws {
        guard symlink(target, path(name)) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    /// Seconds since 1970, for the modification time.
    func date(_ name: String, _ seconds: Int) throws {
        let date = Date(timeIntervalSince1970: Double(seconds))
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path(name))
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: path(name))
    }
}
