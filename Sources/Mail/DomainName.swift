// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A host name that was typed in ASCII or in Unicode, with the ASCII form that the DNS knows (RFC 5890).
///
/// Typed text is mapped as UTS #46 does for what keyboards produce: upper case, full-width forms, ideographic full
/// stops, invisible characters and decomposed letters. What only a table of compatibility characters could map
/// (ligatures, mathematical letters) is refused rather than sent to another domain. The rule for right-to-left labels
/// (RFC 5893), which guards the reader of a name and not its transport, is left to the registries.
struct DomainName {
    /// As typed, mapped.
    let text: String
    /// With every label beyond ASCII in Punycode.
    let ascii: String

    /// - Parameter allowsLocalhost: The one name without a dot that means something, on this machine alone.
    init(_ typed: ArraySlice<Unicode.Scalar>, allowsLocalhost: Bool) throws(EmailAddressError) {
        guard let first = typed.first else { throw .emptyDomain }
        guard first != "[" else { throw .addressLiteral }
        var labels: [String] = []
        var asciiLabels: [String] = []
        let mapped = Self.mapped(typed)
        for scalars in mapped.split(separator: ".", omittingEmptySubsequences: false) {
            let label = try Label(scalars)
            labels.append(label.text)
            asciiLabels.append(label.ascii)
        }
        text = labels.joined(separator: ".")
        ascii = asciiLabels.joined(separator: ".")
        // RFC 5321 §4.5.3.1.2
        guard ascii.utf8.count <= 255 else { throw .domainTooLong }
        guard asciiLabels.count > 1 || allowsLocalhost && ascii == "localhost" else { throw .missingDomainDot }
        // RFC 3696 §2: no top-level domain is all digits, so this is an IPv4 address.
        guard asciiLabels.last?.utf8.contains(where: { $0 < 0x30 || $0 > 0x39 }) == true else { throw .addressLiteral }
    }

    private static func mapped(_ typed: ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        result.reserveCapacity(typed.count)
        for scalar in typed {
            switch scalar {
            case "A"..."Z":
                result.append(Unicode.Scalar(UInt8(scalar.value) | 0x20))
            case "\0"..."\u{7F}":
                result.append(scalar)
            case "\u{3002}", "\u{FF0E}", "\u{FF61}":
                result.append(".")
            case "\u{AD}", "\u{200B}", "\u{2060}", "\u{FEFF}", "\u{FE00}"..."\u{FE0F}":
                continue
            case "\u{FF01}"..."\u{FF5E}":
                guard let ascii = Unicode.Scalar(scalar.value - 0xFEE0) else { continue }
                result.append(contentsOf: ascii.properties.lowercaseMapping.unicodeScalars)
            default:
                result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
            }
        }
        return result
    }
}

/// One part of a domain name between dots.
private struct Label {
    let text: String
    let ascii: String

    init(_ mapped: ArraySlice<Unicode.Scalar>) throws(EmailAddressError) {
        guard !mapped.isEmpty else { throw .emptyLabel }
        guard mapped.first != "-", mapped.last != "-" else { throw .misplacedHyphen }
        // Punycode is never shorter than what it encodes, and no letter is composed from more than four characters.
        guard mapped.count <= 63 * 4 else { throw .labelTooLong }
        let isASCII = mapped.allSatisfy(\.isASCII)
        let scalars = isASCII ? Array(mapped) : try CanonicalComposition.compose(mapped)
        if let index = Self.firstRefused(scalars) { throw .invalidDomainCharacter(scalars[index]) }
        guard scalars.count <= 63 else { throw .labelTooLong }
        var text = ""
        for scalar in scalars { text.unicodeScalars.append(scalar) }
        self.text = text
        let hasPrefix = scalars.starts(with: "xn--".unicodeScalars)
        if isASCII {
            guard !hasPrefix || Self.isPunycode(scalars.dropFirst(4)) else { throw .invalidPunycode }
            ascii = text
        } else {
            guard !hasPrefix else { throw .invalidPunycode }
            ascii = "xn--" + Punycode.encode(scalars)
        }
        // RFC 1035 §2.3.4
        guard ascii.utf8.count <= 63 else { throw .labelTooLong }
    }

    private static func isPunycode(_ encoded: ArraySlice<Unicode.Scalar>) -> Bool {
        guard let decoded = Punycode.decode(encoded), !decoded.allSatisfy({ $0.isASCII }) else { return false }
        // Not every text that can be decoded is what the encoding of a label gives (RFC 5891 §5.4).
        return firstRefused(decoded) == nil && (try? CanonicalComposition.compose(decoded)) == decoded
            && Punycode.encode(decoded).unicodeScalars.elementsEqual(encoded)
    }

    private static func firstRefused(_ label: [Unicode.Scalar]) -> Int? {
        label.indices.first { !isPermitted(label, at: $0) }
    }

    /// Letters, digits and hyphens, and beyond ASCII what RFC 5892 and browsers take in a label.
    private static func isPermitted(_ label: [Unicode.Scalar], at index: Int) -> Bool {
        let scalar = label[index]
        switch scalar {
        case "a"..."z", "0"..."9", "-":
            return true
        case "\u{00}"..."\u{7F}":
            return false
        case "\u{B7}", "\u{30FB}":
            // Middle dots within a label, in Catalan and Japanese (RFC 5892 appendices A.3 and A.7).
            return true
        case "\u{200C}", "\u{200D}":
            return isJoinerPermitted(label, at: index)
        case "\u{2100}"..."\u{214F}", "\u{F900}"..."\u{FDFF}", "\u{FE70}"..."\u{FEFF}", "\u{FF00}"..."\u{FFEF}",
            "\u{1D400}"..."\u{1D7FF}", "\u{FB00}"..."\u{FB4F}":
            // Compatibility characters, which stand for others that this type cannot find.
            return false
        default:
            switch scalar.properties.generalCategory {
            case .lowercaseLetter, .otherLetter, .modifierLetter, .decimalNumber: return true
            case .nonspacingMark, .spacingMark: return index > 0
            case .otherSymbol, .modifierSymbol: return true
            default: return false
            }
        }
    }

    /// RFC 5892 appendices A.1 and A.2: a joiner follows a virama, or keeps apart two letters of a joining script.
    private static func isJoinerPermitted(_ label: [Unicode.Scalar], at index: Int) -> Bool {
        guard index > 0 else { return false }
        if label[index - 1].properties.canonicalCombiningClass == .virama { return true }
        let joiningScripts: ClosedRange<Unicode.Scalar> = "\u{0600}"..."\u{07FF}"
        return label[index] == "\u{200C}" && index + 1 < label.count
            && joiningScripts.contains(label[index - 1]) && joiningScripts.contains(label[index + 1])
    }
}
