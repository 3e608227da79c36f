// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A line for the operator: a mark that tells what it is about, and a text.
package struct ReportLine: Sendable, Hashable {
    /// Each looks different without colour as well.
    package enum Mark: String, Sendable, Hashable, CaseIterable {
        case none = ""
        case heading = "#"
        case added = "+"
        case changed = "~"
        case replaced = "-/+"
        case removed = "-"
        case passed = "✓"
        case warning = "!"
        case failed = "✗"
        case running = "…"
        case todo = "→"
    }

    package var mark: Mark
    package var text: String

    package init(_ mark: Mark, _ text: String) {
        self.mark = mark
        self.text = text
    }

    package init(_ text: String) {
        self.init(.none, text)
    }

    /// Without colour. A heading shows no mark and stands at the margin.
    package var plain: String {
        switch mark {
        case .none: text.isEmpty ? "" : "  " + text
        case .heading: text
        default: "  \(mark.rawValue)\(String(repeating: " ", count: max(1, 4 - mark.rawValue.count)))\(text)"
        }
    }
}

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
