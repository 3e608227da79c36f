// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
package import Mail

/// A mail that was captured rather than sent.
package struct CapturedMail: Sendable {
    /// The name of its file, by which `CapturedMailbox.read(name:)` finds it.
    package let name: String
    /// When it was captured last.
    package let date: Timestamp
    package let mail: ParsedMail
}
