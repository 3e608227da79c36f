// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Reads a file line by line in flat memory.
struct LineReader: ~Copyable {
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false
    /// The number of the line that was read last, counted from 1.
    private(set) var number = 0

    /// A line of an export is a form's body and its history; what is longer is no export.
    private static let longestLine = 8 * 1024 * 1024

    /// - Parameter expected: What to name when the file can't be opened.
    /// - Throws: `CommandFailure` then.
    init(path: String, expected: String = "a file of \"brevlada inbox export\"") throws {
        descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandFailure(
                .configuration,
                "the file \"\(path)\" can't be read: \(systemMessage(errno)); name \(expected)"
            )
        }
    }

    deinit { close(descriptor) }

    /// The next line without its end; nil after the last one.
    mutating func next() throws -> ArraySlice<UInt8>? {
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                number += 1
                return buffer[start..<end]
            }
            if isAtEnd {
                guard start < buffer.count else { return nil }
                defer { start = buffer.count }
                number += 1
                return buffer[start...]
            }
            buffer.removeFirst(start)
            start = 0
            searched = buffer.count
            guard searched <= Self.longestLine else {
                throw CommandFailure(.configuration, "line \(number + 1) has over 8 MB; an export has no such line")
            }
            try fill()
        }
    }

    private mutating func fill() throws {
        let room = 256 * 1024
        let old = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: room))
        var count: Int
        repeat {
            count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress?.advanced(by: old), room) }
        } while count < 0 && errno == EINTR
        guard count >= 0 else {
            throw CommandFailure(.fault, "the file can't be read on: \(systemMessage(errno)); check the disk")
        }
        buffer.removeLast(room - count)
        isAtEnd = count == 0
    }
}
