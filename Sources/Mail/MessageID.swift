// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The identity of a message (RFC 5322 §3.6.4), by which a mail client folds a message that arrives twice.
package struct MessageID: Hashable, Sendable {
    package let left: String
    package let domain: String

    /// - Parameters:
    ///   - left: unique within the domain; 1 to 128 octets of dot-atom text in ASCII.
    ///   - domain: a domain of the sender's in its ASCII form, 1 to 255 octets.
    /// - Throws: ``MessageIDError`` naming the side that is not dot-atom text within these lengths.
    package init(left: String, domain: String) throws(MessageIDError) {
        guard left.utf8.count <= 128, Self.isDotAtom(left) else { throw .invalidLeft }
        guard domain.utf8.count <= 255, Self.isDotAtom(domain) else { throw .invalidDomain }
        self.left = left
        self.domain = domain
    }

    private static func isDotAtom(_ text: String) -> Bool {
        text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { atom in
            !atom.isEmpty && atom.allSatisfy(isAtomText)
        }
    }

    /// The atext of RFC 5322 §3.2.3.
    private static func isAtomText(_ byte: UInt8) -> Bool {
        switch Unicode.Scalar(byte) {
        case "a"..."z", "A"..."Z", "0"..."9": true
        case "!", "#", "$", "%", "&", "'", "*", "+", "-", "/", "=", "?", "^", "_", "`", "{", "|", "}", "~": true
        default: false
        }
    }
}

extension MessageID: CustomStringConvertible {
    /// With its angle brackets, as the header carries it.
    package var description: String { "<\(left)@\(domain)>" }
}

/// Why a Message-ID cannot be made.
package enum MessageIDError: Error, Hashable, Sendable {
    case invalidLeft
    case invalidDomain
}

extension MessageIDError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .invalidLeft:
            "the left side of the Message-ID is not 1 to 128 octets of letters, digits, dots and -_+; check how it is made"
        case .invalidDomain:
            "the domain of the Message-ID is not a domain in ASCII; write the domain as xn-- or in ASCII letters"
        }
    }
}
