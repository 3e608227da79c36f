// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Testing

@testable import ContactFormServer

@Suite("SubmissionRateLimits")
struct SubmissionRateLimitsTests {
    let now = Timestamp.sample

    @Test("an address that floods waits while others are let in")
    func perAddress() throws {
        let limits = SubmissionRateLimits(
            perAddress: try RateLimit(burst: 2, perMinute: 6),
            perForm: try RateLimit(burst: 100, perMinute: 100)
        )
        let waits = (0..<3).map { _ in limits.secondsToWait(clientAddress: "192.0.2.1", form: .contact, at: now) }
        #expect(waits == [nil, nil, 10])
        #expect(limits.secondsToWait(clientAddress: "192.0.2.2", form: .contact, at: now) == nil)
        let later = now.advanced(by: .seconds(10))
        #expect(limits.secondsToWait(clientAddress: "192.0.2.1", form: .contact, at: later) == nil)
    }

    @Test("a form that is flooded from everywhere waits as a whole")
    func perForm() throws {
        let limits = SubmissionRateLimits(
            perAddress: try RateLimit(burst: 10, perMinute: 10),
            perForm: try RateLimit(burst: 3, perMinute: 60)
        )
        let waits = (0..<4).map { limits.secondsToWait(clientAddress: "192.0.2.\($0)", form: .contact, at: now) }
        #expect(waits == [nil, nil, nil, 1])
    }
}

@Suite("RecentTexts")
struct RecentTextsTests {
    @Test("a text is counted within the hour and forgotten after two")
    func window() {
        let texts = RecentTexts()
        let now = Timestamp.sample
        #expect((0..<3).map { _ in texts.count(1, at: now) } == [1, 2, 3])
        #expect(texts.count(2, at: now) == 1)
        #expect(texts.count(1, at: now.advanced(by: .minutes(61))) == 4)
        #expect(texts.count(1, at: now.advanced(by: .hours(4))) == 1)
    }

    @Test("memory is bounded, and a clock set back does no harm")
    func bounds() {
        let texts = RecentTexts(capacity: 10)
        let now = Timestamp.sample
        for digest in 0..<1000 { #expect(texts.count(UInt64(digest), at: now) == 1) }
        #expect(texts.count(0, at: now) == 1)
        #expect(texts.count(0, at: now.advanced(by: .days(-1))) == 1)
    }
}
