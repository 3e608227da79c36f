// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

extension SMTPError {
    /// The meaning of a reply that is not the one hoped for.
    ///
    /// A refusal is about the message only from RCPT on, and there too it may be about the client or the account
    /// (`Matter`). Whatever its first digit, that is transient, so that mail waits until an operator has mended it.
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
        default:
            break
        }

        let own: Code = stage == .rcpt ? .recipientRefused : .messageRefused
        guard isPermanentReply else { return error(own) }
        switch Matter(of: reply, at: stage) {
        case .content:
            return error(.messageRefused, isPermanent: true)
        case .recipient:
            // RFC 5321 §4.5.3.1.10: 552 to RCPT means too many recipients, and is to be treated as 452.
            return error(.recipientRefused, isPermanent: stage != .rcpt || reply.code != 552)
        case .sender:
            return error(.senderRefused, needsOperator: true)
        case .rightToSend:
            return error(
                own,
                needsOperator: true,
                remedy: "the account may not send it; check user, password and sender with the server's operator"
            )
        case .passing:
            return error(own)
        case .service:
            return error(.serviceUnavailable, needsOperator: true)
        }
    }

    /// What a refusal for good is about, from RCPT on.
    private enum Matter {
        /// What the mail holds.
        case content
        case recipient
        /// The sender's address or its domain. Many servers look at it when they know the recipient, or the mail.
        case sender
        /// Whether the account may send this, or send to that.
        case rightToSend
        /// A condition that passes, or that somebody changes who is not the sender: whatever the reply's first digit.
        case passing
        /// The server itself, which would say the same to any mail.
        case service

        /// By the enhanced status (RFC 3463 §3; https://www.iana.org/assignments/smtp-enhanced-status-codes); where that is
        /// silent, by what the words of common servers have.
        init(of reply: SMTPReply, at stage: SMTPStage) {
            // RFC 5321 §4.2.3: a command that is not understood, or comes out of turn. No verdict on what it says.
            guard stage == .body || ![500, 502, 503, 504].contains(reply.code) else {
                self = .service
                return
            }
            guard let status = reply.enhancedStatus else {
                self.init(words: reply.text.lowercased(), at: stage)
                return
            }
            switch (status.subject, status.detail) {
            case (1, 7), (1, 8): self = .sender
            case (1, 1...6), (2, 1), (2, 4): self = .recipient
            // Exchange Online's word for a recipient that is not there.
            case (4, 1) where stage == .rcpt: self = .recipient
            // "Useful only as a persistent transient error", but for 4.4. Gmail says 4.5 when a day's mails are used up.
            case (4, 5): self = .service
            case (4, 1...3), (4, 6): self = .passing
            case (2, 2), (3, 1), (3, 2), (3, 5): self = .passing
            case (6, _): self = .content
            case (7, _) where stage == .rcpt: self = .rightToSend
            // Credentials and encryption, and what a domain publishes about its senders.
            case (7, 5...14), (7, 20...29): self = .sender
            // Exchange Online's own: who may send as whom, and what a tenant may send
            // (https://learn.microsoft.com/exchange/mail-flow-best-practices/non-delivery-reports-in-exchange-online).
            case (7, 30...): self = .sender
            default: self.init(words: reply.text.lowercased(), at: stage)
            }
        }

        /// A server that has seen the mail may quote it, an address of the web that it blocks most of all: then single words
        /// say nothing.
        private init(words: String, at stage: SMTPStage) {
            func says(_ phrases: String...) -> Bool { phrases.contains(where: words.contains) }
            if says("sender address", "from address", "send as ", "sendasdenied", "sending limit") {
                self = .sender
            } else if stage != .body, says("relay", "authenticat") {
                self = .rightToSend
            } else {
                self =
                    switch stage {
                    case .rcpt: .recipient
                    // Nobody has seen the mail yet.
                    case .data: .rightToSend
                    default: .content
                    }
            }
        }
    }

    /// RFC 1870 §6.1: 552 is about the size, unless its enhanced status says that a mailbox is full (5.2.2).
    private static func isSizeRefusal(_ reply: SMTPReply) -> Bool {
        guard reply.code == 552 else { return false }
        guard let status = reply.enhancedStatus else { return true }
        return (status.subject, status.detail) == (3, 4) || (status.subject, status.detail) == (2, 3)
    }
}
