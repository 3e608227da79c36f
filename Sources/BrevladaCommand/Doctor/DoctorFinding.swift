// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import JSON

/// What one check of `brevlada doctor` found.
struct DoctorFinding: Sendable, Hashable {
    enum Outcome: String, Sendable, Hashable {
        case passed
        /// As it should be, and good to know.
        case note
        /// Odd or soon wrong; the exit code stays 0.
        case warning
        case failed
    }

    enum Area: String, Sendable, Hashable {
        case configuration, site, data, machine, mail, aws
    }

    var area: Area
    var outcome: Outcome
    /// What was looked at and what was found. Lower case.
    var text: String
    /// What to do; nil when all is well.
    var remedy: String?

    static func passed(_ area: Area, _ text: String) -> DoctorFinding {
        DoctorFinding(area: area, outcome: .passed, text: text)
    }

    static func note(_ area: Area, _ text: String, remedy: String) -> DoctorFinding {
        DoctorFinding(area: area, outcome: .note, text: text, remedy: remedy)
    }

    static func warning(_ area: Area, _ text: String, remedy: String) -> DoctorFinding {
        DoctorFinding(area: area, outcome: .warning, text: text, remedy: remedy)
    }

    static func failed(_ area: Area, _ text: String, remedy: String?) -> DoctorFinding {
        DoctorFinding(area: area, outcome: .failed, text: text, remedy: remedy)
    }

    func line(style: TerminalStyle) -> String {
        let mark =
            switch outcome {
            case .passed: style.green("✓")
            case .note: style.dim("·")
            case .warning: style.yellow("!")
            case .failed: style.red("✗")
            }
        let line = "\(mark) \(TerminalText.escaped(text))"
        return remedy.map { line + "\n    → \(TerminalText.escaped($0))" } ?? line
    }

    func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.member("area", area.rawValue)
            object.member("outcome", outcome.rawValue)
            object.member("text", text)
            object.member("remedy", ifPresent: remedy)
        }
    }
}
