// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Mail
import TestSupport
import Testing

@Suite("UTC dates and times")
struct UTCDateTimeTests {
    @Test(
        "a moment is written in each format",
        arguments: [
            (0, "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 +0000"),
            (-1, "1969-12-31T23:59:59Z", "Wed, 31 Dec 1969 23:59:59 +0000"),
            (784_111_777, "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 +0000"),
            (951_782_400, "2000-02-29T00:00:00Z", "Tue, 29 Feb 2000 00:00:00 +0000"),
            (1_795_475_480, "2026-11-23T23:11:20Z", "Mon, 23 Nov 2026 23:11:20 +0000"),
            (4_107_542_400, "2100-03-01T00:00:00Z", "Mon, 01 Mar 2100 00:00:00 +0000"),
            (-62_167_219_200, "0000-01-01T00:00:00Z", "Sat, 01 Jan 0000 00:00:00 +0000"),
            (253_402_300_799, "9999-12-31T23:59:59Z", "Fri, 31 Dec 9999 23:59:59 +0000"),
        ] as [(Int64, String, String)]
    )
    func formats(seconds: Int64, iso8601: String, rfc5322: String) {
        let date = UTCDateTime(unixSeconds: seconds)
        #expect(date.iso8601 == iso8601)
        #expect(date.rfc5322 == rfc5322)
        #expect(date.httpDate == rfc5322.dropLast(5) + "GMT")
        #expect(date.unixSeconds == seconds)
    }

    @Test("a time that four digits of year cannot write becomes the nearest that they can")
    func clamping() {
        #expect(UTCDateTime(unixSeconds: .max).iso8601 == "9999-12-31T23:59:59Z")
        #expect(UTCDateTime(unixSeconds: .min).iso8601 == "0000-01-01T00:00:00Z")
    }

    @Test("every day of the calendar's cycle of 400 years follows the day before it and is read back")
    func everyDay() async {
        var previous = UTCDateTime(unixSeconds: -11_676_096_000)
        #expect(previous.iso8601 == "1600-01-01T00:00:00Z")
        for round in 0..<146_097 {
            if round.isMultiple(of: 250) { await Task.yield() }
            let next = UTCDateTime(unixSeconds: previous.unixSeconds + 86_400)
            let follows =
                switch next.day {
                case 1: previous.day >= 28 && next.month == previous.month % 12 + 1
                default: (next.month, next.day) == (previous.month, previous.day + 1)
                }
            let isNewYear = (next.month, next.day) == (1, 1)
            guard follows, next.year == previous.year + (isNewYear ? 1 : 0),
                next.weekday == (previous.weekday + 1) % 7,
                UTCDateTime(year: next.year, month: next.month, day: next.day) == next
            else {
                Issue.record("\(next) does not follow \(previous)")
                return
            }
            previous = next
        }
        #expect(previous.iso8601 == "2000-01-01T00:00:00Z")
    }

    @Test(
        "fields that name no moment are refused",
        arguments: [
            (2026, 2, 29), (2024, 2, 30), (1900, 2, 29), (2026, 4, 31), (2026, 0, 1), (2026, 13, 1), (2026, 1, 0),
            (-1, 1, 1), (10_000, 1, 1),
        ]
    )
    func noSuchDay(year: Int, month: Int, day: Int) {
        #expect(UTCDateTime(year: year, month: month, day: day) == nil)
    }

    @Test(
        "each of the three HTTP formats is read",
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
            ("Sun Nov  6 08:49:37 1994", 784_111_777),
            ("Wed Nov 16 08:49:37 1994", 784_975_777),
            ("Wednesday, 01-Jan-76 00:00:00 GMT", 3_345_062_400),
            ("Friday, 01-Jan-77 00:00:00 GMT", 220_924_800),
            ("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_800),
        ] as [(String, Int64)]
    )
    func reading(text: String, seconds: Int64) {
        let now = UTCDateTime(unixSeconds: 1_795_475_480)
        #expect(UTCDateTime(httpDate: text, now: now)?.unixSeconds == seconds)
    }

    @Test("what httpDate writes is read back")
    func roundTrip() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<500 {
            let date = UTCDateTime(unixSeconds: .random(in: -62_167_219_200...253_402_300_799, using: &random))
            #expect(UTCDateTime(httpDate: date.httpDate, now: date) == date)
        }
    }

    @Test(
        "what is not an HTTP date is not read",
        arguments: [
            "", "Sun", "Sun, 06 Nov 1994", "sun, 06 Nov 1994 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37 GMT ", " Sun, 06 Nov 1994 08:49:37 GMT",
            "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT", "Sun, 29 Feb 1900 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT",
            "Sun, 06 Nov 94 08:49:37 GMT", "Sun, 06-Nov-94 08:49:37 GMT", "Sun Nov 6 08:49:37 1994",
            "Sun, 06 Nov 1994 08:49:37 GMT; length=42", "Sun, 06 Nov -994 08:49:37 GMT", "1994-11-06T08:49:37Z",
        ]
    )
    func refusing(text: String) {
        #expect(UTCDateTime(httpDate: text, now: UTCDateTime(unixSeconds: 0)) == nil)
    }

    @Test("a mutated HTTP date is read as a moment on the calendar or not at all")
    func fuzz() async {
        var random = SplitMix64(seed: 2)
        let now = UTCDateTime(unixSeconds: 1_795_475_480)
        let seeds = [now.httpDate, "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]
        for round in 0..<5_000 {
            if round.isMultiple(of: 250) { await Task.yield() }
            var bytes = Array((seeds.randomElement(using: &random) ?? "").utf8)
            for _ in 0..<3 {
                bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0x20...0x7E, using: &random)
            }
            guard let date = UTCDateTime(httpDate: String(decoding: bytes, as: UTF8.self), now: now) else { continue }
            #expect(UTCDateTime(unixSeconds: date.unixSeconds) == date)
        }
    }
}
