// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The operator's yes to what is about to be done, which a flag may have said before.
struct Consent: Sendable {
    let console: any DeploymentConsole
    /// Whether `--yes` was said: then nothing is asked.
    let isGiven: Bool
    /// What asks, such as `deploy asks before it changes anything`.
    let rule: String
    /// How much was done so far, which is what is said of a no: `nothing was changed`.
    var refusal: String

    /// - Throws: `DeploymentFailure` unless the answer is yes.
    func ask(_ question: String) async throws {
        if isGiven { return }
        guard console.isInteractive else {
            throw DeploymentFailure(.notPrepared, "\(rule), and there is no terminal to ask at; add --yes")
        }
        guard await console.ask(question)?.isYes == true else { throw DeploymentFailure(.notDone, refusal) }
    }
}

extension String {
    /// Whether it says yes, as an answer at a terminal.
    package var isYes: Bool { ["y", "yes"].contains(lowercased()) }
}
