// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What became of a message that the server took. Has addresses in it: log its counts, not the whole.
package struct SMTPReceipt: Sendable, Hashable {
    /// The server's final reply, sanitised as in `SMTPError.detail`. Often has the server's id of the message. Of several
    /// transactions, that of the last.
    package private(set) var reply: String
    /// The recipients for whom the server took the message: at least one.
    package private(set) var accepted: [String]
    /// The recipients it refused. The caller decides whether to try those again.
    package private(set) var refused: [SMTPRefusedRecipient]

    init(reply: String, accepted: [String], refused: [SMTPRefusedRecipient]) {
        self.reply = reply
        self.accepted = accepted
        self.refused = refused
    }

    /// Who is to be offered the message in a transaction of their own.
    var surplus: [String] { refused.filter(\.isSurplus).map(\.address) }

    /// Adds a recipient who was left out.
    mutating func leaveOut(_ recipient: String, because error: SMTPError) {
        refused.append(SMTPRefusedRecipient(address: recipient, error: error))
    }

    /// Adds what became of the surplus: the transaction's receipt, or why it came to nothing.
    mutating func settleSurplus(_ outcome: Result<SMTPReceipt, SMTPError>) {
        let surplus = surplus
        refused.removeAll(where: \.isSurplus)
        switch outcome {
        case .success(let receipt):
            reply = receipt.reply
            accepted += receipt.accepted
            refused += receipt.refused
        case .failure(let error):
            refused += surplus.map { SMTPRefusedRecipient(address: $0, error: error) }
        }
    }
}

/// One recipient whom the server refused, or ended the connection at, while it took the message for others.
package struct SMTPRefusedRecipient: Sendable, Hashable {
    package let address: String
    /// The refusal; its `isPermanent` says whether this recipient is worth another attempt.
    package let error: SMTPError
    /// Whether it was only one too many for the transaction.
    var isSurplus = false
}
