// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
package import HTTPAddress

extension ChallengeProvider {
    package var tokenField: String {
        switch self {
        case .turnstile: "cf-turnstile-response"
        case .hcaptcha: "h-captcha-response"
        }
    }

    /// The class of the element that the service's script turns into the challenge.
    package var widgetClass: String {
        switch self {
        case .turnstile: "cf-turnstile"
        case .hcaptcha: "h-captcha"
        }
    }

    /// Where it answers; the transport is made for it.
    package var endpoint: HTTPLocation {
        switch self {
        case .turnstile: HTTPLocation(host: "challenges.cloudflare.com", target: "/turnstile/v0/siteverify")
        case .hcaptcha: HTTPLocation(host: "api.hcaptcha.com", target: "/siteverify")
        }
    }

    /// What a page needs to load to show the challenge, for its Content-Security-Policy.
    package var contentSources: String {
        switch self {
        case .turnstile: "https://challenges.cloudflare.com"
        case .hcaptcha: "https://hcaptcha.com https://*.hcaptcha.com"
        }
    }
}
