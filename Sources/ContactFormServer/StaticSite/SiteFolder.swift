// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// The folder that a site is served from. Every call blocks.
///
/// Nothing outside of the folder can be opened, whatever links are in it and however they change meanwhile. A file is
/// first opened with `O_PATH`, which follows links but neither reads nor wakes a device or a FIFO; the kernel is then
/// asked where that descriptor leads, and only a regular file below the root is opened for reading, through the same
/// descriptor. There is no moment at which a name is looked up twice, so there is nothing to win by a race.
///
/// The folder itself is looked up by name each time: a deployment may replace it, or the link that leads to it.
struct SiteFolder: Sendable {
    let path: String

    func open() throws(SiteFolderError) -> Root {
        let descriptor = Glibc.open(path, clinux_o_path | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SiteFolderError(operation: "open", code: errno, path: path) }
        return try Root(OpenDescriptor(descriptor))
    }
}

/// The folder as it is now.
struct Root {
    enum Item {
        case file(FoundFile)
        case folder
        case nothing
    }

    private let descriptor: OpenDescriptor
    private let realPath: [UInt8]

    fileprivate init(_ descriptor: OpenDescriptor) throws(SiteFolderError) {
        self.descriptor = descriptor
        realPath = try currentPath(of: descriptor)
    }

    /// - Parameter relative: checked by `SitePath`; empty for the root itself.
    /// - Throws: `SiteFolderError` when the machine is at fault; what may not be read is as good as not there.
    func item(at relative: String) throws(SiteFolderError) -> Item {
        if relative.isEmpty { return .folder }
        let opened = openat(descriptor.rawValue, relative, clinux_o_path | O_CLOEXEC)
        guard opened >= 0 else {
            if isAbsence(errno) { return .nothing }
            throw SiteFolderError(operation: "openat", code: errno)
        }
        let item = OpenDescriptor(opened)
        guard isServed(try currentPath(of: item)) else { return .nothing }
        var status = clinux_file_status()
        guard clinux_file_status(opened, &status) == 0 else {
            throw SiteFolderError(operation: "fstat", code: errno)
        }
        if status.is_folder { return .folder }
        return status.is_regular
            ? .file(FoundFile(path: relative, status: FileStatus(status), descriptor: item)) : .nothing
    }

    /// Whether a real path lies below the root and no name on the way is hidden.
    private func isServed(_ path: [UInt8]) -> Bool {
        let slash = UInt8(ascii: "/")
        guard path.starts(with: realPath) else { return false }
        let below = path.dropFirst(realPath.count)
        if below.isEmpty { return true }
        guard below.first == slash || realPath == [slash] else { return false }
        return below.split(separator: slash).allSatisfy {
            $0.first != UInt8(ascii: ".") || $0.elementsEqual(".well-known".utf8)
        }
    }
}

/// A regular file inside the folder that has not been opened for reading.
struct FoundFile {
    /// Below the root, as it was asked for.
    let path: String
    let status: FileStatus
    fileprivate let descriptor: OpenDescriptor

    /// Nil when the file may not be read.
    func open() throws(SiteFolderError) -> OpenFile? {
        let opened = Glibc.open("/proc/self/fd/\(descriptor.rawValue)", O_RDONLY | O_CLOEXEC)
        if opened >= 0 { return try OpenFile(OpenDescriptor(opened)) }
        if isAbsence(errno) { return nil }
        throw SiteFolderError(operation: "open", code: errno)
    }
}

private func isAbsence(_ code: CInt) -> Bool {
    switch code {
    case ENOENT, ENOTDIR, EACCES, EPERM, ELOOP, ENAMETOOLONG, ENXIO: true
    default: false
    }
}

/// Where a descriptor leads, in the kernel's own words.
private func currentPath(of descriptor: OpenDescriptor) throws(SiteFolderError) -> [UInt8] {
    let capacity = Int(PATH_MAX)
    var buffer = [CChar](repeating: 0, count: capacity)
    let count = readlink("/proc/self/fd/\(descriptor.rawValue)", &buffer, capacity)
    guard count >= 0 else { throw SiteFolderError(operation: "readlink", code: errno) }
    return buffer.prefix(count).map { UInt8(bitPattern: $0) }
}
