// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import FormConfiguration
import Yams

/// Why a text is no YAML, with what to do.
struct YAMLProblem: Error, Hashable {
    var position: ConfigurationNode.Position?
    var reason: String
}

extension YAMLProblem {
    init(_ error: any Error) {
        switch error as? YamlError {
        case .scanner(let context, let problem, let mark, let yaml)?,
            .parser(let context, let problem, let mark, let yaml)?,
            .composer(let context, let problem, let mark, let yaml)?:
            self = YAMLDiagnosis(yaml, problem, at: mark, context: context).problem
        case .reader(_, let offset, let value, let yaml)?:
            self.init(unprintable: value, in: yaml, at: offset)
        case .duplicatedKeysInMapping(let names, let context)?:
            self.init(duplicates: names.sorted(), in: context.text, first: context.mark)
        default:
            self.init(
                position: nil,
                reason: "the file can't be read as YAML; compare it with a new one from \"brevlada init\""
            )
        }
    }

    /// - Parameter offset: Counted in characters.
    private init(unprintable value: Int32, in yaml: String, at offset: Int?) {
        let last = offset.map { YAMLLine.all(in: String(yaml.prefix($0))) }?.last
        self.init(
            position: last.map { .init(line: $0.number, column: $0.scalars.count + 1) },
            reason: "a character that can't be seen stands here (number \(value)); delete it, or type the line anew"
        )
    }

    /// - Parameter mark: Where the first of them stands first.
    private init(duplicates names: [String], in yaml: String, first mark: Mark) {
        let lines = YAMLLine.all(in: yaml)
        let first = ConfigurationNode.Position(line: mark.line, column: mark.column)
        let line = lines.indices.contains(mark.line - 1) ? lines[mark.line - 1] : nil
        // In braces a part of a password may look like a name.
        guard let line, line.start == first, let name = names.first(where: line.begins(withName:)) else {
            self.init(position: first, reason: "a name stands twice in one section here; keep one")
            return
        }
        // The parser tells of the first; the owner looks for the second, which may be pages further down.
        let second = lines.dropFirst(mark.line).first {
            $0.indentation.count == line.indentation.count && $0.begins(withName: name)
        }
        let isSection = line.value.map { "#&".unicodeScalars.contains(line.scalars[$0]) } ?? true
        self.init(second: name, at: second?.start ?? first, first: first, isSection: isSection)
    }

    /// - Parameter isSection: Whether more stands below the name.
    init(
        second name: String,
        at second: ConfigurationNode.Position,
        first: ConfigurationNode.Position,
        isSection: Bool = false
    ) {
        let remedy = isSection ? "put what stands below both below one" : "keep one"
        self.init(
            position: second,
            reason: "\"\(name)\" stands twice in one section, first in line \(first.line); \(remedy)"
        )
    }
}
