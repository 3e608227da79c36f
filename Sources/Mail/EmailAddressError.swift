// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Why a text is not an e-mail address.
package enum EmailAddressError: Error, Hashable, Sendable {
    case empty
    case missingAtSign
    case addressTooLong
    case emptyLocalPart
    case localPartTooLong
    case misplacedDot
    case unterminatedQuote
    case encodedWordInLocalPart
    case invalidLocalPartCharacter(Unicode.Scalar)
    case emptyDomain
    case emptyLabel
    case missingDomainDot
    case domainTooLong
    case labelTooLong
    case misplacedHyphen
    case invalidDomainCharacter(Unicode.Scalar)
    case invalidPunycode
    case addressLiteral
}

extension EmailAddressError: CustomStringConvertible {
    /// Says what is wrong and what to do, without repeating the address, which may be a visitor's.
    package var description: String {
        switch self {
        case .empty:
            "the address is empty; write it like name@example.com"
        case .missingAtSign:
            "the address has no \"@\"; write it like name@example.com"
        case .addressTooLong:
            "the address is longer than 254 octets; use a shorter one"
        case .emptyLocalPart:
            "the address has nothing before its \"@\"; write it like name@example.com"
        case .localPartTooLong:
            "the part before \"@\" is longer than 64 octets; use a shorter address"
        case .misplacedDot:
            "the part before \"@\" starts or ends with a dot or has two in a row; check the spelling"
        case .unterminatedQuote:
            "the part before \"@\" opens a quotation that it does not close; add the closing \""
        case .encodedWordInLocalPart:
            "the part before \"@\" has \"=?\", which opens an encoded-word; write the address unencoded"
        case .invalidLocalPartCharacter(let scalar):
            "the part before \"@\" has \(Self.name(of: scalar)), which cannot stand there; "
                + "write only the address, like name@example.com"
        case .emptyDomain:
            "the address has nothing after its \"@\"; write it like name@example.com"
        case .emptyLabel:
            "the domain starts or ends with a dot or has two in a row; check the spelling"
        case .missingDomainDot:
            "the domain has no dot; write it in full, like name@example.com"
        case .domainTooLong:
            "the domain is longer than 255 octets; use a shorter one"
        case .labelTooLong:
            "the domain has a part between dots that is longer than 63 octets; check the spelling"
        case .misplacedHyphen:
            "the domain has a part between dots that starts or ends with a hyphen; check the spelling"
        case .invalidDomainCharacter(let scalar):
            "the domain has \(Self.name(of: scalar)), which cannot stand there; "
                + "write only the address, like name@example.com"
        case .invalidPunycode:
            "the domain has a part that starts with \"xn--\" but is not Punycode; write the domain as it is read"
        case .addressLiteral:
            "the domain is an IP address; use a domain name"
        }
    }

    private static func name(of scalar: Unicode.Scalar) -> String {
        switch scalar {
        case " ": return "a space"
        case "!"..."~": return "the character \"\(scalar)\""
        default:
            let digits = String(scalar.value, radix: 16, uppercase: true)
            return "the character U+" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
        }
    }
}
