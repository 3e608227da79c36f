// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Text from strangers, made fit for a terminal.
///
/// An escape sequence in a message could rewrite the screen, the window's title or, on some terminals, type a command.
/// Nothing here lets one through, and nothing reverses the order of what is read.
enum TerminalText {
    /// The text with every control and direction character written out, as `\x1b` or `\u{202e}`.
    ///
    /// - Parameter keepsLines: Leaves line feeds as they are; otherwise each line break becomes a space.
    static func escaped(_ text: String, keepsLines: Bool = false) -> String {
        guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
        var result = ""
        for character in text {
            if character.isNewline {
                result += keepsLines ? "\n" : " "
                continue
            }
            for scalar in character.unicodeScalars {
                if scalar == "\t" {
                    result += keepsLines ? "    " : " "
                } else if isUnsafe(scalar) {
                    result += written(scalar)
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result
    }

    /// JSON with the same characters escaped as JSON has it. They occur within strings only, so it stays the same JSON.
    static func escapedJSON(_ json: String) -> String {
        guard json.unicodeScalars.contains(where: isUnsafe) else { return json }
        var result = ""
        for scalar in json.unicodeScalars {
            // JSON itself is laid out with nothing but these; within strings they are escaped already.
            guard isUnsafe(scalar), scalar != "\n", scalar != "\t" else {
                result.unicodeScalars.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return result
    }

    private static func written(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return scalar.value < 0x100 ? "\\x" + (digits.count < 2 ? "0" : "") + digits : "\\u{\(digits)}"
    }

    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0: true
        // Line and paragraph separator; embeddings, overrides and isolates of direction (Unicode UAX #9); tags.
        case 0x2028...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0x061C, 0xE0000...0xE007F: true
        default: false
        }
    }

    /// How many columns a terminal gives the text, which must hold no control characters.
    static func width(_ text: String) -> Int {
        text.utf8.allSatisfy { $0 < 0x80 } ? text.utf8.count : text.reduce(0) { $0 + width($1) }
    }

    /// The start of the text that fits into `columns`, with an ellipsis when something is left out.
    static func cut(_ text: String, to columns: Int) -> String {
        guard width(text) > columns else { return text }
        guard columns > 0 else { return "" }
        var result = ""
        var used = 0
        for character in text {
            let next = width(character)
            if used + next > columns - 1 { break }
            result.append(character)
            used += next
        }
        return result + "…"
    }

    /// A letter with its marks takes what the letter takes; East Asian wide letters and emoji take two columns.
    private static func width(_ character: Character) -> Int {
        var width = 0
        for scalar in character.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: continue
            default: break
            }
            // U+FE0F asks for the emoji's form of the letter before it, and that is wide.
            let isWide = isWide(scalar.value) || scalar.properties.isEmojiPresentation
            width = max(width, isWide ? 2 : 1)
        }
        return character.unicodeScalars.contains("\u{FE0F}") ? 2 : width
    }

    /// The blocks that are wide as a whole (Unicode UAX #11), rounded to whole blocks.
    private static func isWide(_ value: UInt32) -> Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
            0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
