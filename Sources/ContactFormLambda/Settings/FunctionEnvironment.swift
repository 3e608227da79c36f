// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSLambda
import ContactForm
import FormConfiguration
import JSON

/// Reads a function's settings from its environment by the rules of `brevlada.yaml`, and gathers all that is wrong.
///
/// `BREVLADA_FORMS` and `BREVLADA_SPAM` hold as JSON what stands under `forms:` and `spam:` in the file. An empty variable
/// counts as none.
struct FunctionEnvironment {
    var reader: ConfigurationReader
    private let environment: [String: String]

    /// - Parameter variables: What the function reads; nothing else of the environment is looked at.
    init(_ environment: [String: String], variables: [String]) {
        self.environment = environment.filter { variables.contains($0.key) && !$0.value.isEmpty }
        var problems: [String] = []
        var sections: [ConfigurationNode.Entry] = []
        for (variable, section) in [("BREVLADA_FORMS", "forms"), ("BREVLADA_SPAM", "spam")] {
            guard let text = self.environment[variable] else { continue }
            do throws(JSONError) {
                let value = try JSONParser.parse(Array(text.utf8), maximumDepth: 8)
                guard case .object = value else {
                    problems.append("\(variable) is no json object; write what stands under \(section): as {\"…\": …}")
                    continue
                }
                sections.append(.init(name: section, position: .none, value: ConfigurationNode(value)))
            } catch {
                problems.append("\(variable) can't be read as json: \(error); write it on one line")
            }
        }
        let settings = self.environment.filter { $0.key != "BREVLADA_FORMS" && $0.key != "BREVLADA_SPAM" }
        reader = ConfigurationReader(
            ConfigurationSource(environment: settings, workingFolder: "/"),
            root: ConfigurationNode(content: .mapping(sections), position: .none),
            keys: ConfigurationKeys.Form.all + ConfigurationKeys.Spam.all
        )
        for problem in problems { reader.report(problem) }
    }

    /// The variable's text; nil when it is not set.
    subscript(variable: String) -> String? { environment[variable] }

    /// The variable's text, which must be there.
    mutating func required(_ variable: String, _ remedy: String) -> String? {
        if let text = environment[variable] { return text }
        reader.report("\(variable) is not set; \(remedy)")
        return nil
    }

    mutating func number(_ variable: String, _ range: ClosedRange<Int>, standard: Int) -> Int {
        guard let text = environment[variable] else { return standard }
        if let number = Int(text), range.contains(number) { return number }
        reader.report(
            "\(variable) is \"\(text)\", not a whole number from \(range.lowerBound) to \(range.upperBound); "
                + "write one in digits"
        )
        return standard
    }

    /// - Throws: all that was found to be wrong.
    func check() throws(LambdaFailure) {
        guard !reader.problems.isEmpty else { return }
        throw LambdaFailure(
            type: "Configuration.Invalid",
            message: reader.problems.map(\.description).joined(separator: "\n")
        )
    }
}

extension ConfigurationNode {
    fileprivate init(_ value: JSONValue) {
        let content: Content =
            switch value {
            case .null: .null
            case .bool(let flag): .scalar(flag ? "true" : "false")
            case .number(let text), .string(let text): .scalar(text)
            case .array(let elements): .list(elements.map { ConfigurationNode($0) })
            case .object(let members):
                .mapping(members.map { Entry(name: $0.name, position: .none, value: ConfigurationNode($0.value)) })
            }
        self.init(content: content, position: .none)
    }
}

extension ConfigurationNode.Position {
    /// A variable has no lines.
    fileprivate static let none = ConfigurationNode.Position(line: 1, column: 1)
}
