// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes

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

    package init(unixSeconds: Int64) {
        let clamped = min(max(unixSeconds, Self.earliest), Self.latest)
        let (date, secondOfDay) = CivilDate.at(unixSeconds: clamped)
        self.unixSeconds = clamped
        (year, month, day) = (date.year, date.month, date.day)
        hour = secondOfDay / 3_600
        minute = secondOfDay / 60 % 60
        second = secondOfDay % 60
    }

    /// Nil unless the fields name a moment on the calendar; second 60, a leap second, is the moment after second 59.
    package init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        guard let date = CivilDate(year: year, month: month, day: day),
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        let days = date.daysSinceEpoch
        self.init(unixSeconds: Int64(days * 86_400 + hour * 3_600 + minute * 60 + second))
    }

    /// Days since Sunday, 0 to 6.
    package var weekday: Int {
        // 1970-01-01 was a Thursday; 719,530 days, whole weeks, keep the sum positive from the year 0000 on.
        Int((unixSeconds + 719_530 * 86_400) / 86_400 + 4) % 7
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

    /// 0000-01-01T00:00:00Z
    private static let earliest: Int64 = -62_167_219_200
    /// 9999-12-31T23:59:59Z
    private static let latest: Int64 = 253_402_300_799

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
