// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A file that appears under its name only when it is whole.
///
/// It holds what visitors wrote, so only its owner may read it.
struct ExportFile {
    private let output: Output
    private let path: String
    private let partPath: String
    /// `link()`, or what a test puts in its place.
    typealias Link = (_ old: String, _ new: String) -> Int32

    /// Writes a file by `body`; when that fails, nothing is left of it.
    ///
    /// - Throws: `CommandFailure` when the name is taken, the folder can't be written to, or the disk fails.
    static func write<Value>(
        to path: String,
        linking link: Link = { link($0, $1) },
        _ body: (Output) async throws -> Value
    ) async throws -> Value {
        let file = try ExportFile(path: path)
        defer { file.close() }
        let value = try await body(file.output)
        try file.finish(link)
        return value
    }

    private init(path: String) throws {
        // A link that leads nowhere has the name as well.
        guard faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) != 0 else {
            throw CommandFailure(.configuration, "the file \"\(path)\" is there already; name another or remove it")
        }
        self.path = path
        partPath = "\(path).\(getpid()).part"
        let descriptor = open(partPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CommandFailure(
                .configuration,
                "the file \"\(path)\" can't be made: \(systemMessage(errno)); name one in a folder you may write to"
            )
        }
        output = Output(descriptor: descriptor)
    }

    /// Makes the file durable and gives it its name, unless somebody has taken that meanwhile.
    private func finish(_ link: Link) throws {
        guard fsync(output.descriptor) == 0, takeName(link) else {
            throw CommandFailure(
                .fault,
                "the file \"\(path)\" can't be finished: \(systemMessage(errno)); check the disk"
            )
        }
    }

    private func takeName(_ link: Link) -> Bool {
        // link() refuses a name that is taken, where rename() would replace it.
        if link(partPath, path) == 0 { return true }
        guard errno != EEXIST else { return false }
        // FAT and exFAT, as on a USB stick, have no links. An empty file of ours takes the name, and gives way.
        let place = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard place >= 0 else { return false }
        Glibc.close(place)
        if rename(partPath, path) == 0 { return true }
        let number = errno
        unlink(path)
        errno = number
        return false
    }

    private func close() {
        Glibc.close(output.descriptor)
        unlink(partPath)
    }
}
