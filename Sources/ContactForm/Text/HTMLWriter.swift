// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes

/// Builds HTML in which text can't become markup: what is not a literal is escaped.
///
///     var page = HTMLWriter()
///     page.markup("<p>")
///     page.text(name)
package struct HTMLWriter {
    package private(set) var html = ""

    package init() {}

    /// Markup from our own source; the type keeps out what was put together at run time.
    package mutating func markup(_ literal: StaticString) {
        literal.withUTF8Buffer { html.append(String(decoding: $0, as: UTF8.self)) }
    }

    /// Text from anywhere, escaped so that it stays text in an element and in a quoted attribute.
    package mutating func text(_ text: String) {
        guard text.utf8.contains(where: Self.isSpecial) else {
            html.append(text)
            return
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": html.append("&amp;")
            case "<": html.append("&lt;")
            case ">": html.append("&gt;")
            case "\"": html.append("&quot;")
            case "'": html.append("&#39;")
            // Not allowed in HTML, even escaped (HTML §3.2.3): shown as what they are.
            case "\u{0}"..."\u{8}", "\u{B}", "\u{E}"..."\u{1F}", "\u{7F}"..."\u{9F}": html.append("\u{FFFD}")
            default: html.unicodeScalars.append(scalar)
            }
        }
    }

    /// An attribute with its value, with the space before it.
    package mutating func attribute(_ name: StaticString, _ value: String) {
        html.append(" ")
        markup(name)
        html.append("=\"")
        text(value)
        html.append("\"")
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        // 0xC2 begins the C1 controls; the slow path sorts them out.
        byte < 0x20 || byte == 0x7F || byte == 0xC2 || "&<>\"'".utf8.contains(byte)
    }

    /// The source expression that allows this one inline style sheet (CSP Level 3 §2.3.1).
    package static func styleSource(_ style: String) -> String {
        "'sha256-\(Base64.text(SHA256.digest(style.utf8)))'"
    }
}
