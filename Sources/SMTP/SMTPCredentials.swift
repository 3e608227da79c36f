// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A user name and password that never show themselves in a description, a log line or a dump.
package struct SMTPCredentials: Sendable, Hashable {
    package let username: String
    package let password: String
}

extension SMTPCredentials: CustomStringConvertible, CustomReflectable {
    package var description: String { "***" }

    /// Empty, so that `dump` and string interpolation of an enclosing value print nothing either.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
