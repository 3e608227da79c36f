// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file of one line in the data folder, such as the hash of the owner's password; only this user may read it.
package struct DataFile: Sendable {
    private let folder: String
    package let name: String

    package init(folder: String, name: String) {
        self.folder = folder
        self.name = name
    }

    private var path: String { "\(folder)/\(name)" }
    /// Of this process and this moment, so that two that set it at once do not write into each other's.
    private var draft: String { "\(path).\(getpid()).\(UInt32.random(in: 0...UInt32.max)).draft" }

    /// The first line; nil when there is no file.
    ///
    /// - Throws: A sentence for the operator when it can't be read, or nobody can tell whether it is there.
    package func read() throws -> String? {
        guard try PrivateFile.identity(path) != nil else { return nil }
        let bytes = try PrivateFile.read(path).bytes
        return String(decoding: bytes.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
    }

    /// Puts it in place of what is there, all at once.
    package func replace(with text: String) throws {
        try PrivateFile.replace(path, with: Array("\(text)\n".utf8), by: draft)
        try PrivateFile.makeDurable(folder)
    }

    /// Makes an empty file unless there is one, which stays.
    package func createIfMissing() throws {
        try PrivateFile.createIfMissing(path)
    }

    /// Makes the file; false when there is one, which stays.
    package func create(with text: String) throws -> Bool {
        guard try PrivateFile.create(path, with: Array("\(text)\n".utf8), by: draft) else { return false }
        try PrivateFile.makeDurable(folder)
        return true
    }
}
