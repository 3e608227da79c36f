// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What one look before a deployment found.
package struct PreflightFinding: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        case passed
        /// The deployment works; something after it will not, or not yet.
        case warning
        /// The deployment would fail.
        case failed
    }

    package var outcome: Outcome
    /// Lower case, subject first.
    package var text: String
    package var remedy: String?

    package init(_ outcome: Outcome, _ text: String, remedy: String? = nil) {
        self.outcome = outcome
        self.text = text
        self.remedy = remedy
    }

    /// All on one line, the remedy last.
    package var sentence: String { remedy.map { "\(text); \($0)" } ?? text }

    package var lines: [ReportLine] {
        let mark: ReportLine.Mark = outcome == .passed ? .passed : outcome == .warning ? .warning : .failed
        return [ReportLine(mark, text)] + (remedy.map { [ReportLine(.todo, $0)] } ?? [])
    }
}
