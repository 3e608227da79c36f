// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Bounds how often one client address, and everybody together, may send a form.
package protocol SubmissionLimiter: Sendable {
    /// Counts one attempt. Nil admits it; otherwise the seconds, at least 1, until the next one is admitted.
    func secondsToWait(clientAddress: String?, form: FormName, at now: Timestamp) -> Int?
}
