// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Who a message is from and for, as the server is told; the message's own headers are not looked at.
///
/// An address that could end its command line early or start another cannot be in one.
package struct SMTPEnvelope: Sendable, Hashable {
    /// The return path, or the empty string for none (`MAIL FROM:<>`, RFC 5321 §4.5.5).
    package let sender: String
    package let recipients: [String]
    /// Asks for SMTPUTF8 although every address here is ASCII, because the message's headers are not.
    package let requiresSMTPUTF8: Bool
    /// Whether a recipient that is refused for now ends the transaction before anybody has the message.
    package let requiresEveryRecipient: Bool

    /// - Parameters:
    ///   - sender: an address without angle brackets, or empty.
    ///   - recipients: at least one address without angle brackets.
    /// - Throws: when an address is not `local@domain`, is over 254 bytes, or holds a control character, a space or
    ///   an angle bracket. A quoted local part with a space in it is refused too.
    package init(
        sender: String,
        recipients: [String],
        requiresSMTPUTF8: Bool = false,
        requiresEveryRecipient: Bool = false
    ) throws(SMTPEnvelopeError) {
        guard sender.isEmpty || Self.isUsable(sender) else { throw .sender }
        guard !recipients.isEmpty else { throw .noRecipients }
        guard recipients.allSatisfy(Self.isUsable) else { throw .recipient }
        self.sender = sender
        self.recipients = recipients
        self.requiresSMTPUTF8 = requiresSMTPUTF8
        self.requiresEveryRecipient = requiresEveryRecipient
    }

    /// Whether the address can stand between angle brackets in a command.
    static func isUsable(_ address: String) -> Bool {
        // RFC 5321 §4.5.3.1.3: a path is at most 256 octets with its brackets.
        guard address.utf8.count <= 254, let at = address.lastIndex(of: "@") else { return false }
        guard at != address.startIndex, address.index(after: at) != address.endIndex else { return false }
        return address.unicodeScalars.allSatisfy { scalar in
            !scalar.properties.isWhitespace && scalar.properties.generalCategory != .control
                && scalar != "<" && scalar != ">"
        }
    }

    var needsSMTPUTF8: Bool {
        requiresSMTPUTF8 || !sender.utf8.allSatisfy { $0 < 0x80 }
            || !recipients.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } }
    }
}

/// Why an envelope cannot be made. Never quotes the address.
package enum SMTPEnvelopeError: Error, Hashable, CustomStringConvertible {
    case sender
    case recipient
    case noRecipients

    package var description: String {
        switch self {
        case .sender: "the sender is not an address that SMTP can carry; write it as local@domain without spaces"
        case .recipient: "a recipient is not an address that SMTP can carry; write it as local@domain without spaces"
        case .noRecipients: "the envelope has no recipients; give at least one"
        }
    }
}
