// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ContactFormServer

@Suite("Range")
struct ByteRangeTests {
    @Test(
        "a single range is a part of the body",
        arguments: [
            ("bytes=0-0", 0..<1), ("bytes=0-99", 0..<100), ("bytes=10-", 10..<100), ("bytes=99-", 99..<100),
            ("bytes=10-19", 10..<20), ("bytes=10-1000", 10..<100), ("bytes=-1", 99..<100), ("bytes=-100", 0..<100),
            ("bytes=-1000", 0..<100), ("BYTES=1-2", 1..<3), ("bytes= 1-2 ", 1..<3), ("bytes=,1-2,", 1..<3),
            ("bytes=0-99999999999999999999999", 0..<100), ("bytes=-99999999999999999999999", 0..<100),
        ]
    )
    func parts(_ fieldValue: String, _ expected: Range<Int>) {
        #expect(ByteRange(fieldValue: fieldValue, length: 100) == .part(expected))
    }

    @Test(
        "what cannot be read, and several ranges, mean the whole body",
        arguments: [
            "", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-4", "bytes=1-2,4-5", "items=0-1", "bytes=0x1-2",
            "bytes=1--2", "bytes=--1", "bytes=1 -2", "bytes 0-1", "bytes=+1-2", "bytes=１-２",
        ]
    )
    func whole(_ fieldValue: String) {
        #expect(ByteRange(fieldValue: fieldValue, length: 100) == .whole)
    }

    @Test(
        "a range outside of the body cannot be satisfied",
        arguments: [
            "bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999-",
            "bytes=99999999999999999999-99999999999999999999",
        ]
    )
    func unsatisfiable(_ fieldValue: String) {
        #expect(ByteRange(fieldValue: fieldValue, length: 100) == .unsatisfiable)
    }

    @Test("an empty body has no part")
    func emptyBody() {
        #expect(ByteRange(fieldValue: "bytes=0-", length: 0) == .unsatisfiable)
        #expect(ByteRange(fieldValue: "bytes=-5", length: 0) == .whole)
    }

    @Test("a part is never empty and never outside of the body")
    func fuzz() async {
        var random = SplitMix64(seed: 14)
        let pieces = [
            "bytes=", "=", "-", "-", "-", ",", "0", "0", "1", "42", "99", "100", "9223372036854775808", " ", "q",
        ]
        var parts = 0
        for round in 0..<20_000 {
            if round.isMultiple(of: 250) { await Task.yield() }
            let length = [0, 1, 43, 100, Int.max].randomElement(using: &random) ?? 0
            let text = (Bool.random(using: &random) ? "bytes=" : "") + random.text(of: pieces, upTo: 4)
            guard case .part(let range) = ByteRange(fieldValue: text, length: length) else { continue }
            parts += 1
            #expect(!range.isEmpty && range.lowerBound >= 0 && range.upperBound <= length, "\(text) of \(length)")
        }
        #expect(parts > 300)
    }
}
