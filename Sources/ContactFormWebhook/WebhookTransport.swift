// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Takes an alert to its receiver. The server has its own way.
package protocol WebhookTransport: Sendable {
    /// Posts JSON and gives the status of the answer; follows no redirect.
    ///
    /// - Throws: `WebhookFailure` when there is no answer within the time.
    func post(_ body: String, to url: String, headers: [(name: String, value: String)], timeoutSeconds: Int64)
        async throws(WebhookFailure) -> Int
}
