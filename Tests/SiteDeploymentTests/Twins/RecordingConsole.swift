// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import SiteDeployment

/// A console that remembers what was said and answers from a list.
actor RecordingConsole: DeploymentConsole {
    nonisolated let isInteractive: Bool
    private var answers: [String]
    private(set) var lines: [String] = []
    private(set) var frames: [[String]] = []
    private(set) var questions: [String] = []

    init(isInteractive: Bool = false, answers: [String] = []) {
        self.isInteractive = isInteractive
        self.answers = answers
    }

    func say(_ line: ReportLine) { lines.append(line.plain) }

    func show(progress lines: [ReportLine]) { frames.append(lines.map(\.plain)) }

    func ask(_ question: String) -> String? {
        questions.append(question)
        return answers.isEmpty ? nil : answers.removeFirst()
    }

    var text: String { lines.joined(separator: "\n") }
}
