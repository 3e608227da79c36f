// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import FormConfiguration

/// One line of a text that may be no YAML, as its writer sees it.
struct YAMLLine {
    /// Counted from 1.
    let number: Int
    let scalars: [Unicode.Scalar]

    static func all(in text: String) -> [YAMLLine] {
        text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
            .map { YAMLLine(number: $0.offset + 1, scalars: Array($0.element.unicodeScalars)) }
    }

    /// What stands before the first letter, be it what YAML takes for a space or not.
    var indentation: ArraySlice<Unicode.Scalar> { scalars.prefix { $0.properties.isWhitespace } }

    var content: ArraySlice<Unicode.Scalar> { scalars.dropFirst(indentation.count) }

    var start: ConfigurationNode.Position { position(content.startIndex) }

    var isBlank: Bool { content.isEmpty || content.first == "#" }

    /// - Parameter index: Counted from 0.
    func position(_ index: Int) -> ConfigurationNode.Position { .init(line: number, column: index + 1) }

    /// The first colon that parts a name from its value: one before a space or the end of the line.
    var separator: Int? { content.indices.first(where: isSeparator) }

    func isSeparator(_ index: Int) -> Bool {
        scalars[index] == ":" && (index + 1 == scalars.count || scalars[index + 1].properties.isWhitespace)
    }

    /// Where the value begins, if the line has one.
    var value: Int? {
        let start = separator.map { $0 + 1 } ?? (content.starts(with: ["-", " "]) ? content.startIndex + 1 : nil)
        return start.flatMap { start in scalars.indices[start...].first { !scalars[$0].properties.isWhitespace } }
    }

    /// Whether a name and a colon begin it, the name in quotation marks or not.
    func begins(withName name: String) -> Bool {
        [name, "\"\(name)\"", "'\(name)'"].contains { written in
            content.starts(with: written.unicodeScalars)
                && content.dropFirst(written.unicodeScalars.count).first { $0 != " " } == ":"
        }
    }

    /// Where the letters of a name end that it begins with; nil without any.
    private var nameEnd: Int? {
        let rest = content.drop { $0.properties.isAlphabetic || "0123456789_-".unicodeScalars.contains($0) }
        return rest.startIndex > content.startIndex ? rest.startIndex : nil
    }

    /// The name of the key that it begins with, before a colon or, as elsewhere than in YAML, an equals sign.
    var nameOfKey: String? {
        guard let end = nameEnd else { return nil }
        let mark = scalars[end...].drop { $0 == " " }
        guard mark.first == "=" || mark.first == ":" && mark.dropFirst().first != ";" else { return nil }
        return String(String.UnicodeScalarView(scalars[content.startIndex..<end]))
    }

    /// The colon of a name that the value follows without a space, as in `to:anna@example.com`.
    var crampedColon: Int? {
        guard let colon = nameEnd, colon + 1 < scalars.count, scalars[colon] == ":", !isSeparator(colon)
        else { return nil }
        return scalars[(colon + 1)...].starts(with: ["/", "/"]) ? nil : colon
    }
}
