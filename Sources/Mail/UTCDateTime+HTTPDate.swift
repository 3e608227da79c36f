// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

extension UTCDateTime {
    /// Reads an HTTP date as it stands in `If-Modified-Since`, in any of the three formats of RFC 9110 §5.6.7.
    ///
    /// Nil when the text is none of them or names no moment on the calendar; the field is then to be ignored. The name
    /// of the weekday must be one, but need not be the right one.
    ///
    /// - Parameter now: decides the century of the two-digit year of the RFC 850 format, which is never read as more
    ///   than 50 years ahead.
    package init?(httpDate text: String, now: UTCDateTime) {
        var scanner = HTTPDateScanner(text)
        guard let date = scanner.fixdate() ?? scanner.rfc850Date(now: now) ?? scanner.asctimeDate() else {
            return nil
        }
        self = date
    }
}

private struct HTTPDateScanner {
    private let bytes: [UInt8]
    private var index = 0

    init(_ text: String) {
        // The longest form, "Wednesday, 06-Nov-94 08:49:37 GMT", has 33 octets.
        bytes = Array(text.utf8.prefix(34))
    }

    /// "Sun, 06 Nov 1994 08:49:37 GMT"
    mutating func fixdate() -> UTCDateTime? {
        index = 0
        guard weekday(abbreviated: true), skip(", "), let day = number(digits: 2), skip(" "),
            let month = month(), skip(" "), let year = number(digits: 4), skip(" "),
            let time = time(), skip(" GMT"), index == bytes.count
        else { return nil }
        return time.on(year, month, day)
    }

    /// "Sunday, 06-Nov-94 08:49:37 GMT"
    mutating func rfc850Date(now: UTCDateTime) -> UTCDateTime? {
        index = 0
        guard weekday(abbreviated: false), skip(", "), let day = number(digits: 2), skip("-"),
            let month = month(), skip("-"), let yearOfCentury = number(digits: 2), skip(" "),
            let time = time(), skip(" GMT"), index == bytes.count
        else { return nil }
        // RFC 9110 §5.6.7: more than 50 years in the future means the latest past year with the same two digits.
        let century = now.year - now.year % 100
        var year = century + 100 + yearOfCentury
        while year > now.year + 50 { year -= 100 }
        return time.on(year, month, day)
    }

    /// "Sun Nov  6 08:49:37 1994"
    mutating func asctimeDate() -> UTCDateTime? {
        index = 0
        guard weekday(abbreviated: true), skip(" "), let month = month(), skip(" ") else { return nil }
        guard let day = skip(" ") ? number(digits: 1) : number(digits: 2) else { return nil }
        guard skip(" "), let time = time(), skip(" "), let year = number(digits: 4), index == bytes.count else {
            return nil
        }
        return time.on(year, month, day)
    }

    private mutating func time() -> TimeOfDay? {
        guard let hour = number(digits: 2), skip(":"), let minute = number(digits: 2), skip(":"),
            let second = number(digits: 2)
        else { return nil }
        return TimeOfDay(hour: hour, minute: minute, second: second)
    }

    private mutating func weekday(abbreviated: Bool) -> Bool {
        for name in UTCDateTime.weekdayNames where skip(abbreviated ? String(name.prefix(3)) : name) {
            return true
        }
        return false
    }

    private mutating func month() -> Int? {
        for (offset, name) in UTCDateTime.monthNames.enumerated() where skip(name) {
            return offset + 1
        }
        return nil
    }

    private mutating func skip(_ literal: String) -> Bool {
        guard bytes[index...].starts(with: literal.utf8) else { return false }
        index += literal.utf8.count
        return true
    }

    private mutating func number(digits: Int) -> Int? {
        guard bytes.count - index >= digits else { return nil }
        var value = 0
        for byte in bytes[index..<index + digits] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        index += digits
        return value
    }
}

private struct TimeOfDay {
    let hour: Int
    let minute: Int
    let second: Int

    func on(_ year: Int, _ month: Int, _ day: Int) -> UTCDateTime? {
        UTCDateTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    }
}
