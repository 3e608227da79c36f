// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import FormConfiguration
import Yams

extension ConfigurationNode.Pitfall {
    /// - Parameter position: Where the scalar begins, or where one would begin if it is empty.
    init?(_ scalar: Node.Scalar, at position: ConfigurationNode.Position, of lines: [YAMLLine]) {
        guard lines.indices.contains(position.line - 1) else { return nil }
        let line = lines[position.line - 1]
        var written = line.scalars.dropFirst(position.column - 1).drop(while: Self.isBlank)
        while let mark = written.first, mark == "!" || mark == "&" {
            if mark == "!", !Self.isTypeOfYAML(written) {
                self = .tag
                return
            }
            if mark == "&", scalar.style == .plain {
                self = .anchor
                return
            }
            written = written.drop { !Self.isBlank($0) }.drop(while: Self.isBlank)
        }
        let isBlock = scalar.style == .literal || scalar.style == .folded
        if !isBlock, !Self.isWhole(scalar, in: written),
            let next = lines.dropFirst(position.line).first(where: { !$0.content.isEmpty })
        {
            self = .goesOn(line: next.number, isLikeKey: next.beginsLikeKey)
            return
        }
        guard scalar.style == .plain, let pitfall = Self.ofPlain(scalar.string, written, in: line) else { return nil }
        self = pitfall
    }

    /// - Parameter written: The text, which is whole in its line, and what stands behind it.
    private static func ofPlain(_ text: String, _ written: ArraySlice<Unicode.Scalar>, in line: YAMLLine) -> Self? {
        let rest = written.dropFirst(text.unicodeScalars.count)
        let remark = rest.drop(while: isBlank)
        // Whoever remarks on a value leaves a space behind the mark.
        if remark.first == "#", text.isEmpty || remark.startIndex > rest.startIndex,
            let next = remark.dropFirst().first, !next.properties.isWhitespace
        {
            return .comment
        }
        guard let first = text.first, let last = text.unicodeScalars.last else { return nil }
        if first == "-", written.startIndex == line.content.startIndex { return .dash }
        if "“”„‘’‚«»".contains(first), "“”‘’«»".unicodeScalars.contains(last) { return .quotation }
        return last.properties.isWhitespace || last.properties.generalCategory == .format ? .invisibleEnd : nil
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }

    /// Such as `!!str`, which tells what a value is and takes nothing from it (https://yaml.org/type/).
    private static func isTypeOfYAML(_ written: ArraySlice<Unicode.Scalar>) -> Bool {
        ["!!str", "!!int", "!!float", "!!bool"].contains { tag in
            written.starts(with: tag.unicodeScalars) && written.dropFirst(5).first.map(isBlank) == true
        }
    }

    /// Whether a scalar ends in the line that it begins in.
    private static func isWhole(_ scalar: Node.Scalar, in written: ArraySlice<Unicode.Scalar>) -> Bool {
        var rest = written.dropFirst()
        switch scalar.style {
        case .singleQuoted:
            while let mark = rest.firstIndex(of: "'") {
                rest = rest[(mark + 1)...]
                guard rest.first == "'" else { return true }
                rest = rest.dropFirst()
            }
            return false
        case .doubleQuoted:
            while let mark = rest.firstIndex(where: { $0 == "\"" || $0 == "\\" }) {
                guard rest[mark] == "\\" else { return true }
                rest = rest[(mark + 1)...].dropFirst()
            }
            return false
        default: return written.starts(with: scalar.string.unicodeScalars)
        }
    }
}
