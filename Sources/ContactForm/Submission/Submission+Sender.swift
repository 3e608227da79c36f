// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Mail

extension Submission {
    /// Whether it came from an address: it is the sender's, the one that answers go to, or a field is exactly that
    /// address. Neither case nor white space around it counts, and a domain is the same in letters of any script and in
    /// ASCII (RFC 5890).
    package func isFrom(address: String) -> Bool {
        let wanted = Self.comparable(address)
        guard !wanted.isEmpty else { return false }
        if [email, replyTo].contains(where: { $0.map(Self.comparable) == wanted }) { return true }
        return fields.fields.contains { $0.values.contains { Self.comparable($0) == wanted } }
    }

    private static func comparable(_ text: String) -> String {
        // An address has no white space, and no message of many lines is one.
        guard text.utf8.count <= 1_500 else { return "" }
        let text = text.trimmedSpaces.lowercased()
        guard text.contains("@"), let address = try? EmailAddress(parsing: text) else { return text }
        return address.transportAddress
    }
}
