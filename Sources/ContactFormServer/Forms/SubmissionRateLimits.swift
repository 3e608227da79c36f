// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

/// Bounds what one address, and the networks it is in, may send, and what is stored of one form.
package final class SubmissionRateLimits: SubmissionLimiter {
    /// A whole network may send more than one visitor in it, and yet not what all visitors together may.
    private static let allowance = LimitKey.Allowance(wide: 4, widest: 16)

    private let addresses: RateLimiter<LimitKey>
    private let forms: RateLimiter<FormName>

    package init(perAddress: RateLimit, perForm: RateLimit) {
        addresses = RateLimiter(perAddress)
        forms = RateLimiter(perForm, capacity: 1000)
    }

    package func admit(clientAddress: UInt128?, form: FormName, at now: Timestamp) -> Int? {
        // Only looked at. What is taken of the form is taken by what is stored: refused messages cost their sender alone.
        if let seconds = forms.secondsToWait(form, at: now.milliseconds) { return seconds }
        let keys = LimitKey.all(of: clientAddress.map(IPAddress.init(bits:)))
        let claims = keys.lazy.map { ($0, Self.allowance.times($0.width)) }
        return addresses.admit(claims, at: now.milliseconds)
    }

    package func didStore(form: FormName, at now: Timestamp) {
        forms.take(form, at: now.milliseconds)
    }
}
