// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A small random number generator with a fixed seed, so that a fuzzed failure comes back.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Text put together from the pieces, one to `count` of them, with a stray character here and there.
    mutating func text(of pieces: [String], upTo count: Int) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 1...count, using: &self) {
            text += pieces.randomElement(using: &self) ?? ""
            if Int.random(in: 0..<12, using: &self) == 0 {
                text.unicodeScalars.append(Unicode.Scalar(UInt8.random(in: .min ... .max, using: &self)))
            }
        }
        return text
    }
}
