// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A way to reach the owner that does not depend on mail.
package protocol AlertChannel: Sendable {
    /// Returns when the other side has taken the alert.
    ///
    /// - Throws: `AlertError`; it is tried again later with the same id.
    func send(_ alert: MailAlert, at now: Timestamp) async throws(AlertError)
}

/// Where an `AlertRecord` outlives the process, as its text.
package protocol AlertMemory: Sendable {
    /// What was saved last; nil when nothing was.
    func load() async throws(StoreError) -> String?

    /// Saves, if what was saved last is still `known`.
    ///
    /// - Returns: false when it is not: another process saved meanwhile.
    func save(_ text: String, over known: String?) async throws(StoreError) -> Bool
}

/// Why an alert was not taken. Holds no secret and no answer of the other side.
package struct AlertError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
