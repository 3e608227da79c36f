// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A value with the place where it stands: of a YAML file, or of a variable that holds JSON.
package struct ConfigurationNode: Sendable {
    /// Counted from 1, the column in Unicode scalars.
    package struct Position: Sendable, Hashable {
        package var line: Int
        package var column: Int

        package init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }
    }

    package struct Entry: Sendable {
        package var name: String
        package var position: Position
        package var value: ConfigurationNode

        package init(name: String, position: Position, value: ConfigurationNode) {
            self.name = name
            self.position = position
            self.value = value
        }
    }

    package enum Content: Sendable {
        /// Nothing, as in `mail:` with all its keys commented out.
        case null
        /// As written, whatever YAML would take it for: `no` stays "no" and 0123 stays "0123".
        case scalar(String)
        case list([ConfigurationNode])
        /// In the order written; no name stands twice.
        case mapping([Entry])
    }

    /// What YAML makes of a value as written that its writer may not know of.
    package enum Pitfall: Sendable, Hashable {
        /// What stands behind " #" is left out.
        case comment
        /// What begins with "!" is left out.
        case tag
        /// What begins with "&" is left out.
        case anchor
        /// A "-" without a space begins no list.
        case dash
        /// Typographic quotation marks stand around it and belong to it.
        case quotation
        /// A space that is none of ASCII's, or a mark without a width, is its last character.
        case invisibleEnd
        /// It is a block of lines, or empty ones stand behind it.
        case block
        /// The next line, `line`, belongs to it as well; `names` are what in such lines looks like a key.
        case goesOn(line: Int, names: [String])
    }

    package var content: Content
    package var position: Position
    package var pitfall: Pitfall?

    package init(content: Content, position: Position, pitfall: Pitfall? = nil) {
        self.content = content
        self.position = position
        self.pitfall = pitfall
    }

    /// The entries of a mapping; none when this is something else.
    package var entries: [Entry] {
        if case .mapping(let entries) = content { entries } else { [] }
    }

    package subscript(name: String) -> ConfigurationNode? {
        entries.first { $0.name == name }?.value
    }

    /// The value behind `path`, nil when a part of it is missing or empty.
    package func value(at path: [String]) -> ConfigurationNode? {
        node(at: path).flatMap { $0.isNull ? nil : $0 }
    }

    /// What stands behind `path`, though it be nothing; nil when a part of it is missing.
    package func node(at path: [String]) -> ConfigurationNode? {
        var node = self
        for name in path {
            guard let next = node[name] else { return nil }
            node = next
        }
        return node
    }

    /// Whether what was meant for other keys may be in it, and a password among that.
    package var takesSeveralLines: Bool {
        switch (content, pitfall) {
        case (_, .block?), (_, .goesOn?): true
        case (.list(let elements), _): elements.contains(where: \.takesSeveralLines)
        default: false
        }
    }

    package var isNull: Bool { if case .null = content { true } else { false } }

    /// What an operator calls this kind of value.
    package var kind: String {
        switch content {
        case .null: "empty"
        case .scalar: "a single value"
        case .list: "a list"
        case .mapping: "a section"
        }
    }
}
