// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A line from the terminal that is not shown while it is typed.
enum HiddenInput {
    /// - Throws: `CommandFailure` when the person broke off.
    static func readLine(prompt: String) throws -> String {
        var before = termios()
        guard tcgetattr(STDIN_FILENO, &before) == 0 else {
            throw CommandFailure(.fault, "the terminal can't be asked: \(systemMessage(errno)); use --stdin")
        }
        var hidden = before
        // Without signals either, or Ctrl-C would leave the terminal silent; it arrives as a character instead.
        hidden.c_lflag &= ~tcflag_t(ECHO | ISIG)
        hidden.c_lflag |= tcflag_t(ECHONL)
        // What was typed too early was shown, and does not count.
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        defer { tcsetattr(STDIN_FILENO, TCSANOW, &before) }
        try Output.error.write(prompt)
        guard let line = Swift.readLine(), !line.unicodeScalars.contains("\u{3}") else {
            throw CommandFailure(.problems, "broken off; nothing was changed")
        }
        return line
    }
}
