// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
package import HTTPAddress

/// Where the owner is told that mail is broken. The address may hold a secret of its own, and shows itself nowhere.
package struct AlertSettings: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    package var address: HTTPLocation
    package var secret: WebhookSecret

    package init(address: HTTPLocation, secret: WebhookSecret) {
        self.address = address
        self.secret = secret
    }

    package var description: String { "webhook ***" }

    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
