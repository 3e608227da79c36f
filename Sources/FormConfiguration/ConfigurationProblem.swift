// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// One thing that is wrong with the configuration, and what to do about it.
package struct ConfigurationProblem: Sendable, Hashable, CustomStringConvertible {
    /// `brevlada.yaml:12:3`; nil for what stands in no file.
    package var place: String?
    package var text: String

    package init(place: String? = nil, _ text: String) {
        self.place = place
        self.text = text
    }

    package var description: String { place.map { "\($0): \(text)" } ?? text }
}

/// Everything that is wrong with the configuration, found in one go.
package struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    package var problems: [ConfigurationProblem]

    package init(problems: [ConfigurationProblem]) {
        self.problems = problems
    }

    package var description: String { problems.map(\.description).joined(separator: "\n") }
}
