// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

/// Reads the counts of the books as numbers to reckon with: somebody's hand, or a disk, may have made any of them.
struct BookedCounts {
    /// Whether everything that was read is what the books can have.
    private(set) var areSound = true

    /// A number that no count is stands for the nearest that one can be.
    mutating func read(_ count: Int64) -> Int {
        if !(0...Int64(DeliveryTimes.mostCounted)).contains(count) { areSound = false }
        return Int(min(max(count, 0), Int64(DeliveryTimes.mostCounted)))
    }

    mutating func readBucket(_ bucket: Int64) -> Int {
        if !DeliveryTimes.buckets.contains(Int(bucket)) { areSound = false }
        return Int(bucket)
    }

    /// Adds what was read, as far as a sum of it can be.
    static func add(_ count: Int, to sum: inout Int) { sum = min(sum + count, DeliveryTimes.mostCounted) }
}
