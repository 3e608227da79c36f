// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import FormConfiguration

/// The values of the stack's parameters, gathered from the configuration and checked as a whole.
package struct StackParameters: Sendable, Hashable {
    /// A value and the key that it comes from, for messages.
    package struct Value: Sendable, Hashable {
        package var text: String
        package var source: String
    }

    package private(set) var values: [String: Value] = [:]

    package init() {}

    /// What was said first goes before what is said later, so that the caller begins with what is most particular.
    package mutating func set(_ name: String, _ text: String?, source: String) {
        guard let text, values[name] == nil else { return }
        values[name] = Value(text: text, source: source)
    }

    package mutating func remove(_ names: [String]) {
        for name in names { values[name] = nil }
    }

    package subscript(name: String) -> String? { values[name]?.text }

    /// All that is wrong: unknown names, values that don't fit, values that are missing.
    package func problems(against template: [TemplateParameter]) -> [Finding] {
        let known = Dictionary(template.map { ($0.name, $0) }) { first, _ in first }
        var problems: [Finding] = []
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            guard let parameter = known[name] else {
                let near = Suggestion.nearest(to: name, among: known.keys.sorted()).map { "did you mean \"\($0)\"?" }
                let text = "\(value.source) is no parameter of the template"
                problems.append(.failed(text, remedy: near ?? "see docs/options"))
                continue
            }
            let note = value.source.hasSuffix("." + name) ? "" : ", which sets \(name),"
            if let fault = parameter.fault(of: value.text, from: value.source + note) { problems.append(fault) }
        }
        for parameter in template where parameter.standard == nil && values[parameter.name] == nil {
            let text = "aws.parameters.\(parameter.name) is not set"
            problems.append(.failed(text, remedy: "the template has no standard for it"))
        }
        return problems
    }

    /// What create-change-set takes: every parameter of the template that has a value, by name. The others fall back to
    /// the template's own standard, so that what was taken out of the configuration is taken out of the stack.
    package func json() -> String {
        JSONText.array(
            values.sorted { $0.key < $1.key }.map { name, value in
                [("ParameterKey", name), ("ParameterValue", value.text)]
            }
        )
    }

    /// A value, or the template's own.
    package func effective(_ name: String, in template: [TemplateParameter]) -> String {
        values[name]?.text ?? template.first { $0.name == name }?.standard ?? ""
    }
}
