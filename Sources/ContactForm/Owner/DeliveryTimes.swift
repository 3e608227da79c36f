// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// How long mails took, counted in buckets that are at most a sixteenth wide: a quantile is right to 7 %.
///
/// Counts can be added and taken away, so that a store keeps them by the day and never sorts a million times.
package struct DeliveryTimes: Sendable, Hashable {
    /// How many there are by bucket, up to `mostCounted` in each.
    package private(set) var counts: [Int: Int] = [:]

    /// No form gets as many; a higher number was damaged where it was kept. So many in every bucket have a sum that an `Int`
    /// holds.
    package static let mostCounted = 1 << 53

    /// Those of the shortest and the longest interval, and all between.
    package static let buckets = 0...bucket(of: Interval(milliseconds: .max))

    package init() {}

    package mutating func add(_ interval: Interval, count: Int = 1) {
        add(bucket: Self.bucket(of: interval), count: count)
    }

    /// What can't be a bucket counts nothing.
    package mutating func add(bucket: Int, count: Int) {
        guard Self.buckets.contains(bucket) else { return }
        let sum = counts[bucket, default: 0] + min(count, Self.mostCounted)
        counts[bucket] = sum > 0 ? min(sum, Self.mostCounted) : nil
    }

    package var count: Int { counts.values.reduce(0, +) }

    /// The time that `share` of the mails, 0 to 1, took at most; nil when there are none.
    package func quantile(_ share: Double) -> Interval? {
        let wanted = max(Int((Double(count) * share).rounded(.up)), 1)
        var seen = 0
        for (bucket, count) in counts.sorted(by: { $0.key < $1.key }) {
            seen += count
            if seen >= wanted { return Self.longest(in: bucket) }
        }
        return nil
    }

    /// The longest, right to 7 % as well; nil when there are none.
    package var longest: Interval? { quantile(1) }

    /// Sixteen buckets for each doubling; up to 32 ms each millisecond has its own.
    package static func bucket(of interval: Interval) -> Int {
        let value = UInt64(max(interval.milliseconds, 0))
        guard value >= 32 else { return Int(value) }
        let exponent = 63 - value.leadingZeroBitCount - 4
        return exponent * 16 + Int(value >> UInt64(exponent))
    }

    static func longest(in bucket: Int) -> Interval {
        guard bucket >= 32 else { return Interval(milliseconds: Int64(bucket)) }
        let exponent = bucket / 16 - 1
        let next = Int64(bucket - exponent * 16 + 1) << Int64(exponent)
        // The last bucket ends with the longest interval there is, and `next` is one more.
        return Interval(milliseconds: next &- 1)
    }
}
