// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Takes questions to the one checker it was made for.
package protocol SiteverifyTransport: Sendable {
    /// Posts a form (`application/x-www-form-urlencoded`) and gathers the answer, whatever its status.
    ///
    /// - Throws: when there is no whole answer within the time, or it is longer than allowed. The challenge is unavailable
    ///   then.
    func post(
        _ form: String,
        timeoutSeconds: Int64,
        longestAnswer: Int
    ) async throws -> (status: Int, body: [UInt8])
}
