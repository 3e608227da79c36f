// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Takes alerts to the one receiver it was made for.
package protocol WebhookTransport: Sendable {
    /// Posts JSON and gives the status of the answer; follows no redirect.
    ///
    /// - Throws: `WebhookFailure` when there is no answer within the time.
    func post(
        _ body: String,
        headers: [(name: String, value: String)],
        timeoutSeconds: Int64
    ) async throws(WebhookFailure) -> Int
}
