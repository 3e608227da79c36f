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
    package func fault(of value: String, from subject: String) -> Finding? {
        func fault(_ what: String, _ remedy: String) -> Finding {
            .failed("\(subject) \(what)", remedy: remedy)
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
