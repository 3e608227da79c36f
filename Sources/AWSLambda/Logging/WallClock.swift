// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The time of day, as log lines, metrics and deadlines have it.
package enum WallClock {
    /// Milliseconds since 1970.
    package static var milliseconds: Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }

    /// `2026-11-24T02:30:00.123Z`, as Lambda's own lines have it.
    static func iso8601(_ milliseconds: Int64) -> String {
        // Not `gmtime_r`, which looks up the machine's time zone first.
        let (date, second) = CivilDate.at(unixSeconds: milliseconds / 1000)
        let time = "\(padded(second / 3_600)):\(padded(second / 60 % 60)):\(padded(second % 60))"
        return "\(date)T\(time).\(padded(Int(milliseconds % 1000), to: 3))Z"
    }

    private static func padded(_ number: Int, to width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(width - digits.count, 0)) + digits
    }
}
