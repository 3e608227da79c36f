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
    init(_ error: YamlError) {
        switch error {
        case .scanner(let context, let problem, let mark, let yaml),
            .parser(let context, let problem, let mark, let yaml),
            .composer(let context, let problem, let mark, let yaml):
            self = YAMLDiagnosis(yaml, problem, at: mark, context: context).problem
        case .reader(_, let offset, let value, let yaml):
            self.init(unprintable: value, in: yaml, at: offset)
        case .duplicatedKeysInMapping(let names, let context):
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

    private init(duplicates names: [String], in yaml: String, first mark: Mark) {
        let quoted = names.map { "\"\($0)\"" }.joined(separator: ", ")
        // The parser tells of the first; the owner looks for the second, which may be pages further down.
        let second = YAMLLine.all(in: yaml).dropFirst(mark.line).first { line in
            line.indentation.count == mark.column - 1 && names.contains { line.text.hasPrefix("\($0):") }
        }
        guard let second else {
            self.init(
                position: .init(line: mark.line, column: mark.column),
                reason: "\(quoted) stands twice in one section; keep one"
            )
            return
        }
        self.init(
            position: second.start,
            reason: "\(quoted) stands twice in one section, first in line \(mark.line); keep one"
        )
    }
}
