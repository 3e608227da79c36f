// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ContactForm

@Suite("CSV")
struct CSVWriterTests {
    @Test(
        "cells are quoted as RFC 4180 has it",
        arguments: [
            ("plain", "plain"), ("", ""), ("a,b", "\"a,b\""), ("a;b", "a;b"), ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("a\nb", "\"a\nb\""), ("a\r\nb", "\"a\r\nb\""), ("a\rb", "\"a\rb\""), (" a ", " a "), ("\"", "\"\"\"\""),
        ]
    )
    func quoting(_ text: String, _ expected: String) {
        #expect(Array(CSVWriter().row([text]).utf8) == Array((expected + "\r\n").utf8))
    }

    @Test(
        "what a spreadsheet would run gets an apostrophe",
        arguments: [
            ("=HYPERLINK(1)", "'=HYPERLINK(1)"), ("+46 31 390 06 12", "'+46 31 390 06 12"), ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t'=1"), ("\r=1", "\"'\r'=1\""), ("\r\n=1", "\"'\r\n'=1\""), ("\n=1", "\"'\n'=1\""),
            ("x;=1+1;y", "x;'=1+1;y"), ("x,@A1", "\"x,'@A1\""), ("x\t-1", "x\t'-1"), ("x;\"=1\"", "\"x;\"\"'=1\"\"\""),
            ("x\n- one\n- two", "\"x\n'- one\n'- two\""), ("1;2", "1;2"), ("a-b; c=d", "a-b; c=d"),
            ("＝1+1", "'＝1+1"),
            ("=1,2", "\"'=1,2\""), ("=\u{301}1", "'=\u{301}1"), ("a=1", "a=1"), ("'=1", "'=1"),
        ]
    )
    func guarded(_ text: String, _ expected: String) {
        #expect(Array(CSVWriter().row([text]).utf8) == Array((expected + "\r\n").utf8))
    }

    @Test(
        "the separator is quoted, whichever it is",
        arguments: [
            (CSVWriter.Separator.comma, "\"a,b\",c;d,e\tf\r\n"), (.semicolon, "a,b;\"c;d\";e\tf\r\n"),
            (.tab, "a,b\tc;d\t\"e\tf\"\r\n"),
        ]
    )
    func separators(_ separator: CSVWriter.Separator, _ expected: String) {
        #expect(Array(CSVWriter(separator: separator).row(["a,b", "c;d", "e\tf"]).utf8) == Array(expected.utf8))
    }

    @Test(
        "whatever separator a spreadsheet is set to, and whether it knows quotes, no cell begins a formula",
        arguments: 0..<20
    )
    func anyDialect(_ seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let pieces = ["a", ",", ";", "\"", "\n", "\r\n", "=1", "+1", "-1", "@A", "\t", "'"]
        for separator in CSVWriter.Separator.allCases {
            for _ in 0..<200 {
                let cells = (0..<3).map { _ in
                    (0..<Int.random(in: 0...6, using: &generator)).map { _ in
                        pieces.randomElement(using: &generator) ?? "a"
                    }.joined()
                }
                let row = CSVWriter(separator: separator).row(cells)
                let parts = row.unicodeScalars.split { ",;\t\r\n".unicodeScalars.contains($0) }
                for part in parts {
                    let first = part.first { $0 != "\"" }
                    #expect(first.map { !"=+-@".unicodeScalars.contains($0) } ?? true, "\(row)")
                }
            }
        }
    }

    @Test("a reader of RFC 4180 gets the cells back", arguments: 0..<20)
    func fuzzed(_ seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let letters: [Character] = ["a", ",", ";", "\"", "\n", "\r", "\r\n", "=", "+", "ö", " ", "'", "@", "\t"]
        for _ in 0..<200 {
            let cells = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
                String(
                    (0..<Int.random(in: 0...6, using: &generator)).map { _ in
                        letters.randomElement(using: &generator) ?? "a"
                    }
                )
            }
            let row = CSVWriter().row(cells)
            #expect(parsed(row).map { Array($0.utf8) } == cells.map { Array(CSVWriter.guarded($0).utf8) })
        }
    }

    /// Reads one row as RFC 4180 §2 has it.
    private func parsed(_ row: String) -> [String] {
        var cells = [String.UnicodeScalarView()]
        var isQuoted = false
        var scalars = Array(row.unicodeScalars.dropLast(2))[...]
        while let scalar = scalars.popFirst() {
            switch (scalar, isQuoted) {
            case ("\"", true) where scalars.first == "\"":
                scalars.removeFirst()
                cells[cells.count - 1].append("\"")
            case ("\"", _): isQuoted.toggle()
            case (",", false): cells.append(String.UnicodeScalarView())
            default: cells[cells.count - 1].append(scalar)
            }
        }
        return cells.map { String($0) }
    }
}
