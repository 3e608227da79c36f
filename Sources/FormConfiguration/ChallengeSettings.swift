// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The service that checks visitors, and its secret, which shows itself in no description.
package struct ChallengeSettings: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case turnstile, hcaptcha
    }

    package var kind: Kind
    package var secret: String

    package init(kind: Kind, secret: String) {
        self.kind = kind
        self.secret = secret
    }

    package var description: String { "\(kind.rawValue) ***" }

    package var customMirror: Mirror { Mirror(self, children: ["kind": kind.rawValue]) }
}
