// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Bounds how often one client address may send a form, and how much of it everybody together may have stored. A large message
/// may count as several.
package protocol SubmissionLimiter: Sendable {
    /// Counts one attempt of the address. Nil admits it; otherwise the seconds, at least 1, until the next one is admitted.
    ///
    /// - Parameters:
    ///   - clientAddress: As in `FormRequest`; nil when it is unknown.
    ///   - octets: How large the body is.
    ///   - now: When the attempt came.
    func admit(clientAddress: UInt128?, form: FormName, octets: Int, at now: Timestamp) -> Int?

    /// Counts a message that was stored towards what everybody together may send; what was there already, or was refused,
    /// is not counted. What was admitted before that and is still on its way may go beyond, by as many messages as there
    /// are connections.
    ///
    /// - Parameters:
    ///   - octets: As of its attempt.
    ///   - now: When the message came.
    func didStore(form: FormName, octets: Int, at now: Timestamp)
}

extension SubmissionLimiter {
    /// For a limiter that has no limit for everybody together.
    package func didStore(form: FormName, octets: Int, at now: Timestamp) {}
}
