// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A small generator with a fixed seed, so that a failure found by chance is found again.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

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
