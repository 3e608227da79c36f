// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

extension SMTPError {
    /// The meaning of a reply that is not the one hoped for.
    ///
    /// A refusal is about the message only from RCPT on, and there too it may be about the client or the account
    /// (`SMTPRefusalMatter`). Whatever its first digit, that is transient, so that mail waits until an operator has mended it.
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
                remedy: remedy ?? (isPermanentReply ? nil : "the server asks for another attempt later"),
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
        // The reply to a name that is not taken looks like any other: 421, 501, 550.
        let remedy = stage == .ehlo ? SMTPRefusalMatter.clientNameRemedy : nil
        // RFC 5321 §3.8: the server closes after this one, at whatever command it says it.
        if reply.code == 421 { return error(.serviceUnavailable, remedy: remedy) }

        switch stage {
        case .connect, .greeting, .ehlo, .quit:
            return error(.serviceUnavailable, needsOperator: isPermanentReply, remedy: remedy)
        case .starttls:
            return error(
                .tlsFailed,
                needsOperator: isPermanentReply,
                remedy: isPermanentReply ? "use smtps:// if the server has port 465, or ask its operator" : nil
            )
        case .auth:
            // RFC 4954 §6: 454 is a fault of the server's own; what it was given it has not judged.
            guard isPermanentReply else { return error(.serviceUnavailable) }
            return error(.authenticationFailed, needsOperator: true)
        case .mail, .rcpt, .data, .body:
            // RFC 4954 §6 and RFC 3207 §4: said instead of an answer to the command.
            if [530, 534, 535, 538].contains(reply.code) { return error(.authenticationRequired, needsOperator: true) }
        }
        if stage != .rcpt, isSizeRefusal(reply) { return error(.messageTooLarge, isPermanent: true) }

        let matter = SMTPRefusalMatter(of: reply, at: stage)
        // Postfix says 450 of a name that it can't find, each time.
        if matter == .clientName { return error(.serviceUnavailable, needsOperator: true, remedy: matter.remedy) }
        guard isPermanentReply else {
            return switch stage {
            case .mail: error(.senderRefused)
            case .rcpt: error(.recipientRefused)
            default: error(.messageRefused)
            }
        }
        // About what the server knows so far: the sender, if not the account.
        if stage == .mail { return error(.senderRefused, needsOperator: true, remedy: matter.remedy) }
        let own: Code = stage == .rcpt ? .recipientRefused : .messageRefused
        switch matter {
        case .content:
            return error(.messageRefused, isPermanent: true)
        case .recipient:
            // RFC 5321 §4.5.3.1.10: 552 to RCPT means too many recipients, and is to be treated as 452.
            return error(.recipientRefused, isPermanent: stage != .rcpt || reply.code != 552)
        case .sender, .senderDomain:
            return error(.senderRefused, needsOperator: true, remedy: matter.remedy)
        case .rightToSend, .unclear:
            return error(own, needsOperator: true, remedy: matter.remedy)
        case .passing:
            return error(own)
        case .limit, .clientName, .service:
            return error(.serviceUnavailable, needsOperator: true, remedy: matter.remedy)
        }
    }

    /// RFC 1870 §6.1: 552 is about the size, unless its enhanced status says that a mailbox is full (5.2.2), or its words that
    /// an account has sent enough.
    private static func isSizeRefusal(_ reply: SMTPReply) -> Bool {
        guard reply.code == 552 else { return false }
        guard let status = reply.enhancedStatus else { return !SMTPRefusalMatter.isLimit(SMTPReplyWords(reply)) }
        return (status.subject, status.detail) == (3, 4) || (status.subject, status.detail) == (2, 3)
    }
}
