// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A moment in whole seconds since 1970, in the two forms that AWS's requests and answers have it.
package struct AWSTime: Sendable, Hashable {
    package var seconds: Int64

    package init(seconds: Int64) {
        self.seconds = seconds
    }

    /// Reads the header `Date` in the form that servers must send, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7).
    package init?(httpDate text: String) {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let day = Int64(parts[1]), (1...31).contains(day),
            let month = Self.months.firstIndex(of: String(parts[2])), let year = Int64(parts[3]),
            (1970...9999).contains(year)
        else { return nil }
        let time = parts[4].split(separator: ":").compactMap { Int64($0) }
        guard time.count == 3, (0..<24).contains(time[0]), (0..<60).contains(time[1]), (0...60).contains(time[2]) else {
            return nil
        }
        let days = Self.days(year: year, month: Int64(month) + 1, day: day)
        seconds = days * 86_400 + time[0] * 3600 + time[1] * 60 + time[2]
    }

    /// `20150830T123600Z`, the form of `X-Amz-Date`; its first eight characters are the date of a signing key.
    package var basic: String {
        let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let second = Int(seconds - day * 86_400)
        let date = Self.date(day: day)
        return String(unsafeUninitializedCapacity: 16) { buffer in
            Self.write(Int(date.year), digits: 4, to: buffer, at: 0)
            Self.write(Int(date.month), digits: 2, to: buffer, at: 4)
            Self.write(Int(date.day), digits: 2, to: buffer, at: 6)
            buffer[8] = UInt8(ascii: "T")
            Self.write(second / 3600, digits: 2, to: buffer, at: 9)
            Self.write(second / 60 % 60, digits: 2, to: buffer, at: 11)
            Self.write(second % 60, digits: 2, to: buffer, at: 13)
            buffer[15] = UInt8(ascii: "Z")
            return 16
        }
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func write(_ value: Int, digits: Int, to buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int) {
        var value = value
        for index in stride(from: start + digits - 1, through: start, by: -1) {
            buffer[index] = UInt8(ascii: "0") + UInt8(value % 10)
            value /= 10
        }
    }

    // The calendar repeats every 400 years, 146,097 days; counted from March, February's length comes last.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = year / 400
        let yearOfEra = year % 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func date(day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}
