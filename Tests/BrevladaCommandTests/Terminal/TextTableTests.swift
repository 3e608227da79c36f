// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BrevladaCommand

@Suite("Tables")
struct TextTableTests {
    private static var table: TextTable {
        var table = TextTable([
            .init(title: "ID", minimum: 4), .init(title: "FORM", minimum: 4, mayShrink: true),
            .init(title: "TEXT", minimum: 6, mayShrink: true),
        ])
        table.append(["01AB", "contact", "Is the workshop open on Sunday?"])
        table.append(["01AC", "order-of-boats", "你好你好"])
        return table
    }

    @Test("columns line up and what is last shrinks first")
    func fitted() {
        #expect(
            Self.table.lines(width: 80) == [
                "ID    FORM            TEXT",
                "01AB  contact         Is the workshop open on Sunday?",
                "01AC  order-of-boats  你好你好",
            ]
        )
        #expect(
            Self.table.lines(width: 36) == [
                "ID    FORM            TEXT",
                "01AB  contact         Is the worksh…",
                "01AC  order-of-boats  你好你好",
            ]
        )
        #expect(
            Self.table.lines(width: 20) == [
                "ID    FORM    TEXT",
                "01AB  conta…  Is th…",
                "01AC  order…  你好…",
            ]
        )
    }

    @Test("no line is wider than asked, down to the columns' minimums", arguments: 18...80)
    func width(_ width: Int) {
        for line in Self.table.lines(width: width) { #expect(TerminalText.width(line) <= width) }
    }

    @Test("below its minimums a table keeps them")
    func tooNarrow() {
        #expect(Self.table.lines(width: 1).map(TerminalText.width).max() == 18)
    }

    @Test("cells are made safe")
    func escaped() {
        var table = TextTable([.init(title: "A", minimum: 1)])
        table.append(["\u{1B}[31m"])
        #expect(table.lines(width: 80) == ["A", "\\x1b[31m"])
    }
}
