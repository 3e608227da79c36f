// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What is wrong with an SMTP URL, and what to write instead.
///
/// Names the part at fault without quoting anything that may hold the password.
package struct SMTPURLError: Error, Hashable, CustomStringConvertible {
    package let description: String
    /// Whether user or password has a character that must be percent-encoded in the URL, but not beside it.
    package let wantsEscape: Bool

    init(_ description: String, wantsEscape: Bool = false) {
        self.description = description
        self.wantsEscape = wantsEscape
    }
}
