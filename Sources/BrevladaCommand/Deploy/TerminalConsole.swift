// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import SiteDeployment

/// The operator's terminal, or whatever the output goes to: lines on standard output, what is redrawn and what is asked on
/// standard error.
actor TerminalConsole: DeploymentConsole {
    nonisolated let isInteractive: Bool
    private let style: TerminalStyle
    /// How many lines of progress stand below the last line that stays.
    private var shown = 0

    init() {
        isInteractive = isatty(STDIN_FILENO) == 1 && Output.error.isTerminal
        style = Output.standard.style()
    }

    func say(_ line: ReportLine) {
        // A reader that went away does not end a deployment in its midst.
        try? Output.standard.writeLine(Self.text(line, style))
    }

    func show(progress lines: [ReportLine]) {
        var text = shown > 0 ? "\u{1B}[\(shown)A\u{1B}[J" : ""
        let width = Output.error.width
        for line in lines { text += TerminalText.cut(Self.text(line, .plain), to: width - 1) + "\n" }
        shown = lines.count
        try? Output.error.write(text)
    }

    func ask(_ question: String) -> String? {
        try? Output.error.write(question)
        return readLine()
    }

    static func text(_ line: ReportLine, _ style: TerminalStyle) -> String {
        let text = TerminalText.escaped(line.plain)
        return switch line.mark {
        case .heading: style.bold(text)
        case .added, .passed: style.green(text)
        case .changed, .warning: style.yellow(text)
        case .replaced: style.bold(style.red(text))
        case .removed, .failed: style.red(text)
        case .running: style.dim(text)
        case .none, .todo: text
        }
    }
}
