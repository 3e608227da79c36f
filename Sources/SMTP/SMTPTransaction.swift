// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The sending of one message: MAIL, RCPT for each recipient, DATA, the message (RFC 5321 §3.3).
///
/// A state machine without I/O. Each command waits for its reply; the commands are not pipelined (RFC 2920), which
/// would save two round trips of a message and cost every guarantee about which reply belongs to which recipient
/// when a server is out of step.
struct SMTPTransaction {
    enum Action: Hashable {
        case send(SMTPCommand)
        /// Sends the message and its final dot.
        case sendMessage
        case finished(SMTPReceipt)
    }

    private enum State: Hashable {
        case initial
        /// → sentRecipient(0)
        case sentMail
        /// → sentRecipient(n + 1), or sentData when that was the last and one was accepted
        case sentRecipient(Int)
        /// → sentMessage
        case sentData
        /// → finished
        case sentMessage
        case finished
    }

    private let envelope: SMTPEnvelope
    private let mailParameters: [String]
    private var state = State.initial
    private var accepted: [String] = []
    private var refused: [SMTPRefusedRecipient] = []

    /// Whether the server has begun a transaction that it must be told to forget before another can begin.
    var needsReset: Bool {
        switch state {
        case .sentRecipient, .sentData: true
        case .initial, .sentMail, .sentMessage, .finished: false
        }
    }

    /// Where in the envelope the recipient stands whose reply it waits for, or was ended by; nil at any other command.
    var recipientAsked: Int? {
        if case .sentRecipient(let index) = state { index } else { nil }
    }

    /// - Throws: what can be known without asking: the server's size limit, or an extension that it lacks.
    init(message: SMTPMessage, envelope: SMTPEnvelope, capabilities: SMTPCapabilities) throws(SMTPError) {
        self.envelope = envelope
        var parameters: [String] = []
        if capabilities.offersSize {
            if let limit = capabilities.maximumMessageSize, message.size > limit {
                throw SMTPError(
                    .messageTooLarge,
                    stage: .mail,
                    isPermanent: true,
                    detail: "\(message.size) bytes, the server takes \(limit)"
                )
            }
            // RFC 1870 §5.
            parameters.append("SIZE=\(message.size)")
        }
        if message.hasEightBit {
            guard capabilities.offersEightBitMIME else {
                throw SMTPError(.eightBitNotSupported, stage: .mail, needsOperator: true)
            }
            // RFC 6152 §2.
            parameters.append("BODY=8BITMIME")
        }
        if envelope.needsSMTPUTF8 {
            guard capabilities.offersSMTPUTF8 else {
                throw SMTPError(.smtputf8NotSupported, stage: .mail, needsOperator: true)
            }
            // RFC 6531 §3.4.
            parameters.append("SMTPUTF8")
        }
        mailParameters = parameters
    }

    mutating func start() -> Action {
        state = .sentMail
        return .send(.mail(from: envelope.sender, parameters: mailParameters))
    }

    mutating func receive(_ reply: SMTPReply) throws(SMTPError) -> Action {
        switch state {
        case .sentMail:
            guard reply.isPositive else { throw .refusal(reply, at: .mail, hiding: envelope.personalParts) }
            state = .sentRecipient(0)
            return .send(.recipient(envelope.recipients[0]))

        case .sentRecipient(let index):
            try record(reply, of: envelope.recipients[index])
            if index + 1 < envelope.recipients.count {
                state = .sentRecipient(index + 1)
                return .send(.recipient(envelope.recipients[index + 1]))
            }
            guard !accepted.isEmpty else { throw worthiestRefusal }
            state = .sentData
            return .send(.data)

        case .sentData:
            guard reply.code == 354 else { throw .refusal(reply, at: .data, hiding: envelope.personalParts) }
            state = .sentMessage
            return .sendMessage

        case .sentMessage:
            guard reply.isPositive else { throw .refusal(reply, at: .body, hiding: envelope.personalParts) }
            state = .finished
            let text = SMTPText.loggable("\(reply.code) \(reply.text)", hiding: envelope.personalParts)
            return .finished(SMTPReceipt(reply: text, accepted: accepted, refused: refused))

        case .initial, .finished:
            throw SMTPError(.unexpectedReply, stage: .mail, reply: reply)
        }
    }

    private mutating func record(_ reply: SMTPReply, of recipient: String) throws(SMTPError) {
        guard !reply.isPositive else {
            accepted.append(recipient)
            return
        }
        let error = SMTPError.refusal(reply, at: .rcpt, hiding: envelope.personalParts)
        // Anything but a refusal of this one recipient (421, 530, nonsense) ends the whole transaction.
        guard error.code == .recipientRefused else { throw error }
        let isSurplus = !accepted.isEmpty && !error.isPermanent && reply.isAboutSurplus
        refused.append(SMTPRefusedRecipient(address: recipient, error: error, isSurplus: isSurplus))
    }

    /// One of the refusals, permanent only if all of them were.
    private var worthiestRefusal: SMTPError {
        let worth = refused.first { !$0.error.isPermanent } ?? refused[0]
        return worth.error
    }
}
