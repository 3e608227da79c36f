// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A moment in UTC to the second, with its civil calendar fields.
///
/// Holds years 0000 to 9999, the range that every format below can write; a time beyond that is the nearest moment
/// inside it. There are no leap seconds: a day has 86,400 seconds, as in Unix time.
package struct UTCDateTime: Hashable, Sendable {
    /// Seconds since 1970-01-01T00:00:00Z.
    package let unixSeconds: Int64
    package let year: Int
    /// 1 to 12.
    package let month: Int
    /// 1 to 31.
    package let day: Int
    package let hour: Int
    package let minute: Int
    package let second: Int
    /// Days since Sunday, 0 to 6.
    package let weekday: Int

    package init(unixSeconds: Int64) {
        let clamped = min(max(unixSeconds, Self.earliest), Self.latest)
        let days = Int(clamped.floorDivided(by: 86_400))
        let secondOfDay = Int(clamped) - days * 86_400
        let date = Self.civilDate(daysSinceEpoch: days)
        self.unixSeconds = clamped
        (year, month, day) = (date.year, date.month, date.day)
        hour = secondOfDay / 3_600
        minute = secondOfDay / 60 % 60
        second = secondOfDay % 60
        // 1970-01-01 was a Thursday; 719,530 days, whole weeks, keep the sum positive from the year 0000 on.
        weekday = (days + 719_530 + 4) % 7
    }

    /// Nil unless the fields name a moment on the calendar; second 60, a leap second, is the moment after second 59.
    package init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        guard (0...9_999).contains(year), (1...12).contains(month),
            (1...Self.days(inMonth: month, year: year)).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        let days = Self.daysSinceEpoch(year: year, month: month, day: day)
        self.init(unixSeconds: Int64(days * 86_400 + hour * 3_600 + minute * 60 + second))
    }

    /// "2026-11-23T23:11:20Z"
    package var iso8601: String {
        // In one piece, since every line of a log has one.
        String(unsafeUninitializedCapacity: 20) { text in
            _ = text.initialize(fromContentsOf: "0000-00-00T00:00:00Z".utf8)
            func write(_ value: Int, before end: Int) {
                var (rest, index) = (value, end)
                while rest > 0 {
                    index -= 1
                    text[index] += UInt8(rest % 10)
                    rest /= 10
                }
            }
            write(year, before: 4)
            write(month, before: 7)
            write(day, before: 10)
            write(hour, before: 13)
            write(minute, before: 16)
            write(second, before: 19)
            return 20
        }
    }

    /// "Mon, 23 Nov 2026 23:11:20 +0000", the date-time of RFC 5322 §3.3.
    package var rfc5322: String {
        "\(dayAndDate) \(time) +0000"
    }

    /// "Mon, 23 Nov 2026 23:11:20 GMT", the IMF-fixdate of RFC 9110 §5.6.7.
    package var httpDate: String {
        "\(dayAndDate) \(time) GMT"
    }

    static let monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    static let weekdayNames = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

    private var dayAndDate: String {
        "\(Self.weekdayNames[weekday].prefix(3)), \(padded(day)) \(Self.monthNames[month - 1]) \(padded(year, 4))"
    }

    private var time: String {
        "\(padded(hour)):\(padded(minute)):\(padded(second))"
    }

    private func padded(_ value: Int, _ width: Int = 2) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

extension UTCDateTime: Comparable {
    package static func < (left: UTCDateTime, right: UTCDateTime) -> Bool {
        left.unixSeconds < right.unixSeconds
    }
}

extension UTCDateTime: CustomStringConvertible {
    package var description: String { iso8601 }
}

// The proleptic Gregorian calendar repeats every 400 years of 146,097 days. Years are counted here from 1 March, so
// that the leap day is the last day of the year and the months before it have the same lengths in every year.
extension UTCDateTime {
    /// 0000-01-01T00:00:00Z
    private static let earliest: Int64 = -62_167_219_200
    /// 9999-12-31T23:59:59Z
    private static let latest: Int64 = 253_402_300_799
    /// From 0000-03-01 to 1970-01-01.
    private static let daysBeforeEpoch = 719_468

    private static func civilDate(daysSinceEpoch: Int) -> (year: Int, month: Int, day: Int) {
        let days = daysSinceEpoch + daysBeforeEpoch
        let cycle = days.floorDivided(by: 146_097)
        let dayOfCycle = days - cycle * 146_097
        let yearOfCycle = (dayOfCycle - dayOfCycle / 1_460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        // Five months from March, or from August, are 153 days.
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0), month, day)
    }

    private static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int {
        let yearFromMarch = month <= 2 ? year - 1 : year
        let cycle = yearFromMarch.floorDivided(by: 400)
        let yearOfCycle = yearFromMarch - cycle * 400
        let monthFromMarch = month <= 2 ? month + 9 : month - 3
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let dayOfCycle = 365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear
        return cycle * 146_097 + dayOfCycle - daysBeforeEpoch
    }

    private static func days(inMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension BinaryInteger {
    /// The quotient rounded towards minus infinity, so that moments before 1970 fall on the right day.
    fileprivate func floorDivided(by divisor: Self) -> Self {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
