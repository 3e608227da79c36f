// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

/// Bounds the submissions of one address and those of one form.
package final class SubmissionRateLimits: SubmissionLimiter {
    private let addresses: RateLimiter<String>
    private let forms: RateLimiter<FormName>

    package init(perAddress: RateLimit, perForm: RateLimit) {
        addresses = RateLimiter(perAddress)
        forms = RateLimiter(perForm, capacity: 1000)
    }

    package func secondsToWait(clientAddress: String?, form: FormName, at now: Timestamp) -> Int? {
        // The address first: a flood from one must not use up what everybody else has of the form.
        if case .refused(let seconds) = addresses.admit(clientAddress ?? "unknown", at: now.milliseconds) {
            return seconds
        }
        if case .refused(let seconds) = forms.admit(form, at: now.milliseconds) { return seconds }
        return nil
    }
}
