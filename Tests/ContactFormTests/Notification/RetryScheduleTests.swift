// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Testing

@Suite("RetrySchedule")
struct RetryScheduleTests {
    @Test("waits grow from seconds to an hour and end after three days")
    func waits() {
        let schedule = RetrySchedule()
        let waits = (1...).lazy.map { schedule.delay(afterAttempt: $0, jitter: 0.5) }
        let delays = waits.prefix { $0 != nil }.compactMap { $0?.milliseconds }
        #expect(Array(delays.prefix(8)) == [5, 15, 45, 135, 405, 1215, 3600, 3600].map { $0 * 1000 })
        let total = Array(delays).reduce(0, +)
        #expect(total <= Interval.days(3).milliseconds && total > Interval.hours(70).milliseconds)
    }

    @Test("jitter spreads a wait by a fifth to either side and no further", arguments: [-1, 0, 0.25, 1, 2])
    func jitter(value: Double) throws {
        let delay = try #require(RetrySchedule().delay(afterAttempt: 1, jitter: value))
        #expect((4000...6000).contains(delay.milliseconds))
    }

    @Test("an attempt far beyond the end, or none at all, is no trap")
    func edges() {
        #expect(RetrySchedule().delay(afterAttempt: 1_000_000, jitter: 0) == nil)
        #expect(RetrySchedule().delay(afterAttempt: 0, jitter: 0.5) == .seconds(5))
    }
}

@Suite("DigestRule")
struct DigestRuleTests {
    @Test(
        "few get a mail each, many share mails of a hundred",
        arguments: [
            (0, 0, []), (1, 0, [1]), (20, 0, Array(repeating: 1, count: 20)), (21, 0, [21]), (250, 0, [100, 100, 50]),
            (2, 59, [2]), (1, 500, [1]), (2, 58, [1, 1]),
        ] as [(Int, Int, [Int])]
    )
    func split(waiting: Int, sent: Int, sizes: [Int]) {
        let submissions = (0..<waiting).map { number in
            Submission(
                id: SubmissionID(high: 0, low: UInt64(number)),
                form: .contact,
                receivedAt: Timestamp(milliseconds: 0),
                fields: []
            )
        }
        let mails = DigestRule().mails(for: submissions, sentLastHour: sent)
        #expect(mails.map(\.count) == sizes)
        #expect(mails.flatMap { $0 } == submissions)
    }
}
