// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactFormLocal
import FormConfiguration
import Glibc

/// Keeps a second server from the same data folder: both would mail every message.
///
/// The kernel holds the lock for the process and gives it up however that ends, so none is ever left over. The commands
/// that only read and change messages need none; SQLite keeps them apart.
struct DataFolderLock: ~Copyable {
    private let descriptor: CInt

    /// Takes the lock, and waits for a server that is just ending.
    ///
    /// - Parameters:
    ///   - patience: A little more than a server takes to end.
    ///   - willWait: Called once when another server has it.
    /// - Throws: `CommandFailure` when the other one keeps it, the folder can't be written, or the file is another user's.
    static func take(
        _ folder: String,
        patience: Duration = .seconds(25),
        willWait: () -> Void = {}
    ) async throws -> DataFolderLock {
        let name = "serve.lock"
        let path = FilePath.joined(folder, name)
        do {
            try DataFile(folder: folder, name: name).createIfMissing()
        } catch {
            throw CommandFailure(.configuration, "\(error), and let this user write to the data folder")
        }
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(opening: path, in: folder, errno) }
        let lock = DataFolderLock(descriptor: descriptor)
        let deadline = ContinuousClock.now + patience
        var isFirst = true
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR, ContinuousClock.now < deadline else {
                throw CommandFailure(
                    .configuration,
                    "the data folder \"\(folder)\" is in use by another \"brevlada serve\"; end it, or set data to "
                        + "another folder"
                )
            }
            if isFirst { willWait() }
            isFirst = false
            try await Task.sleep(for: .milliseconds(100))
        }
        return lock
    }

    static func failure(opening path: String, in folder: String, _ number: CInt) -> CommandFailure {
        let fault = "\"\(path)\" is there and can't be opened: \(systemMessage(number))"
        let remedy: String? =
            switch number {
            case EACCES, EPERM:
                "give it to this user, as with "
                    + "chown --reference=\(InitCommand.quoted(folder)) \(InitCommand.quoted(path))"
            case EROFS:
                "a disk becomes so after a fault, which the kernel's log (dmesg) names; a copy of the whole folder saves "
                    + "what is there, and every command works on the copy"
            case EISDIR, ELOOP, ENXIO: "move it away; the lock is a plain file"
            default: nil
            }
        return CommandFailure(.configuration, [fault, remedy].compactMap(\.self).joined(separator: "; "))
    }

    private init(descriptor: CInt) {
        self.descriptor = descriptor
    }

    /// Lets the next server in.
    consuming func release() {}

    deinit {
        close(descriptor)
    }
}
