// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Marks for text on a terminal; none when it is not coloured.
struct TerminalStyle: Sendable, Hashable {
    var isColoured: Bool

    static let plain = TerminalStyle(isColoured: false)

    func bold(_ text: String) -> String { marked(text, "1") }
    func dim(_ text: String) -> String { marked(text, "2") }
    func red(_ text: String) -> String { marked(text, "31") }
    func green(_ text: String) -> String { marked(text, "32") }
    func yellow(_ text: String) -> String { marked(text, "33") }

    private func marked(_ text: String, _ code: String) -> String {
        isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
