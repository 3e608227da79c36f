// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Who a message is from and for, as the server is told; the message's own headers are not looked at.
///
/// An address that could end its command line early or start another cannot be in one.
package struct SMTPEnvelope: Sendable, Hashable {
    /// The return path, or the empty string for none (`MAIL FROM:<>`, RFC 5321 §4.5.5).
    package let sender: String
    package let recipients: [String]
    /// Whether only a server with SMTPUTF8 can carry the message.
    let needsSMTPUTF8: Bool

    /// - Parameters:
    ///   - sender: an address without angle brackets, or empty.
    ///   - recipients: at least one address without angle brackets.
    ///   - needsSMTPUTF8: whether the message's header does (RFC 6531 §3.4). Addresses that do are seen.
    /// - Throws: when an address is not `local@domain`, is over 254 bytes, or holds a control character, or a space or an
    ///   angle bracket outside quotes.
    package init(sender: String, recipients: [String], needsSMTPUTF8: Bool = false) throws(SMTPEnvelopeError) {
        guard sender.isEmpty || Self.isUsable(sender) else { throw .sender }
        guard !recipients.isEmpty else { throw .noRecipients }
        guard recipients.allSatisfy(Self.isUsable) else { throw .recipient }
        self.sender = sender
        self.recipients = recipients
        self.needsSMTPUTF8 =
            needsSMTPUTF8 || !([sender] + recipients).allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } }
    }

    /// The envelope of a further transaction, for some of the recipients.
    func narrowed(to recipients: [String]) -> SMTPEnvelope {
        SMTPEnvelope(sender: sender, checkedRecipients: recipients, needsSMTPUTF8: needsSMTPUTF8)
    }

    private init(sender: String, checkedRecipients: [String], needsSMTPUTF8: Bool) {
        self.sender = sender
        recipients = checkedRecipients
        self.needsSMTPUTF8 = needsSMTPUTF8
    }

    /// Whether the address can stand between angle brackets in a command.
    static func isUsable(_ address: String) -> Bool {
        // RFC 5321 §4.5.3.1.3: a path is at most 256 octets with its brackets.
        guard address.utf8.count <= 254, let at = address.lastIndex(of: "@") else { return false }
        guard at != address.startIndex, address.index(after: at) != address.endIndex else { return false }
        // RFC 5321 §4.1.2: a Quoted-string may hold any printable character, and only the local part is one.
        let local = address[..<at]
        let isQuoted = local.utf8.count > 1 && local.first == "\"" && local.last == "\""
        func isUsable(_ scalar: Unicode.Scalar, inQuotes: Bool) -> Bool {
            guard scalar.properties.generalCategory != .control else { return false }
            if inQuotes, (0x20..<0x7F).contains(scalar.value) { return true }
            return !scalar.properties.isWhitespace && scalar != "<" && scalar != ">"
        }
        return local.unicodeScalars.allSatisfy { isUsable($0, inQuotes: isQuoted) }
            && address[at...].unicodeScalars.allSatisfy { isUsable($0, inQuotes: false) }
    }

    /// The parts of the addresses that a server may repeat without their domain ("no such user anna").
    var personalParts: [String] {
        ([sender] + recipients).compactMap { address in
            address.lastIndex(of: "@").map { String(address[..<$0]) }
        }
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
