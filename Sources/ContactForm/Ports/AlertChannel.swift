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
    /// Nil when there is none, or it holds something else: then everything is news.
    func load() async throws(StoreError) -> AlertRecord?
    func save(_ record: AlertRecord) async throws(StoreError)
}

/// Why an alert was not taken. Holds no secret and no answer of the other side.
package struct AlertError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
