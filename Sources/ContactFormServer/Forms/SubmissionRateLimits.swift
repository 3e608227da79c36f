// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

/// Bounds what one address, and the networks it is in, may send, and what is stored of one form.
package final class SubmissionRateLimits: SubmissionLimiter {
    /// A whole network may send more than one visitor in it, and yet not what all visitors together may.
    private static let allowance = LimitKey.Allowance(wide: 4, widest: 16)

    /// A message of usual size counts as one. A large one takes room on the disk, with the index of its words some eight times its
    /// own: who may send six a minute shall not fill it within days.
    static let octetsForOne = 16 * 1_024

    private let addresses: RateLimiter<LimitKey>
    private let forms: RateLimiter<FormName>

    package init(perAddress: RateLimit, perForm: RateLimit) {
        addresses = RateLimiter(perAddress)
        forms = RateLimiter(perForm, capacity: 1000)
    }

    package func admit(clientAddress: UInt128?, form: FormName, octets: Int, at now: Timestamp) -> Int? {
        // Only looked at. What is taken of the form is taken by what is stored: refused messages cost their sender alone.
        if let seconds = forms.secondsToWait(form, at: now.milliseconds) { return seconds }
        let keys = LimitKey.all(of: clientAddress.map(IPAddress.init(bits:)))
        let claims = keys.lazy.map { ($0, Self.allowance.times($0.width)) }
        return addresses.admit(claims, tokens: Self.tokens(octets), at: now.milliseconds)
    }

    package func didStore(form: FormName, octets: Int, at now: Timestamp) {
        forms.take(form, tokens: Self.tokens(octets), at: now.milliseconds)
    }

    private static func tokens(_ octets: Int) -> Int { max(1, (octets + octetsForOne - 1) / octetsForOne) }
}
