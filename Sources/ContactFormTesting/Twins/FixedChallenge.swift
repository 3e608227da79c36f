// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import Synchronization

/// Gives the verdict it was told to give, and remembers what it was asked.
package final class FixedChallenge: Challenge {
    private struct State {
        var verdict: ChallengeVerdict
        var tokens: [String] = []
    }

    package let tokenField: String
    private let state: Mutex<State>

    package init(_ verdict: ChallengeVerdict, tokenField: String = "cf-turnstile-response") {
        self.tokenField = tokenField
        state = Mutex(State(verdict: verdict))
    }

    package func setVerdict(_ verdict: ChallengeVerdict) {
        state.withLock { $0.verdict = verdict }
    }

    /// The tokens that were checked, in their order.
    package var tokens: [String] { state.withLock { $0.tokens } }

    package func verify(token: String) async -> ChallengeVerdict {
        state.withLock { state in
            state.tokens.append(token)
            return state.verdict
        }
    }
}
