// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// One key of `brevlada.yaml`: where it stands, how it is read, what it means.
///
/// The only description of a key there is. The sample file, the help text and `docs/configuration.md` are written from
/// it, and a value is read through it and in no other way.
package struct ConfigurationKey<Value: Sendable>: Sendable {
    package let type: ConfigurationType<Value>
    package let documentation: ConfigurationKeyDocumentation

    /// - Parameters:
    ///   - path: With dots, and `<form>` or `<field>` where the owner's own names stand.
    ///   - standard: What holds when the key is not set.
    ///   - example: As it would be written in the file.
    ///   - otherNames: What other programs call it, or a part of it, in the same section.
    package init(
        _ path: String,
        _ type: ConfigurationType<Value>,
        standard: ConfigurationKeyDocumentation.Standard = .notSet,
        isSecret: Bool = false,
        _ text: String,
        example: String,
        otherNames: Set<String> = []
    ) {
        self.type = type
        self.documentation = ConfigurationKeyDocumentation(
            path: path,
            type: type.name,
            standard: standard,
            isSecret: isSecret,
            text: text,
            example: example,
            otherNames: otherNames
        )
    }
}

/// What an operator reads about a key.
package struct ConfigurationKeyDocumentation: Sendable, Hashable {
    /// What holds when a key is not set.
    package enum Standard: Sendable, Hashable {
        case notSet
        /// Written as in the file.
        case value(String)
        /// Follows from something else, said in words.
        case described(String)
    }

    package let path: String
    package let type: String
    package let standard: Standard
    package let isSecret: Bool
    /// One or two sentences.
    package let text: String
    package let example: String
    package let otherNames: Set<String>

    /// The parts of the path.
    package var parts: [String] { path.split(separator: ".").map(String.init) }

    /// The environment variable of the key, with `<FORM>` where a name stands.
    package var variable: String {
        "BREVLADA_" + parts.map { $0.hasPrefix("<") ? $0.uppercased() : Self.variablePart($0) }.joined(separator: "_")
    }

    /// A name as it stands in an environment variable: upper case, and "_" for all but letters and digits.
    package static func variablePart(_ name: String) -> String {
        String(name.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }

    package var standardText: String {
        switch standard {
        case .notSet: "not set"
        case .value(let value): value
        case .described(let words): words
        }
    }
}
