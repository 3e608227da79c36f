// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// An e-mail address that can be put in an envelope and a header as it is.
///
/// An address of this type holds no control character, comment or encoded-word, so it cannot end a header or an SMTP
/// command. Two addresses are equal when they reach the same mailbox: the domain is compared in its ASCII form and
/// without regard to case, the local part octet by octet, for only its own host may read it otherwise (RFC 5321 §2.4).
package struct EmailAddress: Sendable {
    /// The part before the "@" in its shortest form: quoted only when it must be, `"a b"` but never `"ab"`.
    package let localPart: String
    /// The domain as it was typed, in lower case: `räksmörgås.se` or `xn--rksmrgs-5wao1o.se`.
    package let domain: String
    /// The domain as the DNS and SMTP know it: `xn--rksmrgs-5wao1o.se`.
    package let asciiDomain: String

    /// Reads an addr-spec: a dot-atom or quoted local part, "@" and a domain name, in ASCII or not (RFC 6531).
    ///
    /// Nothing around it is accepted, neither white space nor a display name nor a comment. The domain needs a dot; an IP
    /// address is refused. Takes time in proportion to the length of the text.
    ///
    /// - Parameter allowsLocalhost: For whoever runs this machine. A visitor at `localhost` is nobody, or a user of the machine
    ///   that the answer is written on.
    /// - Throws: the first thing that is wrong, worded for an operator.
    package init(parsing text: String, allowsLocalhost: Bool = false) throws(EmailAddressError) {
        guard !text.isEmpty else { throw .empty }
        guard text.utf8.count <= Self.maximumInputLength else { throw .addressTooLong }
        let scalars = Array(text.unicodeScalars)
        let (localPart, atSign) = try Self.scanLocalPart(scalars)
        let domain = try DomainName(scalars[(atSign + 1)...], allowsLocalhost: allowsLocalhost)
        // RFC 5321 §4.5.3.1.3: a path has at most 256 octets, two of which are its angle brackets.
        guard localPart.utf8.count + 1 + domain.ascii.utf8.count <= 254 else { throw .addressTooLong }
        self.localPart = localPart
        self.domain = domain.text
        self.asciiDomain = domain.ascii
    }

    /// The address in the form that the envelope and the headers carry.
    package var transportAddress: String { "\(localPart)@\(asciiDomain)" }

    /// Whether only a server with the SMTPUTF8 extension (RFC 6531) can carry this address.
    package var requiresSMTPUTF8: Bool { localPart.utf8.contains { $0 >= 0x80 } }

    /// No longer text can be an address: a local part of 64 octets, "@", and a domain of 255 characters of four.
    private static let maximumInputLength = 64 + 1 + 255 * 4
}

extension EmailAddress: Hashable {
    package static func == (left: EmailAddress, right: EmailAddress) -> Bool {
        left.localPart.utf8.elementsEqual(right.localPart.utf8) && left.asciiDomain == right.asciiDomain
    }

    package func hash(into hasher: inout Hasher) {
        // By octets like `==`: two spellings of one character in a local part are two mailboxes.
        for byte in localPart.utf8 { hasher.combine(byte) }
        hasher.combine(asciiDomain)
    }
}

extension EmailAddress: CustomStringConvertible {
    /// The address as a person typed it.
    package var description: String { "\(localPart)@\(domain)" }
}
