// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Asks a challenge service (Turnstile, hCaptcha) whether a person solved the challenge behind a token.
package protocol Challenge: Sendable {
    /// The form field that carries the token; not shown in mail and not stored.
    var tokenField: String { get }

    /// Sends the token and nothing about the visitor.
    ///
    /// Never throws: a checker that is down is a verdict of its own, and the submission is stored and held.
    func verify(token: String) async -> ChallengeVerdict
}

package enum ChallengeVerdict: Sendable, Hashable {
    case passed
    /// The token is wrong.
    case refused
    /// The token was good once: it is too old, or was used before.
    case expired
    /// The checker did not answer, or answered with its own failure.
    case unavailable
}
