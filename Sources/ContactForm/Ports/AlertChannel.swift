// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A way to reach the owner that does not depend on mail.
package protocol AlertChannel: Sendable {
    /// Returns when the other side has taken the alert.
    ///
    /// - Throws: `AlertError`; it is tried again later with the same id.
    func send(_ alert: MailAlert, at now: Timestamp) async throws(AlertError)
}

/// Where `AlertRecord` outlives the process.
package protocol AlertMemory: Sendable {
    /// Nil when there is none, or it can't be read: then everything is news.
    func load() -> AlertRecord?
    /// As well as it can; at worst an alert comes twice.
    func save(_ record: AlertRecord)
}

/// Why an alert was not taken. Holds no secret and no answer of the other side.
package struct AlertError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
