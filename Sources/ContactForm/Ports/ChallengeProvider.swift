// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The challenge services that there is an adapter for, as the configuration names them.
package enum ChallengeProvider: String, Sendable, Hashable, CaseIterable {
    case turnstile, hcaptcha
}
