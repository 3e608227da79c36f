// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import Mail

/// Hands a mail to a mail server.
package protocol Mailer: Sendable {
    /// Returns when the server has taken responsibility for the mail.
    ///
    /// - Throws: `MailerError`. When it is permanent, the submission is marked failed with the reason and the
    ///   mail is not tried again; when it is transient, it is tried again later with the same Message-ID.
    func send(_ message: MailMessage) async throws(MailerError) -> MailerReceipt
}

/// What the mail server said when it took a mail.
package struct MailerReceipt: Sendable, Hashable {
    /// The provider's own id, or the server's last reply.
    package var providerMessageID: String
    /// Of the recipients, those it was not taken for; not all of them. Stored, never logged.
    package var refused: [RefusedRecipient]

    package init(providerMessageID: String, refused: [RefusedRecipient] = []) {
        self.providerMessageID = providerMessageID
        self.refused = refused
    }
}

/// A recipient for whom a mail was not taken.
package struct RefusedRecipient: Sendable, Hashable {
    package var recipient: UnreachedRecipient
    /// Whether trying again is pointless.
    package var isPermanent: Bool

    package init(_ recipient: UnreachedRecipient, isPermanent: Bool) {
        self.recipient = recipient
        self.isPermanent = isPermanent
    }
}

/// Why a mail was not taken.
package struct MailerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A bounded word for metrics and logs, such as `recipient-refused`.
    package var code: String
    /// Whether trying again is pointless; decided where the reply was read.
    package var isPermanent: Bool
    /// For the operator: what happened, in the server's own words where it gave any, and what to do. Those words may
    /// quote the mail, so it is stored with the submission and never logged.
    package var reason: String
    /// The same without anybody's words, for a log. Holds no personal data.
    package var loggableReason: String
    /// Whether any other mail would have met the same: the server is out of reach, or refuses to talk to us.
    package var affectsAllMail: Bool
    /// Whether any other mail to the same recipients would have met the same.
    package var isForRecipients: Bool
    /// Whether the server may have taken the mail all the same: the connection ended before it said so.
    package var mayHaveArrived: Bool
    /// Whether trying again is in vain until a person acts, such as after a wrong password. False where the adapter does not
    /// know.
    package var needsOperator: Bool

    /// - Parameter loggableReason: nil when the reason quotes nobody.
    package init(
        code: String,
        isPermanent: Bool,
        reason: String,
        loggableReason: String? = nil,
        affectsAllMail: Bool = false,
        isForRecipients: Bool = false,
        mayHaveArrived: Bool = false,
        needsOperator: Bool = false
    ) {
        self.code = code
        self.isPermanent = isPermanent
        self.reason = reason
        self.loggableReason = loggableReason ?? reason
        self.affectsAllMail = affectsAllMail
        self.isForRecipients = isForRecipients
        self.mayHaveArrived = mayHaveArrived
        self.needsOperator = needsOperator
    }

    /// Whether the mail was refused for good for what it holds, so that a part of it may be taken.
    package var isForContent: Bool { isPermanent && !affectsAllMail && !isForRecipients }

    package var description: String { "\(code): \(reason)" }
}
