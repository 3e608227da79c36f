// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

/// Where the owner is told that mail is broken. The address may hold a secret of its own, and shows itself nowhere.
package struct AlertSettings: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    package var url: String
    package var secret: WebhookSecret

    package init(url: String, secret: WebhookSecret) {
        self.url = url
        self.secret = secret
    }

    package var description: String { "webhook ***" }

    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
