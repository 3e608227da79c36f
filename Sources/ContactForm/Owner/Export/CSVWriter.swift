// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Writes rows as RFC 4180 has them, safe to open in a spreadsheet.
package struct CSVWriter: Sendable {
    /// Between the cells; a spreadsheet set to Swedish wants a semicolon.
    package enum Separator: String, Sendable, CaseIterable {
        case comma, semicolon, tab

        fileprivate var character: Character {
            switch self {
            case .comma: ","
            case .semicolon: ";"
            case .tab: "\t"
            }
        }
    }

    package var separator: Separator

    package init(separator: Separator = .comma) {
        self.separator = separator
    }

    /// The row with the CR LF that ends it (RFC 4180 §2.1).
    package func row(_ cells: [String]) -> String {
        cells.map { cell($0) }.joined(separator: String(separator.character)) + "\r\n"
    }

    private func cell(_ text: String) -> String {
        let guarded = Self.guarded(text)
        // By scalars: CR LF is one character in Swift and would be none of these.
        let needsQuotes = guarded.unicodeScalars.contains { scalar in
            scalar == "\"" || scalar == "\r" || scalar == "\n" || scalar == separator.character.unicodeScalars.first
        }
        guard needsQuotes else { return guarded }
        var quoted = String.UnicodeScalarView("\"".unicodeScalars)
        for scalar in guarded.unicodeScalars {
            quoted.append(scalar)
            if scalar == "\"" { quoted.append(scalar) }
        }
        quoted.append("\"")
        return String(quoted)
    }

    /// With an apostrophe before what a spreadsheet would take for a formula and run (OWASP, "CSV Injection").
    ///
    /// Also behind each separator and line break within the text: a spreadsheet that is set to another separator, or takes
    /// quotation marks for letters, begins a cell there.
    package static func guarded(_ text: String) -> String {
        guard let first = text.unicodeScalars.first else { return text }
        var guarded = String.UnicodeScalarView()
        var beginsCell = true
        if isSeparator(first), first != ",", first != ";" { guarded.append("'") }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "=", "+", "-", "@", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}":
                if beginsCell { guarded.append("'") }
                beginsCell = false
            case "\"": break
            default: beginsCell = isSeparator(scalar)
            }
            guarded.append(scalar)
        }
        return String(guarded)
    }

    private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case ",", ";", "\t", "\r", "\n": true
        default: false
        }
    }
}
