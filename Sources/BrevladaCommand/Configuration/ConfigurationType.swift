// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

/// How the text of a value becomes a value.
struct ConfigurationType<Value: Sendable>: Sendable {
    /// What the reference calls it, such as `number`.
    let name: String
    /// The values it takes, when they are few.
    var choices: [String] = []
    let read: @Sendable (ConfigurationText) throws(ConfigurationTextError) -> Value
}

/// The text of a value as it was found.
struct ConfigurationText: Sendable {
    enum Content: Sendable {
        case single(String)
        case list([String])
    }

    var content: Content
    /// The folder that a relative path starts from.
    var folder: String

    /// The one text; a list is an error.
    func single() throws(ConfigurationTextError) -> String {
        switch content {
        case .single(let text): return text
        case .list: throw ConfigurationTextError("is a list, not a single value; write one value")
        }
    }

    /// The elements of a list, or of one text with commas; a comma within quotation marks parts nothing.
    func elements() -> [String] {
        switch content {
        case .list(let elements): return elements
        case .single(let text): return text.separatedByCommas()
        }
    }
}

/// Why a text is not the value it should be: goes on after the key's name, and ends with the remedy.
struct ConfigurationTextError: Error, Hashable {
    /// Quoted after "is", unless the key is secret.
    var value: String?
    var reason: String
    /// What is wrong with further elements of a list.
    var others: [ConfigurationTextError] = []

    /// - Parameter value: What was found; then the reason goes on after `is "value", `.
    init(_ reason: String, value: String? = nil) {
        self.value = value
        self.reason = reason
    }

    func sentence(about subject: String, isSecret: Bool) -> String {
        guard let value else { return "\(subject) \(reason)" }
        return isSecret ? "\(subject) is \(reason)" : "\(subject) is \"\(value)\", \(reason)"
    }
}

extension String {
    fileprivate func separatedByCommas() -> [String] {
        var elements = [""]
        var isQuoted = false
        for character in self {
            if character == "\"" { isQuoted.toggle() }
            if character == ",", !isQuoted {
                elements.append("")
            } else {
                elements[elements.count - 1].append(character)
            }
        }
        return elements.map { $0.trimmedSpaces }.filter { !$0.isEmpty }
    }
}
