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
        } catch {
            throw YAMLProblem(error)
        }
        let lines = YAMLLine.all(in: text)
        var left = mostNodes
        return try root.map { node throws(YAMLProblem) in try ConfigurationNode(node, of: lines, depth: 0, &left) }
    }

    /// Aliases of aliases make any number of values out of a few lines.
    private static let mostNodes = 200_000

    /// - Parameter left: So many more there may be.
    private init(_ node: Node, of lines: [YAMLLine], depth: Int, _ left: inout Int) throws(YAMLProblem) {
        let position = Position(node.mark)
        guard depth < 16 else {
            throw YAMLProblem(position: position, reason: "sections lie too deep in each other; check the indentation")
        }
        guard left > 0 else {
            throw YAMLProblem(position: position, reason: "the file holds too many values; take out aliases of aliases")
        }
        left -= 1
        switch node {
        case .scalar(let scalar):
            let content: Content =
                scalar.style == .plain && ["", "~", "null"].contains(scalar.string.lowercased())
                ? .null : .scalar(scalar.text)
            let pitfall = Pitfall(scalar, at: position, of: lines)
            self.init(content: content, position: position, pitfall: pitfall)
        case .sequence(let sequence):
            var elements: [ConfigurationNode] = []
            for element in sequence {
                elements.append(try ConfigurationNode(element, of: lines, depth: depth + 1, &left))
            }
            self.init(content: .list(elements), position: position)
        case .mapping(let mapping):
            var entries: [Entry] = []
            var places: [String: Position] = [:]
            for (key, value) in mapping {
                let position = Position(key.mark)
                guard case .scalar(let name) = key else {
                    throw YAMLProblem(
                        position: position,
                        reason:
                            "a key is a list or a section; write a name before the colon, and put a value that begins with { or [ "
                            + "into single quotation marks"
                    )
                }
                // The parser tells 1 from "1", which are one name here.
                if let first = places.updateValue(position, forKey: name.string) {
                    throw YAMLProblem(second: name.string, at: position, first: first)
                }
                let value = try ConfigurationNode(value, of: lines, depth: depth + 1, &left)
                entries.append(Entry(name: name.string, position: position, value: value))
            }
            self.init(content: .mapping(entries), position: position)
        case .alias:
            throw YAMLProblem(position: position, reason: "an alias stands where a value belongs; write the value")
        }
    }
}

extension ConfigurationNode.Position {
    fileprivate init(_ mark: Mark?) {
        self.init(line: mark?.line ?? 1, column: mark?.column ?? 1)
    }
}

extension Node.Scalar {
    /// The line ends behind a block of text are of how it is written: no value of ours ends with one.
    fileprivate var text: String {
        guard style == .literal || style == .folded else { return string }
        return string.lastIndex { !$0.isNewline }.map { String(string[...$0]) } ?? ""
    }
}
