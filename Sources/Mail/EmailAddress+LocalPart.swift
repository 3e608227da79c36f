// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

extension EmailAddress {
    /// Reads the local part at the start of an address and finds the "@" that ends it.
    static func scanLocalPart(
        _ scalars: [Unicode.Scalar]
    ) throws(EmailAddressError) -> (localPart: String, atSign: Int) {
        let isQuoted = scalars.first == "\""
        let (content, atSign) = isQuoted ? try scanQuotedString(scalars) : try scanDotAtom(scalars)
        guard !content.isEmpty else { throw .emptyLocalPart }
        // Some readers decode an encoded-word even in an address and find another address in it. RFC 2047 §5 forbids
        // them there, so no honest address has the opening of one.
        guard zip(content, content.dropFirst()).allSatisfy({ $0 != ("=", "?") }) else {
            throw .encodedWordInLocalPart
        }
        let localPart = isQuoted && !isDotAtom(content) ? quoted(content) : text(content)
        // RFC 5321 §4.5.3.1.1
        guard localPart.utf8.count <= 64 else { throw .localPartTooLong }
        return (localPart, atSign)
    }

    private static func scanDotAtom(
        _ scalars: [Unicode.Scalar]
    ) throws(EmailAddressError) -> (content: ArraySlice<Unicode.Scalar>, atSign: Int) {
        for (index, scalar) in scalars.enumerated() {
            if scalar == "@" {
                guard index == 0 || isDotAtom(scalars[..<index]) else { throw .misplacedDot }
                return (scalars[..<index], index)
            }
            guard scalar == "." || isAtomText(scalar) else { throw .invalidLocalPartCharacter(scalar) }
        }
        throw .missingAtSign
    }

    /// Reads a Quoted-string of RFC 5321 §4.1.2 and returns what it quotes.
    private static func scanQuotedString(
        _ scalars: [Unicode.Scalar]
    ) throws(EmailAddressError) -> (content: ArraySlice<Unicode.Scalar>, atSign: Int) {
        var content: ArraySlice<Unicode.Scalar> = []
        var index = 1
        while index < scalars.count {
            let scalar = scalars[index]
            switch scalar {
            case "\"":
                guard index + 1 < scalars.count else { throw .missingAtSign }
                guard scalars[index + 1] == "@" else { throw .invalidLocalPartCharacter(scalars[index + 1]) }
                return (content, index + 1)
            case "\\":
                index += 1
                guard index < scalars.count else { throw .unterminatedQuote }
                guard (" "..."~").contains(scalars[index]) else { throw .invalidLocalPartCharacter(scalars[index]) }
                content.append(scalars[index])
            case " "..."~":
                content.append(scalar)
            default:
                guard isUTF8Text(scalar) else { throw .invalidLocalPartCharacter(scalar) }
                content.append(scalar)
            }
            index += 1
        }
        throw .unterminatedQuote
    }

    private static func isDotAtom(_ content: ArraySlice<Unicode.Scalar>) -> Bool {
        content.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { atom in
            !atom.isEmpty && atom.allSatisfy(isAtomText)
        }
    }

    /// The atext of RFC 5322 §3.2.3, extended by RFC 6531 §3.3.
    private static func isAtomText(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": true
        case "!", "#", "$", "%", "&", "'", "*", "+", "-", "/", "=", "?", "^", "_", "`", "{", "|", "}", "~": true
        default: isUTF8Text(scalar)
        }
    }

    /// RFC 6531 allows every character beyond ASCII. Controls, line separators, invisible and direction-changing
    /// characters and the many spaces are refused all the same: they come from a copied text or from someone who wants
    /// the address to look like another. The joiners stay, some scripts cannot be written without them.
    private static func isUTF8Text(_ scalar: Unicode.Scalar) -> Bool {
        guard !scalar.isASCII else { return false }
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .spaceSeparator: return false
        case .format: return scalar == "\u{200C}" || scalar == "\u{200D}"
        default: return true
        }
    }

    private static func quoted(_ content: ArraySlice<Unicode.Scalar>) -> String {
        var result = "\""
        for scalar in content {
            if scalar == "\"" || scalar == "\\" { result.unicodeScalars.append("\\") }
            result.unicodeScalars.append(scalar)
        }
        return result + "\""
    }

    private static func text(_ content: ArraySlice<Unicode.Scalar>) -> String {
        var result = ""
        for scalar in content { result.unicodeScalars.append(scalar) }
        return result
    }
}
