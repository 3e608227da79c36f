// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import Mail

/// A moment in milliseconds since 1970-01-01T00:00:00Z.
///
/// The core never asks a clock: every moment comes in as a value.
package struct Timestamp: Sendable, Hashable, Comparable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// A moment that came in a text from outside; nil unless it lies in 1970 or later and in a year of four digits, as all do
    /// that anything was received at. What is within these bounds can be reckoned with and written.
    package init?(untrusted milliseconds: Int64) {
        guard (0...Self.latest.milliseconds).contains(milliseconds) else { return nil }
        self.init(milliseconds: milliseconds)
    }

    /// A moment as a store has it; nil unless it lies within the years that can be written, or as long before 1970. Another number
    /// was damaged, and is none to reckon with.
    package init?(stored milliseconds: Int64) {
        guard (-Self.latest.milliseconds...Self.latest.milliseconds).contains(milliseconds) else { return nil }
        self.init(milliseconds: milliseconds)
    }

    /// The last that anything can have been received at, by whatever clock: 9999-12-31T23:59:59.999Z.
    package static let latest = Timestamp(milliseconds: 253_402_300_799_999)

    package static func < (lhs: Timestamp, rhs: Timestamp) -> Bool { lhs.milliseconds < rhs.milliseconds }

    /// Ends at the first and the last moment there is: where a store is looked over for what can't be read, any number may stand.
    package func advanced(by interval: Interval) -> Timestamp {
        let (sum, overflows) = milliseconds.addingReportingOverflow(interval.milliseconds)
        return Timestamp(milliseconds: overflows ? (interval.milliseconds < 0 ? .min : .max) : sum)
    }

    /// Ends likewise at the longest interval there is.
    package func since(_ earlier: Timestamp) -> Interval {
        let (difference, overflows) = milliseconds.subtractingReportingOverflow(earlier.milliseconds)
        return Interval(milliseconds: overflows ? (milliseconds < 0 ? .min : .max) : difference)
    }

    /// The civil date and time in UTC, cut to whole seconds.
    package var utc: UTCDateTime {
        // Division rounds toward zero; before 1970 the second below is meant.
        let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        return UTCDateTime(unixSeconds: rest < 0 ? seconds - 1 : seconds)
    }
}

extension Timestamp {
    /// The first moment of its day in UTC.
    package var startOfDay: Timestamp {
        let day = Interval.days(1).milliseconds
        let remainder = milliseconds % day
        return advanced(by: .milliseconds(-(remainder < 0 ? remainder + day : remainder)))
    }

    /// The first moment of a day in UTC that is not before it.
    package var endOfDay: Timestamp {
        let start = startOfDay
        return start == self ? self : start.advanced(by: .days(1))
    }

    /// "2026-11-23T23:11:20.417Z"
    package var iso8601: String {
        let fraction = milliseconds % 1000
        let text = String(fraction < 0 ? fraction + 1000 : fraction)
        return utc.iso8601.dropLast() + "." + String(repeating: "0", count: 3 - text.count) + text + "Z"
    }

    /// "2026-11-23", the day in UTC.
    package var isoDate: String { String(utc.iso8601.prefix(10)) }

    /// Reads an ISO 8601 date and time in UTC with or without a fraction: "2026-11-23T23:11:20Z", or with `.417`
    /// before the Z; or a day alone, its first moment. Nil for anything else.
    package init?(iso8601 text: some StringProtocol) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int? {
            guard range.upperBound <= bytes.count else { return nil }
            return bytes[range].reduce(Int?.some(0)) { value, byte in
                guard let value, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                return value * 10 + Int(byte - UInt8(ascii: "0"))
            }
        }
        func has(_ character: Unicode.Scalar, at index: Int) -> Bool {
            index < bytes.count && bytes[index] == UInt8(ascii: character)
        }
        guard let year = number(0..<4), has("-", at: 4), let month = number(5..<7), has("-", at: 7),
            let day = number(8..<10)
        else { return nil }
        if bytes.count == 10 {
            guard let date = UTCDateTime(year: year, month: month, day: day) else { return nil }
            self.init(milliseconds: date.unixSeconds * 1000)
            return
        }
        guard has("T", at: 10), let hour = number(11..<13), has(":", at: 13), let minute = number(14..<16),
            has(":", at: 16), let second = number(17..<19),
            let date = UTCDateTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        else { return nil }
        if bytes.count == 20, has("Z", at: 19) {
            self.init(milliseconds: date.unixSeconds * 1000)
        } else if bytes.count == 24, has(".", at: 19), has("Z", at: 23), let fraction = number(20..<23) {
            self.init(milliseconds: date.unixSeconds * 1000 + Int64(fraction))
        } else {
            return nil
        }
    }
}

/// A length of time in milliseconds.
package struct Interval: Sendable, Hashable, Comparable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package static func milliseconds(_ count: Int64) -> Interval { Interval(milliseconds: count) }
    package static func seconds(_ count: Int64) -> Interval { Interval(milliseconds: count * 1000) }
    package static func minutes(_ count: Int64) -> Interval { .seconds(count * 60) }
    package static func hours(_ count: Int64) -> Interval { .minutes(count * 60) }
    package static func days(_ count: Int64) -> Interval { .hours(count * 24) }

    /// Whole days, 24 hours each.
    package var days: Int64 { milliseconds / Interval.days(1).milliseconds }

    package static func < (lhs: Interval, rhs: Interval) -> Bool { lhs.milliseconds < rhs.milliseconds }

    /// As long, and back in time.
    package static prefix func - (interval: Interval) -> Interval { Interval(milliseconds: -interval.milliseconds) }
}
