// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
import Testing

@Suite("Days of the calendar")
struct CivilDateTests {
    @Test(
        "a moment falls on its day in UTC",
        arguments: [
            (0, "1970-01-01", 0), (-1, "1969-12-31", 86_399), (951_782_399, "2000-02-28", 86_399),
            (951_782_400, "2000-02-29", 0), (951_868_800, "2000-03-01", 0), (4_107_542_399, "2100-02-28", 86_399),
            (4_107_542_400, "2100-03-01", 0), (1_795_475_480, "2026-11-23", 83_480),
            (-62_167_219_200, "0000-01-01", 0), (253_402_300_800, "10000-01-01", 0),
        ] as [(Int64, String, Int)]
    )
    func moments(_ unixSeconds: Int64, _ text: String, _ second: Int) {
        let moment = CivilDate.at(unixSeconds: unixSeconds)
        #expect("\(moment.date)" == text)
        #expect(moment.second == second)
        #expect(Int64(moment.date.daysSinceEpoch) * 86_400 + Int64(second) == unixSeconds)
    }

    @Test("the first and the last second that can be counted fall on a day too", arguments: [Int64.min, .max])
    func extremes(_ unixSeconds: Int64) {
        let moment = CivilDate.at(unixSeconds: unixSeconds)
        #expect((0..<86_400).contains(moment.second))
        #expect((1...12).contains(moment.date.month) && (1...31).contains(moment.date.day))
    }

    @Test("every day of the calendar's cycle of 400 years follows the day before it and is read back")
    func everyDay() async {
        var previous = CivilDate(daysSinceEpoch: -135_141)
        #expect("\(previous)" == "1599-12-31")
        for days in -135_140..<10_957 {
            if days.isMultiple(of: 250) { await Task.yield() }
            let next = CivilDate(daysSinceEpoch: days)
            let follows =
                switch next.day {
                case 1: previous.day >= 28 && next.month == previous.month % 12 + 1
                default: (next.month, next.day) == (previous.month, previous.day + 1)
                }
            let isNewYear = (next.month, next.day) == (1, 1)
            guard follows, next.year == previous.year + (isNewYear ? 1 : 0), next.daysSinceEpoch == days,
                CivilDate(year: next.year, month: next.month, day: next.day) == next
            else {
                Issue.record("\(next) does not follow \(previous)")
                return
            }
            previous = next
        }
        #expect("\(previous)" == "1999-12-31")
    }

    @Test(
        "fields that name no day of a year of four digits are refused",
        arguments: [
            (2026, 2, 29), (2024, 2, 30), (1900, 2, 29), (2026, 4, 31), (2026, 0, 1), (2026, 13, 1), (2026, 1, 0),
            (2026, 1, 32), (-1, 1, 1), (10_000, 1, 1), (.max, .max, .max), (.min, .min, .min),
        ]
    )
    func noSuchDay(year: Int, month: Int, day: Int) {
        #expect(CivilDate(year: year, month: month, day: day) == nil)
    }
}
