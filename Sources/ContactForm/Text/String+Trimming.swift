// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

extension StringProtocol {
    /// Whether there is nothing but white space.
    package var isBlank: Bool {
        // Most texts begin with a letter.
        if let first = utf8.first, (UInt8(ascii: "!")...UInt8(ascii: "~")).contains(first) { return false }
        return allSatisfy(\.isWhitespace)
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
}
