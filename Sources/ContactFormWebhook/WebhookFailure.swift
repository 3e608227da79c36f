// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Why a call has no answer, in words for the log: nothing of the address, which may hold a token.
package struct WebhookFailure: Error, Sendable, Hashable {
    package let reason: String

    package init(_ reason: String) {
        self.reason = reason
    }

    package static let late = WebhookFailure("nothing came in time")
    package static let lost = WebhookFailure("the connection ended before the answer")
    package static let unreadable = WebhookFailure("what came is no answer in HTTP")
}
