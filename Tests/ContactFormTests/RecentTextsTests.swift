// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Testing

@Suite("RecentTexts")
struct RecentTextsTests {
    @Test("the memory keeps its promise", arguments: ContentHistoryContract.cases)
    func contract(_ promise: ContractCase<any ContentHistory>) async throws {
        try await promise.check(RecentTexts())
    }

    @Test("the in-memory twin keeps it too", arguments: ContentHistoryContract.cases)
    func twin(_ promise: ContractCase<any ContentHistory>) async throws {
        try await promise.check(InMemoryContentHistory())
    }

    @Test(
        "in a flood the oldest texts are forgotten, and those that keep coming are not",
        arguments: [1, 2, 10, 1_000]
    )
    func flood(_ capacity: Int) {
        let texts = RecentTexts(capacity: capacity)
        for time in 0..<5_000 {
            #expect(texts.count(UInt64(time), in: Self.id(2 * time), at: .sample) == 1)
            // Every second one, so that half of those that are remembered are of this text.
            #expect(texts.count(.max, in: Self.id(2 * time + 1), at: .sample) == min(time + 1, (capacity + 1) / 2))
        }
        #expect(texts.count(0, in: Self.id(0), at: .sample) == 1)
    }

    @Test("what is sent again and again drives no other text out")
    func repeats() {
        let texts = RecentTexts(capacity: 3)
        for _ in 0..<100 {
            #expect(texts.count(1, in: Self.id(1), at: .sample) == 1)
            #expect(texts.count(2, in: Self.id(2), at: .sample) == 1)
        }
        #expect(texts.count(1, in: Self.id(3), at: .sample) == 2)
    }

    private static func id(_ number: Int) -> SubmissionID { SubmissionID(high: 1, low: UInt64(number)) }
}
