// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Why a message was not sent, or not known to be sent, and whether trying again can help.
package struct SMTPError: Error, Sendable, Hashable {
    package let code: Code
    package let stage: SMTPStage
    /// Whether the server refused this message for good. False whenever a later attempt could succeed, also after
    /// an operator has mended something: then no mail is lost meanwhile.
    package let isPermanent: Bool
    /// Whether retrying is in vain until a person acts (a wrong password, an expired certificate). See `remedy`.
    package let needsOperator: Bool
    package let replyCode: Int?
    package let enhancedStatus: SMTPEnhancedStatus?
    /// Whether the server may have taken the message all the same: the connection was lost, or the reply was not
    /// one, after the final dot was sent. A retry may then deliver it twice.
    package let acceptedUnknown: Bool
    /// What the server or the network said, at most 200 printable ASCII characters, addresses masked.
    package let detail: String?
    /// What a person can do about it, as the end of a sentence.
    package let remedy: String
    /// Where in the envelope the recipient stands at whose command the connection ended; nil when it ended at another, or not.
    /// A place and no address, for errors are logged.
    var recipientAtEnd: Int?
    /// Whether the server went on without that recipient, and refused all others for good.
    package internal(set) var othersWereRefused = false

    init(
        _ code: Code,
        stage: SMTPStage,
        isPermanent: Bool = false,
        needsOperator: Bool = false,
        reply: SMTPReply? = nil,
        acceptedUnknown: Bool = false,
        detail: String? = nil,
        remedy: String? = nil,
        hiding secrets: [String] = []
    ) {
        self.code = code
        self.stage = stage
        self.isPermanent = isPermanent
        self.needsOperator = needsOperator
        self.replyCode = reply?.code
        self.enhancedStatus = reply?.enhancedStatus
        self.acceptedUnknown = acceptedUnknown
        self.detail = (detail ?? reply?.text).map { SMTPText.loggable($0, hiding: secrets) }
        self.remedy =
            acceptedUnknown
            ? "the message may have been delivered, so a retry may deliver it twice" : remedy ?? code.remedy
    }
}

extension SMTPError: CustomStringConvertible {
    /// The code's name: one of a small set, for metrics.
    package var shortDescription: String { code.name }

    /// The whole of it for an operator: what, where, what was said, and the remedy. A server may quote the message, so
    /// this is not for a log.
    package var description: String { "\(problem); \(remedy)" }

    /// The same without the server's words, for a log: its codes say as much.
    package var loggableDescription: String {
        let codes = [replyCode.map(String.init), enhancedStatus?.description].compactMap(\.self)
        let said = codes.isEmpty ? "" : ": " + codes.joined(separator: " ")
        return "\(code.summary) (\(stage.rawValue))\(said); \(remedy)"
    }

    /// What and where, and what was said.
    package var problem: String {
        var said = [String]()
        if let replyCode { said.append(String(replyCode)) }
        if let detail, !detail.isEmpty { said.append("\"\(detail)\"") }
        let quoted = said.isEmpty ? "" : ": " + said.joined(separator: " ")
        return "\(code.summary) (\(stage.rawValue))\(quoted)"
    }
}

extension SMTPError {
    /// Whether the connection is still in step with the server and can carry another message.
    var leavesConnectionUsable: Bool {
        switch code {
        case .recipientRefused, .messageRefused, .messageTooLarge, .smtputf8NotSupported, .eightBitNotSupported:
            !acceptedUnknown
        // A sender that is not taken for now may be one too many for this session.
        case .senderRefused: (replyCode ?? 0) / 100 == 5
        default: false
        }
    }

    /// Whether the server closed, said that it does, or said nothing for too long.
    var isEndOfConnection: Bool {
        switch code {
        case .connectionLost, .timedOut: true
        // RFC 5321 §3.8: the server closes after this one.
        case .serviceUnavailable: replyCode == 421
        default: false
        }
    }

    /// Whether a kept connection may have failed merely for its age, so that a new one is worth a try at once.
    var isExpectedOfStaleConnection: Bool {
        guard !acceptedUnknown else { return false }
        switch code {
        case .connectionLost: return true
        case .timedOut: return stage == .mail
        // RFC 5321 §3.8: a server that is tired of waiting, or of this session, says 421 and closes.
        case .serviceUnavailable: return replyCode == 421
        // Or it takes no further sender and says 452.
        case .senderRefused: return !leavesConnectionUsable
        default: return false
        }
    }
}
