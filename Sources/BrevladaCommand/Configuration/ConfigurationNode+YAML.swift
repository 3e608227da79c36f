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
        return try root.map { node throws(YAMLProblem) in try ConfigurationNode(node, depth: 0) }
    }

    private init(_ node: Node, depth: Int) throws(YAMLProblem) {
        let position = Position(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
        guard depth < 16 else {
            throw YAMLProblem(position: position, reason: "sections lie too deep in each other; check the indentation")
        }
        switch node {
        case .scalar(let scalar):
            let content: Content =
                scalar.style == .plain && ["", "~", "null"].contains(scalar.string.lowercased())
                ? .null : .scalar(scalar.string)
            self.init(content: content, position: position)
        case .sequence(let sequence):
            var elements: [ConfigurationNode] = []
            for element in sequence { elements.append(try ConfigurationNode(element, depth: depth + 1)) }
            self.init(content: .list(elements), position: position)
        case .mapping(let mapping):
            var entries: [Entry] = []
            for (key, value) in mapping {
                let position = Position(line: key.mark?.line ?? 1, column: key.mark?.column ?? 1)
                guard case .scalar(let name) = key else {
                    throw YAMLProblem(
                        position: position,
                        reason: "a key is a list or a section; write a name before the colon"
                    )
                }
                entries.append(
                    Entry(name: name.string, position: position, value: try ConfigurationNode(value, depth: depth + 1))
                )
            }
            self.init(content: .mapping(entries), position: position)
        case .alias:
            throw YAMLProblem(position: position, reason: "an alias stands where a value belongs; write the value")
        }
    }
}

/// Why a text is no YAML, with what to do.
struct YAMLProblem: Error, Hashable {
    var position: ConfigurationNode.Position?
    var reason: String
}

extension YAMLProblem {
    /// The parser's words are a description of what it met, such as "did not find expected key".
    private static func sentence(_ problem: String) -> String {
        "the file can't be read as YAML here: \(problem); check indentation, colons and quotation marks"
    }

    fileprivate init(_ error: YamlError) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            self.init(position: .init(line: mark.line, column: mark.column), reason: Self.sentence(problem))
        case .reader(let problem, _, _, _):
            self.init(position: nil, reason: Self.sentence(problem))
        case .duplicatedKeysInMapping(let names, let context):
            let names = names.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
            self.init(
                position: .init(line: context.mark.line, column: context.mark.column),
                reason: "\(names) stands twice in one section; keep one"
            )
        default:
            self.init(
                position: nil,
                reason: "the file can't be read as YAML; compare it with a new one from \"brevlada init\""
            )
        }
    }
}
