// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Rows in columns, fitted to a width.
struct TextTable {
    struct Column {
        var title: String
        /// Never narrower than this, whatever the width.
        var minimum: Int
        /// Narrow columns keep their width; of the others the first is cut last.
        var mayShrink = false
    }

    var columns: [Column]
    private(set) var rows: [[String]] = []

    init(_ columns: [Column]) {
        self.columns = columns
    }

    /// Adds a row; its texts are made safe for a terminal.
    mutating func append(_ cells: [String]) {
        rows.append(cells.map { TerminalText.escaped($0) })
    }

    /// The lines of the table, its titles first, none wider than `width` unless the columns' minimums are.
    func lines(width: Int) -> [String] {
        let widths = fitted(to: width)
        return ([columns.map(\.title)] + rows).map { cells in
            var line = ""
            for (index, cell) in cells.enumerated() {
                let text = TerminalText.cut(cell, to: widths[index])
                line += text
                guard index < cells.count - 1 else { break }
                line += String(repeating: " ", count: widths[index] - TerminalText.width(text) + 2)
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
    }

    private func fitted(to width: Int) -> [Int] {
        var widths = columns.indices.map { index in
            let cells = rows.map { TerminalText.width($0[index]) }
            return max(columns[index].minimum, TerminalText.width(columns[index].title), cells.max() ?? 0)
        }
        var excess = widths.reduce(0, +) + 2 * (columns.count - 1) - width
        for index in columns.indices.reversed() where columns[index].mayShrink && excess > 0 {
            let least = max(columns[index].minimum, TerminalText.width(columns[index].title))
            let cut = min(excess, max(widths[index] - least, 0))
            widths[index] -= cut
            excess -= cut
        }
        return widths
    }
}
