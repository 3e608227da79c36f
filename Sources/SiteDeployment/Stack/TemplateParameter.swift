// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import FormConfiguration

/// A parameter of the template, and what it takes.
package struct TemplateParameter: Sendable, Hashable {
    package var name: String
    package var type: String
    /// Nil: a value must be given.
    package var standard: String?
    package var allowedValues: [String]
    package var allowedPattern: String?
    /// What the pattern asks for, in words.
    package var constraint: String?
    package var leastNumber: Double?
    package var mostNumber: Double?
    package var mostCharacters: Int?

    package init(
        name: String,
        type: String = "String",
        standard: String? = nil,
        allowedValues: [String] = [],
        allowedPattern: String? = nil,
        constraint: String? = nil,
        leastNumber: Double? = nil,
        mostNumber: Double? = nil,
        mostCharacters: Int? = nil
    ) {
        self.name = name
        self.type = type
        self.standard = standard
        self.allowedValues = allowedValues
        self.allowedPattern = allowedPattern
        self.constraint = constraint
        self.leastNumber = leastNumber
        self.mostNumber = mostNumber
        self.mostCharacters = mostCharacters
    }

    /// Why CloudFormation would refuse the value; nil when it takes it.
    ///
    /// - Parameter subject: What gave the value, for the sentence.
    package func fault(of value: String, from subject: String) -> PreflightFinding? {
        func fault(_ what: String, _ remedy: String) -> PreflightFinding {
            PreflightFinding(.failed, "\(subject) \(what)", remedy: remedy)
        }
        if !allowedValues.isEmpty {
            guard !allowedValues.contains(value) else { return nil }
            let near = Suggestion.nearest(to: value, among: allowedValues).map { "did you mean \"\($0)\"?" }
            let shown = allowedValues.map { $0.isEmpty ? "empty" : $0 }.joined(separator: ", ")
            return fault("is \"\(value)\"", near ?? "write one of \(shown)")
        }
        if type == "Number" {
            let range = "\(leastNumber.map(Self.written) ?? "any") to \(mostNumber.map(Self.written) ?? "any")"
            guard let number = Double(value), number >= leastNumber ?? number, number <= mostNumber ?? number else {
                return fault("is \"\(value)\", not a number from \(range)", "write one in digits")
            }
            return nil
        }
        if let most = mostCharacters, value.count > most {
            return fault("has \(value.count) characters", "at most \(most) are taken")
        }
        // The pattern of a list holds for each of its elements.
        let elements =
            type == "CommaDelimitedList"
            ? value.split(separator: ",", omittingEmptySubsequences: false).map(String.init) : [value]
        for element in elements where !matches(element) {
            return fault("is \"\(element)\"", "write \(constraint ?? "what \(allowedPattern ?? "") allows")")
        }
        return nil
    }

    private func matches(_ value: String) -> Bool {
        // A pattern that Swift can't read is left to CloudFormation, which reads Java's.
        guard let allowedPattern, let pattern = try? Regex(allowedPattern) else { return true }
        return value.wholeMatch(of: pattern) != nil
    }

    private static func written(_ number: Double) -> String {
        number == number.rounded() ? "\(Int(number))" : "\(number)"
    }
}

/// The values of the stack's parameters, gathered from the configuration and checked as a whole.
package struct StackParameters: Sendable, Hashable {
    /// A value and the key that it comes from, for messages.
    package struct Value: Sendable, Hashable {
        package var text: String
        package var source: String

        package init(_ text: String, source: String) {
            self.text = text
            self.source = source
        }
    }

    package private(set) var values: [String: Value] = [:]

    package init() {}

    /// What was said first goes before what is said later, so that the caller begins with what is most particular.
    package mutating func set(_ name: String, _ text: String?, source: String) {
        guard let text, values[name] == nil else { return }
        values[name] = Value(text, source: source)
    }

    package mutating func remove(_ names: [String]) {
        for name in names { values[name] = nil }
    }

    package subscript(name: String) -> String? { values[name]?.text }

    /// All that is wrong: unknown names, values that don't fit, values that are missing.
    package func problems(against template: [TemplateParameter]) -> [PreflightFinding] {
        let known = Dictionary(template.map { ($0.name, $0) }) { first, _ in first }
        var problems: [PreflightFinding] = []
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            guard let parameter = known[name] else {
                let near = Suggestion.nearest(to: name, among: known.keys.sorted()).map { "did you mean \"\($0)\"?" }
                let text = "\(value.source) is no parameter of the template"
                problems.append(PreflightFinding(.failed, text, remedy: near ?? "see docs/options"))
                continue
            }
            let note = value.source.hasSuffix("." + name) ? "" : ", which sets \(name),"
            if let fault = parameter.fault(of: value.text, from: value.source + note) { problems.append(fault) }
        }
        for parameter in template where parameter.standard == nil && values[parameter.name] == nil {
            let text = "aws.parameters.\(parameter.name) is not set"
            problems.append(PreflightFinding(.failed, text, remedy: "the template has no standard for it"))
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
