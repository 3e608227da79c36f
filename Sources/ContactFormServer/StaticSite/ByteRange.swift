// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What a `Range` field asks of a body (RFC 9110 §14.2).
enum ByteRange: Equatable, Sendable {
    /// All of it: no range, one in another unit, one that cannot be read, or several, which a server may disregard.
    case whole
    case part(Range<Int>)
    /// The range lies outside of the body: 416.
    case unsatisfiable

    /// - Parameter length: the octets of the body as it would be sent, after any content coding.
    init(fieldValue: String, length: Int) {
        guard let equals = fieldValue.utf8.firstIndex(of: UInt8(ascii: "=")),
            fieldValue[..<equals].utf8.equalsIgnoringCase("bytes")
        else {
            self = .whole
            return
        }
        var members = ListField(String(fieldValue[fieldValue.utf8.index(after: equals)...]))
        guard let member = members.next(), members.next() == nil,
            let dash = member.firstIndex(of: UInt8(ascii: "-"))
        else {
            self = .whole
            return
        }
        self = Self.read(first: member[..<dash], last: member[member.index(after: dash)...], length: length)
    }

    private static func read(first: Substring.UTF8View, last: Substring.UTF8View, length: Int) -> ByteRange {
        if first.isEmpty {
            // RFC 9110 §14.1.2: the last so many octets, all of them when there are fewer. Content-Range cannot name a
            // part of nothing, so an empty body is answered whole.
            guard let count = number(last) else { return .whole }
            if count == 0 { return .unsatisfiable }
            return length == 0 ? .whole : .part(max(0, length - count)..<length)
        }
        guard let start = number(first) else { return .whole }
        if last.isEmpty {
            return start < length ? .part(start..<length) : .unsatisfiable
        }
        // RFC 9110 §14.1.1: a range whose end is before its start is invalid, and an invalid range is disregarded.
        guard let end = number(last), start <= end else { return .whole }
        return start < length ? .part(start..<min(end, length - 1) + 1) : .unsatisfiable
    }

    /// A number too large for `Int` is larger than any file.
    private static func number(_ digits: Substring.UTF8View) -> Int? {
        guard !digits.isEmpty else { return nil }
        var value = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowOfSum) = tens.addingReportingOverflow(Int(digit - UInt8(ascii: "0")))
            value = overflow || overflowOfSum ? Int.max : sum
        }
        return value
    }
}
