// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

/// How the text of a value becomes a value.
package struct ConfigurationType<Value: Sendable>: Sendable {
    /// What the reference calls it, such as `number`.
    package let name: String
    package let read: @Sendable (ConfigurationText) throws(ConfigurationTextError) -> Value

    package init(
        name: String,
        read: @escaping @Sendable (ConfigurationText) throws(ConfigurationTextError) -> Value
    ) {
        self.name = name
        self.read = read
    }
}

/// The text of a value as it was found.
package struct ConfigurationText: Sendable {
    package enum Content: Sendable {
        case single(String)
        case list([String])
    }

    package var content: Content
    /// The folder that a relative path starts from.
    package var folder: String

    package init(content: Content, folder: String) {
        self.content = content
        self.folder = folder
    }

    /// The one text; a list is an error.
    package func single() throws(ConfigurationTextError) -> String {
        switch content {
        case .single(let text): return text
        case .list:
            throw ConfigurationTextError(
                "is a list, not a single value; write one value, in single quotation marks if it begins with ["
            )
        }
    }

    /// The elements of a list, or of one text with commas; a comma within quotation marks parts nothing.
    package func elements() -> [String] {
        switch content {
        case .list(let elements): return elements
        case .single(let text): return text.separatedByCommas()
        }
    }
}

/// Why a text is not the value it should be: goes on after the key's name, and ends with the remedy.
package struct ConfigurationTextError: Error, Hashable {
    /// Quoted after "is", unless the key is secret.
    package var value: String?
    package var reason: String
    /// What is wrong with further elements of a list.
    package var others: [ConfigurationTextError] = []

    /// - Parameter value: What was found; then the reason goes on after `is "value", `.
    package init(_ reason: String, value: String? = nil) {
        self.value = value
        self.reason = reason
    }

    package func sentence(about subject: String, isSecret: Bool) -> String {
        guard let value else { return "\(subject) \(reason)" }
        // A name and a password, with or without a server's address, may stand where they do not belong.
        let mayBeSecret = isSecret || value.hasPrefix("smtp") || value.contains(/\S:\S*@/)
        return mayBeSecret ? "\(subject) is \(reason)" : "\(subject) is \"\(value)\", \(reason)"
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
