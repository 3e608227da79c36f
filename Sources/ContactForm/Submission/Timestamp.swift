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

    package static func < (lhs: Timestamp, rhs: Timestamp) -> Bool { lhs.milliseconds < rhs.milliseconds }

    package func advanced(by interval: Interval) -> Timestamp {
        Timestamp(milliseconds: milliseconds + interval.milliseconds)
    }

    package func since(_ earlier: Timestamp) -> Interval {
        Interval(milliseconds: milliseconds - earlier.milliseconds)
    }

    /// The civil date and time in UTC, cut to whole seconds.
    package var utc: UTCDateTime {
        // Division rounds toward zero; before 1970 the second below is meant.
        let seconds = milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
        return UTCDateTime(unixSeconds: seconds)
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

    package static func < (lhs: Interval, rhs: Interval) -> Bool { lhs.milliseconds < rhs.milliseconds }
}
