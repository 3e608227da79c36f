// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

/// The threes of characters that a text is found by.
///
/// A text of three characters or more stands only where all its threes do; one of one or two begins some of the threes. The
/// end of each text counts as two characters more, so that its last ones begin a three too.
enum SearchGrams {
    /// No language writes it (U+0003, the end of a text).
    private static let end: Unicode.Scalar = "\u{3}"
    /// More would cost more than they tell: what is found is looked at anyway.
    private static let mostOfQuery = 12

    /// Every three of a submission once, as words for the index.
    static func words(of submission: Submission) -> String {
        var seen: Set<UInt64> = []
        var words = ""
        for text in SearchText.texts(of: submission) {
            // Two before the one at hand, in 21 bits each.
            var window: UInt64 = 0
            var length = 0
            func take(_ scalar: Unicode.Scalar) {
                window = (window << 21 | UInt64(scalar.value)) & (1 << 63 - 1)
                length += 1
                if length >= 3, seen.insert(window).inserted { append(window, to: &words) }
            }
            let folded = SearchText.fold(text)
            guard !folded.isEmpty else { continue }
            for scalar in folded.unicodeScalars { take(scalar) }
            take(end)
            take(end)
        }
        return words
    }

    /// What finds a text, as FTS5 wants it.
    static func expression(for text: SearchText) -> String {
        let scalars = Array(text.folded.unicodeScalars)
        guard scalars.count >= 3 else { return quoted(scalars) + " *" }
        let threes = (0...(scalars.count - 3)).map { quoted(Array(scalars[$0..<($0 + 3)])) }
        // Spread over the text: neighbours tell little more than one of them.
        let step = max((threes.count + mostOfQuery - 1) / mostOfQuery, 1)
        return stride(from: 0, to: threes.count, by: step).map { threes[$0] }.joined(separator: " AND ")
    }

    /// Whether the index has to look at every word that begins so.
    static func isPrefix(_ text: SearchText) -> Bool { text.folded.unicodeScalars.count < 3 }

    private static func quoted(_ scalars: [Unicode.Scalar]) -> String {
        "\"" + scalars.map(encoded).joined() + "\""
    }

    private static func append(_ window: UInt64, to words: inout String) {
        for shift in [42, 21, 0] as [UInt64] {
            if let scalar = Unicode.Scalar(UInt32(window >> shift & 0x1F_FFFF)) { words += encoded(scalar) }
        }
        words += " "
    }

    /// For FTS5's tokenizer `ascii` a word is letters, digits and everything beyond ASCII. The rest is written out, between
    /// two of the letter z, and so is z: what begins alike is written alike, and no two are written the same.
    private static func encoded(_ scalar: Unicode.Scalar) -> String {
        scalar.value < 128 ? ascii[Int(scalar.value)] : String(scalar)
    }

    private static let ascii: [String] = (0..<128).map { (value: UInt32) in
        switch Unicode.Scalar(value) {
        case " "?: "zz"
        case let scalar? where ("a"..."y").contains(scalar) || ("0"..."9").contains(scalar): String(scalar)
        default: "z\(String(value, radix: 16))z"
        }
    }
}
