// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A way to reach the owner that does not depend on mail.
package protocol AlertChannel: Sendable {
    /// Returns when the other side has taken the alert.
    ///
    /// - Throws: `AlertError`; it is tried again later with the same id.
    func send(_ alert: MailAlert, at now: Timestamp) async throws(AlertError)
}
