// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What one look found, before a deployment or after it.
package struct Finding: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        case passed
        /// The deployment works; something after it will not, or not yet.
        case warning
        /// The deployment would fail, or what it made does not work.
        case failed
    }

    package var outcome: Outcome
    /// Lower case, subject first.
    package var text: String
    package var remedy: String?

    package static func passed(_ text: String) -> Finding {
        Finding(outcome: .passed, text: text)
    }

    package static func warning(_ text: String, remedy: String?) -> Finding {
        Finding(outcome: .warning, text: text, remedy: remedy)
    }

    package static func failed(_ text: String, remedy: String? = nil) -> Finding {
        Finding(outcome: .failed, text: text, remedy: remedy)
    }

    /// All on one line, the remedy last.
    package var sentence: String { remedy.map { "\(text); \($0)" } ?? text }

    package var lines: [ReportLine] {
        let mark: ReportLine.Mark = outcome == .passed ? .passed : outcome == .warning ? .warning : .failed
        return [ReportLine(mark, text)] + (remedy.map { [ReportLine(.todo, $0)] } ?? [])
    }
}
