// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// How long browsers and proxies may keep a file (RFC 9111), decided by its name.
///
/// - HTML is asked for anew each time, which costs a 304 when nothing has changed: a page is what names everything
///   else.
/// - A file whose name holds a hash of its content never changes, so it is kept for a year without a question.
/// - Anything else is kept for five minutes, so that a new style sheet is seen soon by everybody, and then revalidated.
///
/// A name is taken to hold a hash only when that is beyond reasonable doubt, since a wrong guess would show an old file
/// for a year and a missed one costs a request: eight or more hexadecimal digits with both letters and figures among
/// them, so that neither a date nor a word is one, or, for what bundlers write, eight letters and figures in the
/// manner of esbuild (`app-5XHYTW2J.js`) and Vite (`index-BjK3x9Qa.css`).
package enum CachePolicy: Equatable, Sendable {
    case revalidate
    case immutable
    case brief

    package init(fileName: Substring) {
        let parts = fileName.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let fileExtension = parts.count > 1 ? String(parts[parts.count - 1])?.lowercased() ?? "" : ""
        if fileExtension == "html" || fileExtension == "htm" || fileExtension == "xhtml" {
            self = .revalidate
            return
        }
        let isBundled = Self.bundledExtensions.contains(fileExtension)
        let words = parts.dropLast().flatMap { $0.split(separator: UInt8(ascii: "-")) }
        // The first word is the name itself: "3f9c2b1a.pdf" may be an article number.
        let holdsHash = words.dropFirst().contains { Self.isHexadecimalHash($0) || (isBundled && Self.isShortHash($0)) }
        self = holdsHash ? .immutable : .brief
    }

    /// The value of `Cache-Control`.
    package var fieldValue: String {
        switch self {
        case .revalidate: "no-cache"
        case .immutable: "public, max-age=31536000, immutable"  // RFC 8246
        case .brief: "public, max-age=300, must-revalidate"
        }
    }

    private static let bundledExtensions: Set<String> = ["js", "mjs", "css", "map", "wasm", "woff", "woff2"]

    private static func isHexadecimalHash(_ word: Substring.UTF8View) -> Bool {
        let characters = Characters(word)
        return word.count >= 8 && characters.isHexadecimal && characters.digits > 0 && characters.digits < word.count
    }

    private static func isShortHash(_ word: Substring.UTF8View) -> Bool {
        let characters = Characters(word)
        guard word.count == 8, characters.digits + characters.upper + characters.lower == 8, characters.digits > 0,
            characters.upper > 0
        else { return false }
        return characters.lower > 0 || characters.isBase32
    }

    private struct Characters {
        var digits = 0
        var upper = 0
        var lower = 0
        var isHexadecimal = true
        /// RFC 4648 §6
        var isBase32 = true

        init(_ word: Substring.UTF8View) {
            for byte in word {
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"):
                    digits += 1
                    if byte < UInt8(ascii: "2") || byte > UInt8(ascii: "7") { isBase32 = false }
                case UInt8(ascii: "A")...UInt8(ascii: "Z"):
                    upper += 1
                    isHexadecimal = false
                case UInt8(ascii: "a")...UInt8(ascii: "z"):
                    lower += 1
                    isBase32 = false
                    if byte > UInt8(ascii: "f") { isHexadecimal = false }
                default:
                    isHexadecimal = false
                    isBase32 = false
                }
            }
        }
    }
}
