// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What is wrong with an SMTP URL, and what to write instead.
///
/// Names the part at fault without quoting anything that may hold the password.
package struct SMTPURLError: Error, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
