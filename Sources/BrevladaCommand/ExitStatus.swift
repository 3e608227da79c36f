// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What the command's exit code says; in the help of every command.
enum ExitStatus: Int32 {
    case success = 0
    /// The command worked and found something wrong.
    case problems = 1
    /// The configuration, a file or an id that was named can't be used.
    case configuration = 2
    /// The arguments make no sense (EX_USAGE of sysexits.h, which the argument parser uses).
    case usage = 64
    /// A fault of ours or of the machine (EX_SOFTWARE).
    case fault = 70

    static let help = """
        Exit codes: 0 all is well; 1 something is wrong that the command was to find;
        2 the configuration, a file or an id can't be used; 64 the arguments make no
        sense; 70 a fault of the program or the machine.
        """
}

/// Ends the command with a sentence for the operator.
struct CommandFailure: Error, CustomStringConvertible {
    var status: ExitStatus
    /// Lower case, subject first, remedy last. Empty when all has been said.
    var description: String

    init(_ status: ExitStatus, _ description: String) {
        self.status = status
        self.description = description
    }
}
