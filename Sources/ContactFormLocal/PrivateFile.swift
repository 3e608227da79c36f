// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Files that only this user may read: they hold what visitors wrote. What root makes is for the folder's owner: the server
/// runs as that one, and could not use it otherwise.
enum PrivateFile {
    /// Makes an empty file with mode 0600 unless there is one already, which keeps its mode.
    ///
    /// Never opens a file that exists: closing it again would drop the locks that this process holds on it
    /// (https://www.sqlite.org/howtocorrupt.html §2.2).
    ///
    /// - Parameter staysOurs: Also in a folder that is another user's.
    static func createIfMissing(_ path: String, staysOurs: Bool = false) throws(FileError) {
        let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            if !staysOurs { handOver(descriptor, at: path) }
            close(descriptor)
        } else if errno != EEXIST {
            throw FileError(creating: path, errno)
        }
    }

    /// Makes a folder with mode 0700 unless it is there.
    ///
    /// Each folder is made and opened within the descriptor of the one around it, and given away only when all are made: its owner could
    /// put a link in the place of the next one.
    ///
    /// - Parameter withThoseAround: Makes the missing folders around it too. Not for a folder within the data: while its disk is
    ///   not mounted, what is missing is not to be made on another one.
    static func createFolder(_ path: String, withThoseAround: Bool) throws(FileError) {
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else { throw FileError(notFolder: path) }
            return
        }
        let names = path.split(separator: "/").map(String.init)
        var there = names.count
        var descriptors: [CInt] = []
        defer { for descriptor in descriptors { close(descriptor) } }
        repeat {
            there -= 1
            let around = (path.first == "/" ? "/" : "./") + names.prefix(max(there, 0)).joined(separator: "/")
            let descriptor = open(around, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
            if descriptor >= 0 {
                descriptors.append(descriptor)
            } else if errno != ENOENT || there <= 0 || !withThoseAround {
                throw FileError(creating: path, errno)
            }
        } while descriptors.isEmpty

        var made: [CInt] = []
        for name in names.dropFirst(max(there, 0)) {
            let isNew = mkdirat(descriptors[descriptors.count - 1], name, 0o700) == 0
            guard isNew || errno == EEXIST else { throw FileError(creating: path, errno) }
            let flags = O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW
            let descriptor = openat(descriptors[descriptors.count - 1], name, flags)
            guard descriptor >= 0 else { throw FileError(creating: path, errno) }
            descriptors.append(descriptor)
            if isNew { made.append(descriptor) }
        }
        guard geteuid() == 0, fstat(descriptors[0], &status) == 0 else { return }
        for descriptor in made.reversed() { _ = fchown(descriptor, status.st_uid, status.st_gid) }
    }

    /// Gives what root made to the owner of the folder. Where that can't be, it stays root's.
    private static func handOver(_ descriptor: CInt, at path: String) {
        var status = stat()
        guard geteuid() == 0, stat(folder(of: path), &status) == 0 else { return }
        _ = fchown(descriptor, status.st_uid, status.st_gid)
    }

    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    }

    /// Runs `body` while no other process does so for a file of the same folder; waits for it as long as it takes.
    ///
    /// The lock is on the folder, so that it leaves no file behind. It ends with the process.
    static func lockingFolder<Value>(of path: String, _ body: () throws -> Value) throws -> Value {
        let descriptor = open(folder(of: path), O_RDONLY | O_CLOEXEC | O_DIRECTORY)
        guard descriptor >= 0 else { throw FileError(creating: path, errno) }
        // Gives the lock back as well.
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw FileError(creating: path, errno) }
        }
        return try body()
    }

    /// Writes a file with mode 0600 in place of what is at `path`, at once: a reader sees the old one or the new, also
    /// after a power cut. Which of the two it is then is certain once `makeDurable` has been called for the folder.
    ///
    /// - Parameter draft: a path in the same folder for the file while it is written; what is there is lost.
    static func replace(_ path: String, with bytes: [UInt8], by draft: String) throws(FileError) {
        try write(draft, bytes)
        try put(draft, at: path)
    }

    /// Where a file may be put in place of what is at `path`: there, or where a link leads. Nothing else than a file gives way.
    static func place(_ path: String) throws(FileError) -> String {
        var status = stat()
        guard lstat(path, &status) == 0 else { return path }
        if status.st_mode & S_IFMT == S_IFREG { return path }
        guard status.st_mode & S_IFMT == S_IFLNK, let real = realpath(path, nil) else { throw FileError(notFile: path) }
        defer { free(real) }
        let place = String(cString: real)
        guard lstat(place, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw FileError(notFile: path) }
        return place
    }

    /// Puts a file in place of what is at `path`, and waits until the folder says so after a power cut as well.
    static func move(_ draft: String, to path: String) throws(FileError) {
        try put(draft, at: path)
        try makeDurable(folder(of: path))
    }

    private static func put(_ draft: String, at path: String) throws(FileError) {
        guard rename(draft, path) == 0 else {
            let code = errno
            unlink(draft)
            throw FileError(creating: path, code)
        }
    }

    /// The same, unless there is a file at `path` already: then it stays, and the answer is false.
    static func create(_ path: String, with bytes: [UInt8], by draft: String) throws(FileError) -> Bool {
        try write(draft, bytes)
        defer { unlink(draft) }
        // link() refuses a name that is taken, where rename() would replace it.
        if link(draft, path) == 0 { return true }
        guard errno == EEXIST else { throw FileError(creating: path, errno) }
        return false
    }

    /// Makes the file anew with mode 0600, its bytes on the disk.
    private static func write(_ path: String, _ bytes: [UInt8]) throws(FileError) {
        unlink(path)
        let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError(creating: path, errno) }
        handOver(descriptor, at: path)
        var code = write(bytes, to: descriptor)
        if code == 0, fsync(descriptor) != 0 { code = errno }
        close(descriptor)
        guard code == 0 else {
            unlink(path)
            throw FileError(creating: path, code)
        }
    }

    /// Waits until the folder's list of names is on the disk: a renamed file may otherwise lose its new name.
    static func makeDurable(_ folder: String) throws(FileError) {
        let descriptor = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
        guard descriptor >= 0 else { throw FileError(creating: folder, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileError(creating: folder, errno) }
    }

    /// Reads a regular file; does not follow a link.
    static func read(_ path: String) throws(FileError) -> (bytes: [UInt8], modified: Timestamp) {
        // Without O_NONBLOCK, opening a pipe waits for somebody to write into it.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError(reading: path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError(reading: path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileError(reading: path, EINVAL) }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var count = 0
        while count < bytes.count {
            let result = bytes.withUnsafeMutableBytes { buffer in
                posixRead(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
            }
            if result > 0 { count += result } else if result == 0 || errno != EINTR { break }
        }
        guard count == bytes.count else { throw FileError(reading: path, EIO) }
        return (bytes, status.modified)
    }

    /// Which file a path leads to; nil when there is none.
    ///
    /// - Throws: When nobody can tell, as in a folder that is another's: what is there is not to be taken for missing.
    static func identity(_ path: String) throws(FileError) -> FileIdentity? {
        try status(path).map { FileIdentity(device: UInt64($0.st_dev), number: UInt64($0.st_ino)) }
    }

    /// In bytes; nil when there is none.
    ///
    /// - Throws: When nobody can tell.
    static func size(_ path: String) throws(FileError) -> Int? {
        try status(path).map { Int($0.st_size) }
    }

    private static func status(_ path: String) throws(FileError) -> stat? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT else { throw FileError(reading: path, errno) }
            return nil
        }
        return status
    }

    static func remove(_ path: String) {
        unlink(path)
    }

    /// Zero, or the error's number.
    private static func write(_ bytes: [UInt8], to descriptor: CInt) -> CInt {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = posixWrite(descriptor, UnsafeRawBufferPointer(rebasing: rest))
                if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return errno }
            }
            return 0
        }
    }
}

/// Tells a file from another one that was put in its place.
struct FileIdentity: Hashable, Sendable {
    let device: UInt64
    let number: UInt64
}

/// Why a file can't be made or read: what, why, and what to do.
struct FileError: Error, CustomStringConvertible {
    let description: String
    let isFull: Bool

    fileprivate init(creating path: String, _ code: CInt) {
        isFull = code == ENOSPC || code == EDQUOT
        switch code {
        case ENOENT, ENOTDIR: description = "the folder of \"\(path)\" does not exist; create it"
        case ENOSPC, EDQUOT: description = "\"\(path)\" has no room left on its disk; free some space"
        default: description = "\"\(path)\" can't be written: \(Self.reason(code)); check its folder's permissions"
        }
    }

    fileprivate init(notFile path: String) {
        isFull = false
        description = "\"\(path)\" is no file; name one, which need not be there yet"
    }

    fileprivate init(notFolder path: String) {
        isFull = false
        description = "\"\(path)\" is no folder; name one, which need not be there yet"
    }

    fileprivate init(reading path: String, _ code: CInt) {
        isFull = false
        description = "\"\(path)\" can't be read: \(Self.reason(code)); check that it is a file and its permissions"
    }

    private static func reason(_ code: CInt) -> String {
        String(cString: strerror(code)).lowercased()
    }
}

// The functions that `PrivateFile`'s own names hide.
private func posixRead(_ descriptor: CInt, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}

private func posixWrite(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}

extension stat {
    fileprivate var modified: Timestamp {
        #if canImport(Darwin)
            let time = st_mtimespec
        #else
            let time = st_mtim
        #endif
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
