// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A file that appears under its name only when it is whole.
///
/// It holds what visitors wrote, so only its owner may read it.
struct ExportFile {
    let output: Output
    private let path: String
    private let partPath: String

    /// - Throws: `CommandFailure` when the name is taken or the folder can't be written to.
    init(path: String) throws {
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
    func finish() throws {
        // link() refuses a name that is taken, where rename() would replace it.
        guard fsync(output.descriptor) == 0, close(output.descriptor) == 0, link(partPath, path) == 0 else {
            let reason = systemMessage(errno)
            unlink(partPath)
            throw CommandFailure(.fault, "the file \"\(path)\" can't be finished: \(reason); check the disk")
        }
        unlink(partPath)
    }

    func discard() {
        close(output.descriptor)
        unlink(partPath)
    }
}
