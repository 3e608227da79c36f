// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Testing

@Suite("Delivery times")
struct DeliveryTimesTests {
    @Test("a quantile is right to a sixteenth, for every length from a millisecond to months")
    func precision() throws {
        var value: Int64 = 1
        while value < 10_000_000_000 {
            var times = DeliveryTimes()
            times.add(Interval(milliseconds: value))
            let found = try #require(times.quantile(0.5)).milliseconds
            #expect(found >= value && Double(found) <= Double(value) * 1.0626)
            value += value / 7 + 1
        }
    }

    @Test("longer times are never in an earlier bucket")
    func order() {
        var last = -1
        for value in 0..<100_000 as Range<Int64> {
            let bucket = DeliveryTimes.bucket(of: Interval(milliseconds: value))
            #expect(bucket == last || bucket == last + 1)
            last = bucket
        }
    }

    @Test("what was added and taken away leaves nothing")
    func removal() {
        var times = DeliveryTimes()
        times.add(.seconds(3), count: 2)
        times.add(.seconds(3), count: -2)
        #expect(times == DeliveryTimes())
        #expect(times.quantile(0.5) == nil)
        #expect(times.longest == nil)
    }

    @Test("shares are of all that were counted")
    func shares() {
        var times = DeliveryTimes()
        for value in 1...20 as ClosedRange<Int64> { times.add(Interval(milliseconds: value)) }
        #expect(times.quantile(0)?.milliseconds == 1)
        #expect(times.quantile(0.5)?.milliseconds == 10)
        #expect(times.quantile(0.95)?.milliseconds == 19)
        #expect(times.longest?.milliseconds == 20)
    }

    @Test("the longest interval there is has a bucket, which ends with it")
    func longest() {
        var times = DeliveryTimes()
        times.add(Interval(milliseconds: .max))
        #expect(times.longest?.milliseconds == .max)
    }
    @Test("no number and no bucket is too much, and what can't be a bucket counts nothing")
    func extremes() {
        var times = DeliveryTimes()
        for bucket in DeliveryTimes.buckets {
            for _ in 1...2 { times.add(bucket: bucket, count: .max) }
        }
        #expect(times.counts.count == DeliveryTimes.buckets.count)
        #expect(times.counts.values.allSatisfy { $0 == DeliveryTimes.mostCounted })
        #expect(times.count > 0)
        #expect(times.quantile(0.5) != nil)
        #expect(times.longest?.milliseconds == .max)
        for bucket in DeliveryTimes.buckets { times.add(bucket: bucket, count: .min) }
        for bucket in [Int.min, -1, DeliveryTimes.buckets.upperBound + 1, .max] { times.add(bucket: bucket, count: 1) }
        #expect(times == DeliveryTimes())
    }
}
