// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Counts which texts came within the last hour, in bounded memory.
///
/// Keeps two generations of half an hour to an hour: a text is forgotten between one and two hours after it was last seen
/// often enough, and under a flood of different texts the oldest go first.
package struct TextCounts: Sendable {
    private var young: [UInt64: Int] = [:]
    private var old: [UInt64: Int] = [:]
    private var turnedAt = Timestamp(milliseconds: 0)
    private let generationSize: Int

    package init(capacity: Int = 20_000) {
        generationSize = max(capacity / 2, 1)
    }

    /// Counts the text behind `digest`; see `ContentHistory.count(_:at:)`.
    package mutating func count(_ digest: UInt64, at now: Timestamp) -> Int {
        let age = now.since(turnedAt)
        if age >= .hours(2) || age < .seconds(0) {
            (young, old, turnedAt) = ([:], [:], now)
        } else if age >= .hours(1) || young.count >= generationSize {
            (young, old, turnedAt) = ([:], young, now)
        }
        let count = (young[digest] ?? old[digest] ?? 0) + 1
        young[digest] = count
        return count
    }
}
