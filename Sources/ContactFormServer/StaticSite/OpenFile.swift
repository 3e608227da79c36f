// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import NIOCore

/// A file descriptor that is closed when nobody holds it any more.
final class OpenDescriptor: Sendable {
    let rawValue: CInt

    init(_ rawValue: CInt) {
        self.rawValue = rawValue
    }

    deinit {
        close(rawValue)
    }
}

/// A regular file inside the site's folder, open for reading. Every call blocks.
///
/// Reads name their offset, so one open file may serve any number of readers.
struct OpenFile: Sendable {
    private let descriptor: OpenDescriptor
    /// As it was when the file was opened.
    let status: FileStatus

    init(_ descriptor: OpenDescriptor) throws(SiteFolderError) {
        self.descriptor = descriptor
        status = try Self.status(of: descriptor)
    }

    /// The octets of the range.
    ///
    /// - Throws: `SiteFolderError` when there are fewer, because the file was cut short after it was opened.
    func read(_ range: Range<Int>) throws(SiteFolderError) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: range.count)
        var offset = range.lowerBound
        while offset < range.upperBound {
            var result = 0
            buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: range.upperBound - offset) { room in
                result = pread(descriptor.rawValue, room.baseAddress, range.upperBound - offset, off_t(offset))
                return max(result, 0)
            }
            // At the end of the file errno is an earlier call's.
            if result > 0 {
                offset += result
            } else if result == 0 || errno != EINTR {
                throw SiteFolderError(operation: "read", code: result == 0 ? EIO : errno)
            }
        }
        return buffer
    }

    /// The whole file, or nil when it changed while it was read.
    func readAll() throws(SiteFolderError) -> ByteBuffer? {
        let bytes: ByteBuffer
        do throws(SiteFolderError) {
            bytes = try read(0..<status.size)
        } catch {
            if try Self.status(of: descriptor) != status { return nil }
            throw error
        }
        return try Self.status(of: descriptor) == status ? bytes : nil
    }

    private static func status(of descriptor: OpenDescriptor) throws(SiteFolderError) -> FileStatus {
        var status = clinux_file_status()
        guard clinux_file_status(descriptor.rawValue, &status) == 0 else {
            throw SiteFolderError(operation: "fstat", code: errno)
        }
        return FileStatus(status)
    }
}
