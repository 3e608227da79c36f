// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import TestSupport

extension SplitMix64 {
    /// Text that mixes every kind of character that a header or a body has to get right.
    mutating func hostileText(upTo length: Int) -> String {
        let pieces = [
            "a", "Z", "0", " ", "  ", "\t", "\r", "\n", "\r\n", "\u{0}", "\u{7F}", "\u{85}", "\u{2028}", "=", "?", "=?",
            "?=", "=?utf-8?Q?=0D=0ABcc:_x?=", "_", ".", "..", ",", ";", "<", ">", "\"", "\\", "@", "å", "ö", "é",
            "e\u{301}", "ש", "中", "👩‍👩‍👧", "\u{FEFF}", "\u{10FFFF}", "From ", "\nFrom ", "\n.\n", "--", "--=_",
            "Bcc: a@example.com", String(repeating: "x", count: 80), String(repeating: "ü", count: 40),
        ]
        var text = ""
        for _ in 0..<Int.random(in: 0...length, using: &self) {
            text += pieces.randomElement(using: &self) ?? ""
        }
        return text
    }

    mutating func octets(upTo length: Int) -> [UInt8] {
        (0..<Int.random(in: 0...length, using: &self)).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }
}
