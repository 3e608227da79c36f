// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes

/// A moment in whole seconds since 1970, in the two forms that AWS's requests and answers have it.
package struct AWSTime: Sendable, Hashable {
    package var seconds: Int64

    package init(seconds: Int64) {
        self.seconds = seconds
    }

    /// Reads the header `Date` in the form that servers must send, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7).
    package init?(httpDate text: String) {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]),
            let month = Self.months.firstIndex(of: String(parts[2])), let year = Int(parts[3]), year >= 1970,
            let date = CivilDate(year: year, month: month + 1, day: day)
        else { return nil }
        let time = parts[4].split(separator: ":").compactMap { Int($0) }
        guard time.count == 3, (0..<24).contains(time[0]), (0..<60).contains(time[1]), (0...60).contains(time[2]) else {
            return nil
        }
        seconds = Int64(date.daysSinceEpoch * 86_400 + time[0] * 3600 + time[1] * 60 + time[2])
    }

    /// `20150830T123600Z`, the form of `X-Amz-Date`; its first eight characters are the date of a signing key.
    package var basic: String {
        let (date, second) = CivilDate.at(unixSeconds: seconds)
        return String(unsafeUninitializedCapacity: 16) { buffer in
            Self.write(date.year, digits: 4, to: buffer, at: 0)
            Self.write(date.month, digits: 2, to: buffer, at: 4)
            Self.write(date.day, digits: 2, to: buffer, at: 6)
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
}
