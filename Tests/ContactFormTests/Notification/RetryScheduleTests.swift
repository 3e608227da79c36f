// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Mail
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

    @Test(
        "no wait of the schedule is too far ahead, and anything longer is",
        arguments: [(0, 0), (1, 6), (2, 18), (6, 1458), (7, 4320), (50, 4320), (1_000_000, 4320)] as [(Int, Int64)]
    )
    func tooFarAhead(attempts: Int, longest: Int64) {
        let due = Timestamp.sample.advanced(by: .seconds(longest))
        let schedule = RetrySchedule()
        #expect(!schedule.isTooFarAhead(due, afterAttempts: attempts, at: .sample))
        #expect(schedule.isTooFarAhead(due.advanced(by: .milliseconds(1)), afterAttempts: attempts, at: .sample))
    }

    @Test(
        "a number that was damaged decides within the same bounds as any other whether a mail is late",
        arguments: [
            (.min, .min, true), (.min, .max, true), (.max, .min, false), (.max, .max, false), (0, -1, true),
        ] as [(Int64, Int, Bool)]
    )
    func damaged(dueAt: Int64, attempts: Int, isLate: Bool) {
        let rule = LateRule(turn: .minutes(1))
        #expect(rule.isLate(dueAt: Timestamp(milliseconds: dueAt), attempts: attempts, at: .sample) == isLate)
        #expect(RetrySchedule().waits(afterAttempts: min(attempts, 0)) == .seconds(0))
    }

    @Test("an attempt far beyond the end, or none at all, is no trap")
    func edges() {
        #expect(RetrySchedule().delay(afterAttempt: 1_000_000, jitter: 0) == nil)
        #expect(RetrySchedule().delay(afterAttempt: 0, jitter: 0.5) == .seconds(5))
    }
}

@Suite("DigestRule")
struct DigestRuleTests {
    let now = Timestamp.sample

    @Test(
        "few get a mail each, many share mails of a hundred",
        arguments: [
            (0, 0, []), (1, 0, [1]), (20, 0, Array(repeating: 1, count: 20)), (21, 0, [21]), (250, 0, [100, 100, 50]),
            (2, 59, [2]), (1, 59, [1]), (2, 58, [1, 1]),
        ] as [(Int, Int, [Int])]
    )
    func split(waiting: Int, sent: Int, sizes: [Int]) {
        let submissions = Array(0..<waiting)
        let justNow = Array(repeating: now, count: sent)
        let plan = DigestRule().plan(for: submissions, sent: justNow, at: now)
        #expect(plan.mails.map(\.count) == sizes)
        #expect(plan.mails.flatMap { $0 } == submissions)
        #expect(plan.left.isEmpty && plan.next == nil)
    }

    @Test(
        "once an hour's mails are used up, what is no full list waits its turn, and then all of it goes",
        arguments: [
            (1, 59, [], 1), (99, 59, [], 99), (100, 59, [100], 0), (250, 0, [100, 100], 50),
            (1, 60, [1], 0), (45, 60, [45], 0), (250, 60, [100, 100, 50], 0),
        ] as [(Int, Int64, [Int], Int)]
    )
    func spaced(waiting: Int, secondsSinceLast: Int64, sizes: [Int], left: Int) {
        let submissions = Array(0..<waiting)
        let last = now.advanced(by: .seconds(-secondsSinceLast))
        let plan = DigestRule().plan(for: submissions, sent: Array(repeating: last, count: 60), at: now)
        #expect(plan.mails.map(\.count) == sizes)
        #expect(plan.mails.flatMap { $0 } + plan.left == submissions)
        #expect(plan.left.count == left)
        #expect(plan.next == (left == 0 ? nil : last.advanced(by: .minutes(1))))
    }

    @Test(
        "a steady flood is an hour's mails as they come and as many digests an hour, each submission in exactly one",
        arguments: [
            (1000, 3_600, 120), (2000, 3_000, 160), (100, 36_000, 420), (60_000, 120, 120),
        ] as [(Int64, Int, Int)]
    )
    func steadyFlood(millisecondsApart: Int64, count: Int, most: Int) throws {
        let owner = [try Mailbox(parsing: "owner@example.se")]
        var history = SendingHistory()
        var waiting: [Int] = []
        var mails: [[Int]] = []
        var time = now
        func pass() {
            let plan = DigestRule().plan(for: waiting, sent: history.sent(to: owner, at: time), at: time)
            for _ in plan.mails { history.add(to: owner, at: time) }
            mails += plan.mails
            waiting = plan.left
        }
        for number in 0..<count {
            time = now.advanced(by: .milliseconds(Int64(number) * millisecondsApart))
            waiting.append(number)
            pass()
            // A lone one goes at once.
            if number == 0 { #expect(mails == [[0]]) }
            #expect(waiting.count < 100)
        }
        time = time.advanced(by: .minutes(1))
        pass()
        #expect(mails.flatMap { $0 } == Array(0..<count))
        #expect(mails.count <= most, "\(mails.count) mails")
    }

    @Test("mails are spaced by their number", arguments: [(1, 3600), (60, 60), (100_000, 0)] as [(Int, Int64)])
    func spacing(perHour: Int, seconds: Int64) {
        var rule = DigestRule()
        rule.perHour = perHour
        #expect(rule.spacing.milliseconds / 1000 == seconds)
    }

    @Test("the history forgets after an hour, by recipients")
    func history() throws {
        let (owner, other) = ([try Mailbox(parsing: "owner@example.se")], [try Mailbox(parsing: "other@example.se")])
        var history = SendingHistory()
        history.add(to: owner, at: now)
        history.add(to: owner, at: now.advanced(by: .minutes(1)))
        #expect(history.sent(to: owner, at: now.advanced(by: .minutes(59))).count == 2)
        #expect(history.sent(to: owner, at: now.advanced(by: .hours(1))) == [now.advanced(by: .minutes(1))])
        #expect(history.sent(to: other, at: now).isEmpty)
    }
}
