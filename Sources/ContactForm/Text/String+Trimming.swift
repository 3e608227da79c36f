// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

extension StringProtocol {
    /// Whether there is nothing but white space.
    package var isBlank: Bool {
        // Most texts begin with a letter.
        if let first = utf8.first, (UInt8(ascii: "!")...UInt8(ascii: "~")).contains(first) { return false }
        return allSatisfy(\.isWhitespace)
    }

    /// Whether it says that a box is not ticked: nothing, or what programs send in place of it, since a browser sends
    /// nothing at all (HTML §4.10.21.4): `false`, which is also what JSON's becomes, `0` or `off`.
    package var isUnticked: Bool {
        isBlank || (utf8.count <= 5 && ["false", "0", "off"].contains(lowercased()))
    }

    /// The text without white space at its ends.
    package var trimmedSpaces: String {
        // Most texts have none.
        if let first = unicodeScalars.first, let last = unicodeScalars.last, "!"..."~" ~= first, "!"..."~" ~= last {
            return String(self)
        }
        guard let start = firstIndex(where: { !$0.isWhitespace }),
            let end = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[start...end])
    }

    /// The text without white space and without marks of direction at its ends.
    ///
    /// Address books wrap an address or a number in such marks, U+202A and U+202C, and they come along when it is pasted:
    /// nobody sees them (UAX #9 §2).
    package var trimmedAddress: String {
        let isKept = { (scalar: Unicode.Scalar) in !scalar.properties.isBidiControl && !scalar.properties.isWhitespace }
        guard let start = unicodeScalars.firstIndex(where: isKept), let end = unicodeScalars.lastIndex(where: isKept)
        else { return "" }
        return String(self[start...end])
    }
}
