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
        guard scalar.style != .literal, scalar.style != .folded else {
            self = .block
            return
        }
        let more = Self.furtherLines(of: scalar, written, lines.dropFirst(position.line))
        if let next = more.first {
            // Within quotation marks a text may go on with a name and a colon, deeper in than its own key.
            let isDeeper: (YAMLLine) -> Bool = { $0.indentation.count > line.indentation.count }
            let names = more.filter { scalar.style == .plain || !isDeeper($0) }.compactMap(\.nameOfKey)
            self = .goesOn(line: next.number, names: names)
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
        // Other marks without a width join letters or turn the direction, and may well stand there.
        return last.properties.isWhitespace || "\u{AD}\u{200B}\u{2060}\u{FEFF}".unicodeScalars.contains(last)
            ? .invisibleEnd : nil
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }

    /// Such as `!!str`, which tells what a value is and takes nothing from it (https://yaml.org/type/).
    private static func isTypeOfYAML(_ written: ArraySlice<Unicode.Scalar>) -> Bool {
        ["!!str", "!!int", "!!float", "!!bool", "!!null"].contains { tag in
            let scalars = tag.unicodeScalars
            return written.starts(with: scalars) && written.dropFirst(scalars.count).first.map(isBlank) != false
        }
    }

    /// The lines behind the one it begins in that it takes in as well; none of them empty.
    private static func furtherLines(
        of scalar: Node.Scalar,
        _ written: ArraySlice<Unicode.Scalar>,
        _ next: ArraySlice<YAMLLine>
    ) -> [YAMLLine] {
        var end = End(of: scalar)
        var isOpen = !end.isFound(in: written)
        var lines: [YAMLLine] = []
        for line in next where isOpen {
            isOpen = !end.isFound(in: line.content)
            if !line.content.isEmpty { lines.append(line) }
        }
        return lines
    }

    /// Looks for where a scalar that is no block ends, line by line.
    private struct End {
        private let style: Node.Scalar.Style
        private var isInside = false
        /// What is not white space of a plain scalar is in its lines as it is.
        private var lettersLeft: Int

        init(of scalar: Node.Scalar) {
            style = scalar.style
            lettersLeft = scalar.string.unicodeScalars.count { !$0.properties.isWhitespace }
        }

        mutating func isFound(in line: ArraySlice<Unicode.Scalar>) -> Bool {
            guard style == .singleQuoted || style == .doubleQuoted else {
                lettersLeft -= line.count { !$0.properties.isWhitespace }
                return lettersLeft <= 0
            }
            let mark: Unicode.Scalar = style == .singleQuoted ? "'" : "\""
            var rest = isInside ? line : line.dropFirst()
            isInside = true
            while let index = rest.firstIndex(where: { $0 == mark || $0 == "\\" && style == .doubleQuoted }) {
                rest = rest[(index + 1)...]
                // Written twice, or behind a \, it is a part of the text.
                let isPart = style == .singleQuoted ? rest.first == mark : line[index] == "\\"
                guard isPart else { return true }
                rest = rest.dropFirst()
            }
            return false
        }
    }
}
