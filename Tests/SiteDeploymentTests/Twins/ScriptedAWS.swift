// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import SiteDeployment
import Synchronization

/// An AWS CLI that answers from a script and remembers what it was asked.
///
/// A rule holds for calls that begin with its words. Its answers are given one after the other, and the last one for ever.
/// A call that no rule knows is an error, so that no test passes by a call that nobody thought of.
final class ScriptedAWS: AWSCommandLine {
    private struct State {
        var rules: [(words: String, answers: [AWSAnswer])]
        var calls: [String] = []
    }

    private let state: Mutex<State>

    init(_ rules: [(String, [AWSAnswer])]) {
        state = Mutex(State(rules: rules.map { (words: $0.0, answers: $0.1) }))
    }

    /// Every call, without what all calls have in common.
    var calls: [String] { state.withLock { $0.calls } }

    func calls(of words: String) -> [String] { calls.filter { $0.hasPrefix(words) } }

    func run(_ arguments: [String]) async throws(AWSFailure) -> AWSAnswer {
        let call = arguments.joined(separator: " ").replacing(" --output json --region eu-north-1", with: "")
        let answer = state.withLock { state -> AWSAnswer? in
            state.calls.append(call)
            guard let index = state.rules.firstIndex(where: { call.hasPrefix($0.words) }) else { return nil }
            let answers = state.rules[index].answers
            if answers.count > 1 { state.rules[index].answers.removeFirst() }
            return answers.first
        }
        guard let answer else { throw AWSFailure(.other, "no rule for: \(call)") }
        return answer
    }

    var session: AWSSession { AWSSession(commandLine: self, region: "eu-north-1", profile: nil) }
}

extension AWSAnswer {
    static let nothing = AWSAnswer()

    static func json(_ text: String) -> AWSAnswer { AWSAnswer(output: text) }

    /// As both versions of the CLI write what AWS refuses.
    static func refused(_ code: String, _ operation: String, _ message: String) -> AWSAnswer {
        AWSAnswer(
            exitCode: 254,
            error: "\nAn error occurred (\(code)) when calling the \(operation) operation: \(message)\n"
        )
    }

    static let noStack = AWSAnswer.refused(
        "ValidationError",
        "DescribeStacks",
        "Stack with id brevlada does not exist"
    )
}
