// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import FormConfiguration
import Yams

extension ConfigurationNode {
    /// Reads a YAML document; nil when it holds nothing but comments.
    ///
    /// - Throws: where the text is no YAML, and why. Nothing of the text is quoted: it may be a password.
    static func parse(_ text: String) throws(YAMLProblem) -> ConfigurationNode? {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw YAMLProblem(error)
        } catch {
            throw YAMLProblem(
                position: nil,
                reason: "the file can't be read as YAML; compare it with a new one from \"brevlada init\""
            )
        }
        let lines = YAMLLine.all(in: text)
        return try root.map { node throws(YAMLProblem) in try ConfigurationNode(node, of: lines, depth: 0) }
    }

    private init(_ node: Node, of lines: [YAMLLine], depth: Int) throws(YAMLProblem) {
        let position = Position(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
        guard depth < 16 else {
            throw YAMLProblem(position: position, reason: "sections lie too deep in each other; check the indentation")
        }
        switch node {
        case .scalar(let scalar):
            let content: Content =
                scalar.style == .plain && ["", "~", "null"].contains(scalar.string.lowercased())
                ? .null : .scalar(scalar.string)
            let pitfall = Pitfall(scalar, at: position, of: lines)
            self.init(content: content, position: position, pitfall: pitfall)
        case .sequence(let sequence):
            var elements: [ConfigurationNode] = []
            for element in sequence { elements.append(try ConfigurationNode(element, of: lines, depth: depth + 1)) }
            self.init(content: .list(elements), position: position)
        case .mapping(let mapping):
            var entries: [Entry] = []
            for (key, value) in mapping {
                let position = Position(line: key.mark?.line ?? 1, column: key.mark?.column ?? 1)
                guard case .scalar(let name) = key else {
                    throw YAMLProblem(
                        position: position,
                        reason:
                            "a key is a list or a section; write a name before the colon, and put a value that begins with { or [ "
                            + "into single quotation marks"
                    )
                }
                let value = try ConfigurationNode(value, of: lines, depth: depth + 1)
                entries.append(Entry(name: name.string, position: position, value: value))
            }
            self.init(content: .mapping(entries), position: position)
        case .alias:
            throw YAMLProblem(position: position, reason: "an alias stands where a value belongs; write the value")
        }
    }
}

extension ConfigurationNode.Pitfall {
    /// Whether a "#" behind a space may belong to the value: whoever remarks on one leaves a space behind the mark.
    private static func isCutShort(_ value: ArraySlice<Unicode.Scalar>) -> Bool {
        value.indices.dropFirst().contains { index in
            value[index] == "#" && [" ", "\t"].contains(value[index - 1]) && index + 1 < value.endIndex
                && !value[index + 1].properties.isWhitespace
        }
    }

    /// - Parameter position: Where the scalar begins, or where one would begin if it is empty.
    fileprivate init?(_ scalar: Node.Scalar, at position: ConfigurationNode.Position, of lines: [YAMLLine]) {
        guard lines.indices.contains(position.line - 1) else { return nil }
        let written = lines[position.line - 1].scalars.dropFirst(position.column - 1)
        let value = written.drop { $0 == " " || $0 == "\t" }
        if value.first == "!" {
            self = .tag
        } else if value.first == "&" {
            self = .anchor
        } else if scalar.style != .plain {
            return nil
        } else if scalar.string.isEmpty {
            // What is left out stands so; a remark has a space behind its mark.
            guard value.first == "#", let next = value.dropFirst().first, !next.properties.isWhitespace else {
                return nil
            }
            self = .comment
        } else if value.first == "-", value.startIndex == lines[position.line - 1].content.startIndex {
            self = .dash
        } else if Self.isCutShort(value) {
            self = .comment
        } else if let first = scalar.string.first, let last = scalar.string.last, "“”„‘’‚«»".contains(first),
            "“”‘’«»".contains(last)
        {
            self = .quotation
        } else {
            return nil
        }
    }
}
