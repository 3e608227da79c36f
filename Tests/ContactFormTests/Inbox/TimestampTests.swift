// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Mail
import Testing

@Suite("Moments")
struct TimestampTests {
    @Test(
        "a moment is written to the millisecond and read back",
        arguments: [0, 1, 999, 1_795_435_200_000, 1_795_435_200_417, 253_402_300_799_999, -1, -1_000] as [Int64]
    )
    func roundTrip(milliseconds: Int64) {
        let moment = Timestamp(milliseconds: milliseconds)
        #expect(Timestamp(iso8601: moment.iso8601) == moment)
    }

    @Test("a moment is read without a fraction too, and a day is its first moment")
    func reading() {
        #expect(Timestamp(milliseconds: 1_795_435_200_417).iso8601 == "2026-11-23T12:00:00.417Z")
        #expect(Timestamp(iso8601: "2026-11-23T12:00:00Z")?.milliseconds == 1_795_435_200_000)
        #expect(Timestamp(iso8601: "2026-11-23") == Timestamp(milliseconds: 1_795_435_200_000).startOfDay)
    }

    @Test(
        "nothing else is a moment",
        arguments: [
            "", "2026", "2026-11-31", "2026-13-01", "2026-11-23T24:00:00Z", "2026-11-23T12:00:00",
            "2026-11-23 12:00:00Z",
            "2026-11-23T12:00:00.4Z", "2026-11-23T12:00:00.4170Z", "2026-11-23T12:00:00+00:00", "+026-11-23",
            "２026-11-23",
        ]
    )
    func refusal(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }

    @Test(
        "a moment that no calendar has is written as the nearest that it has, and is refused from outside",
        arguments: [
            (.min, "0000-01-01T00:00:00Z", false), (.min + 999, "0000-01-01T00:00:00Z", false),
            (-1_001, "1969-12-31T23:59:58Z", false), (-1_000, "1969-12-31T23:59:59Z", false),
            (-1, "1969-12-31T23:59:59Z", false), (0, "1970-01-01T00:00:00Z", true),
            (253_402_300_799_999, "9999-12-31T23:59:59Z", true), (253_402_300_800_000, "9999-12-31T23:59:59Z", false),
            (.max, "9999-12-31T23:59:59Z", false),
        ] as [(Int64, String, Bool)]
    )
    func extremes(milliseconds: Int64, text: String, isTrusted: Bool) {
        #expect(Timestamp(milliseconds: milliseconds).utc.iso8601 == text)
        #expect(Timestamp(untrusted: milliseconds)?.milliseconds == (isTrusted ? milliseconds : nil))
    }

    @Test(
        "of a store any moment of a year that can be written is taken, and as many before 1970",
        arguments: [
            (.min, false), (-253_402_300_800_000, false), (-253_402_300_799_999, true), (-62_167_219_200_000, true),
            (-1, true), (0, true), (253_402_300_799_999, true), (253_402_300_800_000, false), (.max, false),
        ] as [(Int64, Bool)]
    )
    func stored(milliseconds: Int64, isTaken: Bool) {
        #expect(Timestamp(stored: milliseconds)?.milliseconds == (isTaken ? milliseconds : nil))
    }

    @Test("reckoning with a moment that was damaged ends at the first or last there is")
    func reckoning() {
        let (first, last) = (Timestamp(milliseconds: .min), Timestamp(milliseconds: .max))
        #expect(first.advanced(by: .days(-1)) == first && last.advanced(by: .days(1)) == last)
        #expect(last.since(first).milliseconds == .max && first.since(last).milliseconds == .min)
        #expect(last.since(.sample) > .days(1) && first.since(.sample) < .days(-1))
        #expect(first.startOfDay == first && last.endOfDay == last)
    }

    @Test("a day begins at midnight in UTC, before 1970 too")
    func days() {
        let day = Interval.days(1).milliseconds
        for milliseconds in [0, 1, day - 1, day, -1, -day, -day - 1] {
            let moment = Timestamp(milliseconds: milliseconds)
            #expect(moment.startOfDay <= moment)
            #expect(moment.since(moment.startOfDay) < .days(1))
            #expect(moment.startOfDay.milliseconds % day == 0)
            #expect(moment.endOfDay >= moment)
            #expect(moment.endOfDay.milliseconds % day == 0)
        }
        #expect(Timestamp(milliseconds: day).endOfDay.milliseconds == day)
    }
}
