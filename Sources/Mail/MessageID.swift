// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The identity of a message (RFC 5322 §3.6.4), by which a mail client folds a message that arrives twice.
package struct MessageID: Hashable, Sendable {
    /// Unique within the domain; 1 to 128 octets of dot-atom text in ASCII.
    package let left: String
    /// A domain of the sender's in its ASCII form.
    package let domain: String
}

extension MessageID: CustomStringConvertible {
    /// With its angle brackets, as the header carries it.
    package var description: String { "<\(left)@\(domain)>" }
}
