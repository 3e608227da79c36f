// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What became of a message that the server took. Has addresses in it: log its counts, not the whole.
package struct SMTPReceipt: Sendable, Hashable {
    /// The server's final reply, sanitised as in `SMTPError.detail`. Often has the server's id of the message.
    package let reply: String
    /// The recipients for whom the server took the message: at least one.
    package let accepted: [String]
    /// The recipients it refused. The caller decides whether to try those again.
    package let refused: [SMTPRefusedRecipient]
}

/// One recipient whom the server refused while it took the message for others.
package struct SMTPRefusedRecipient: Sendable, Hashable {
    package let address: String
    /// The refusal; its `isPermanent` says whether this recipient is worth another attempt.
    package let error: SMTPError
}
