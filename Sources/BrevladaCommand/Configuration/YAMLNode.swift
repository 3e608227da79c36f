// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A value of a YAML file with the place where it stands.
struct YAMLNode: Sendable {
    /// Counted from 1, the column in Unicode scalars.
    struct Position: Sendable, Hashable {
        var line: Int
        var column: Int
    }

    struct Entry: Sendable {
        var name: String
        var position: Position
        var value: YAMLNode
    }

    enum Content: Sendable {
        /// Nothing, as in `mail:` with all its keys commented out.
        case null
        /// As written, whatever YAML would take it for: `no` stays "no" and 0123 stays "0123".
        case scalar(String)
        case list([YAMLNode])
        /// In the order written; no name stands twice.
        case mapping([Entry])
    }

    var content: Content
    var position: Position

    /// The entries of a mapping; none when this is something else.
    var entries: [Entry] {
        if case .mapping(let entries) = content { entries } else { [] }
    }

    subscript(name: String) -> YAMLNode? {
        entries.first { $0.name == name }?.value
    }

    /// The value behind `path`, nil when a part of it is missing or empty.
    func value(at path: [String]) -> YAMLNode? {
        var node = self
        for name in path {
            guard let next = node[name] else { return nil }
            node = next
        }
        if case .null = node.content { return nil }
        return node
    }

    /// What an operator calls this kind of value.
    var kind: String {
        switch content {
        case .null: "empty"
        case .scalar: "a single value"
        case .list: "a list"
        case .mapping: "a section"
        }
    }
}
