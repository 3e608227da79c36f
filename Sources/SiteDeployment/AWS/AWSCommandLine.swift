// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The AWS CLI, version 1 or 2, with whatever credentials, settings and endpoints the operator gave it.
package protocol AWSCommandLine: Sendable {
    /// Runs `aws` with the arguments and waits for its end.
    ///
    /// - Throws: `AWSFailure` when the program can't be started. What AWS refuses is an answer like another.
    func run(_ arguments: [String]) async throws(AWSFailure) -> AWSAnswer
}

/// What the AWS CLI wrote and how it ended.
package struct AWSAnswer: Sendable, Hashable {
    package var exitCode: Int
    package var output: String
    package var error: String

    package init(exitCode: Int = 0, output: String = "", error: String = "") {
        self.exitCode = exitCode
        self.output = output
        self.error = error
    }
}
