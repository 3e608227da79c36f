// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import SiteDeployment
import Subprocess

/// The program `aws` on the PATH, with this process's environment.
struct AWSProcess: AWSCommandLine {
    /// Listings of a large bucket are the longest answers; a page of a thousand objects is some 200 KB.
    private static let longestAnswer = 256 << 20
    private static let longestError = 1 << 20

    func run(_ arguments: [String]) async throws(AWSFailure) -> AWSAnswer {
        do {
            let result = try await Subprocess.run(
                .name("aws"),
                arguments: Arguments(arguments),
                // Version 2 would show long answers in a pager and wait there.
                environment: .inherit.updating(["AWS_PAGER": ""]),
                output: .string(limit: Self.longestAnswer),
                error: .string(limit: Self.longestError)
            )
            let exitCode =
                switch result.terminationStatus {
                case .exited(let code): Int(code)
                case .signaled(let signal): 128 + Int(signal)
                }
            return AWSAnswer(exitCode: exitCode, output: result.standardOutput, error: result.standardError)
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw AWSFailure(.notInstalled, "aws")
        } catch {
            throw AWSFailure(.other, "the program can't be run: \(error)")
        }
    }

    /// The version, such as `aws-cli/2.17.9`.
    func version() async throws(AWSFailure) -> String {
        let answer = try await run(["--version"])
        guard answer.exitCode == 0 else { throw AWSFailure(answer) }
        // Version 1 once wrote it to standard error.
        let text = answer.output.isEmpty ? answer.error : answer.output
        return text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? "aws"
    }
}
