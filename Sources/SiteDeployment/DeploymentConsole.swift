// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Whom a deployment tells what it does, and whom it asks.
package protocol DeploymentConsole: Sendable {
    /// Whether there is a person at a terminal who can answer and sees lines being redrawn.
    var isInteractive: Bool { get }

    func say(_ line: ReportLine) async

    /// Shows these lines in place of those shown before; none takes them away. Called only when interactive.
    func show(progress lines: [ReportLine]) async

    /// Asks and waits for a line; nil when there is none to come.
    func ask(_ question: String) async -> String?
}

extension DeploymentConsole {
    package func say(_ lines: [ReportLine]) async {
        for line in lines { await say(line) }
    }

    package func say(_ mark: ReportLine.Mark, _ text: String) async {
        await say(ReportLine(mark, text))
    }
}
