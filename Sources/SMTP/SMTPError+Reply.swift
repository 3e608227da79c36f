// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

extension SMTPError {
    /// The meaning of a reply that is not the one hoped for.
    ///
    /// A refusal is about the message only from RCPT on. Before that it is about the client or the account, and so is
    /// one that speaks of policy (X.7, RFC 3463 §3.8) before the message is known; whatever its first digit, it is
    /// transient, so that mail waits until an operator has mended it.
    static func refusal(_ reply: SMTPReply, at stage: SMTPStage, hiding secrets: [String] = []) -> SMTPError {
        let isPermanentReply = reply.code / 100 == 5

        func error(
            _ code: Code,
            isPermanent: Bool = false,
            needsOperator: Bool = false,
            remedy: String? = nil
        ) -> SMTPError {
            SMTPError(
                code,
                stage: stage,
                isPermanent: isPermanent,
                needsOperator: needsOperator,
                reply: reply,
                remedy: isPermanentReply ? remedy : "the server asks for another attempt later",
                hiding: secrets
            )
        }

        guard isPermanentReply || reply.code / 100 == 4 else {
            return SMTPError(
                .unexpectedReply,
                stage: stage,
                reply: reply,
                acceptedUnknown: stage == .body,
                hiding: secrets
            )
        }
        // RFC 5321 §3.8: the server closes after this one, at whatever command it says it.
        if reply.code == 421 { return error(.serviceUnavailable) }

        switch stage {
        case .connect, .greeting, .ehlo, .quit:
            return error(.serviceUnavailable, needsOperator: isPermanentReply)
        case .starttls:
            return error(
                .tlsFailed,
                needsOperator: isPermanentReply,
                remedy: "use smtps:// if the server has port 465, or ask its operator"
            )
        case .auth:
            return error(.authenticationFailed, needsOperator: isPermanentReply)
        case .mail, .rcpt, .data, .body:
            // RFC 4954 §6 and RFC 3207 §4: said instead of an answer to the command.
            if [530, 534, 535, 538].contains(reply.code) { return error(.authenticationRequired, needsOperator: true) }
        }

        switch stage {
        case .mail where isSizeRefusal(reply), .data where isSizeRefusal(reply), .body where isSizeRefusal(reply):
            return error(.messageTooLarge, isPermanent: true)
        case .mail:
            return error(.senderRefused, needsOperator: isPermanentReply)
        case .rcpt where isPermanentReply && reply.enhancedStatus?.subject == 7:
            return error(
                .recipientRefused,
                needsOperator: true,
                remedy: "the account may not send to it; check user, password and sender with the server's operator"
            )
        case .rcpt:
            // RFC 5321 §4.5.3.1.10: 552 to RCPT means too many recipients, and is to be treated as 452.
            return error(.recipientRefused, isPermanent: isPermanentReply && reply.code != 552 && !isLackOfRoom(reply))
        default:
            return error(.messageRefused, isPermanent: isPermanentReply && !isLackOfRoom(reply))
        }
    }

    /// Whether the mailbox or the whole system is full, which somebody can change; RFC 3463 §3.3 and §3.4 (X.2.2, X.3.1) call it
    /// a condition that passes, whatever the reply's code.
    private static func isLackOfRoom(_ reply: SMTPReply) -> Bool {
        guard let status = reply.enhancedStatus else { return false }
        return (status.subject, status.detail) == (2, 2) || (status.subject, status.detail) == (3, 1)
    }

    /// RFC 1870 §6.1: 552 is about the size, unless its enhanced status says that a mailbox is full (5.2.2).
    private static func isSizeRefusal(_ reply: SMTPReply) -> Bool {
        guard reply.code == 552 else { return false }
        guard let status = reply.enhancedStatus else { return true }
        return (status.subject, status.detail) == (3, 4) || (status.subject, status.detail) == (2, 3)
    }
}
