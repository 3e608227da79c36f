// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

/// The service that checks visitors, and its secret, which shows itself in no description.
package struct ChallengeSettings: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    package var provider: ChallengeProvider
    package var secret: String

    package init(provider: ChallengeProvider, secret: String) {
        self.provider = provider
        self.secret = secret
    }

    package var description: String { "\(provider.rawValue) ***" }

    package var customMirror: Mirror { Mirror(self, children: ["provider": provider.rawValue]) }
}
