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
