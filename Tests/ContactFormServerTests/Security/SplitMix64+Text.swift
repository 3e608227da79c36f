// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import TestSupport

extension SplitMix64 {
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
