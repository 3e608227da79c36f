// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// A file descriptor that text is written to, and what stands behind it.
struct Output: Sendable {
    let descriptor: Int32

    /// Data: what was asked for.
    static let standard = Output(descriptor: STDOUT_FILENO)
    /// Everything else: progress, warnings, errors.
    static let error = Output(descriptor: STDERR_FILENO)

    var isFile: Bool {
        var status = clinux_file_status()
        return clinux_file_status(descriptor, &status) == 0 && status.is_regular
    }

    var isTerminal: Bool { isatty(descriptor) == 1 }

    /// The columns of the terminal; 80 when it does not say.
    var width: Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Colour only for a person at a terminal who did not ask to be spared it (https://no-color.org).
    func style(_ environment: [String: String] = SystemEnvironment.variables) -> TerminalStyle {
        let wantsNone = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        return TerminalStyle(isColoured: isTerminal && !wantsNone && environment["TERM"] != "dumb")
    }

    /// Writes all of the text, and waits for the reader when need be.
    ///
    /// - Throws: `OutputError`; when the reader went away, as `head` does, there is nothing to say to anybody.
    func write(_ text: String) throws(OutputError) {
        var text = text
        let result = text.withUTF8 { bytes in
            Result { () throws(OutputError) in try write(UnsafeRawBufferPointer(bytes)) }
        }
        try result.get()
    }

    /// The same for bytes.
    func write(_ bytes: UnsafeRawBufferPointer) throws(OutputError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&wait, 1, -1)
                continue
            }
            guard count >= 0 else { throw OutputError(number: errno) }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        }
    }

    /// Writes what can be written without waiting for the reader.
    ///
    /// - Returns: How many bytes went out.
    func writeWithoutWaiting(_ bytes: UnsafeRawBufferPointer) throws(OutputError) -> Int {
        let count = clinux_write_without_waiting(descriptor, bytes.baseAddress, bytes.count)
        guard count >= 0 || errno == EAGAIN else { throw OutputError(number: errno) }
        return max(count, 0)
    }

    func writeLine(_ text: String) throws(OutputError) {
        try write(text + "\n")
    }
}

/// Why nothing more can be written.
struct OutputError: Error, Hashable, CustomStringConvertible {
    let number: Int32

    var isClosedPipe: Bool { number == EPIPE }

    var description: String { "the output can't be written: \(systemMessage(number)); check where it goes" }
}
